// hls.js publishes the types of its full build only; the light one has the same, with less behind it.

declare module "hls.js/light" {
  export { default } from "hls.js";
}
