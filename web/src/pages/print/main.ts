// The page for printing: its button, and what is chosen shows at once.

import "../../boot.ts";

const show = document.querySelector<HTMLButtonElement>("#show");
const print = document.querySelector<HTMLButtonElement>("#print");
if (show !== null && print !== null) {
  show.hidden = true;
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
const tools = document.querySelector<HTMLFormElement>(".tools");
tools?.addEventListener("change", () => tools.requestSubmit());
