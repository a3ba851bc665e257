// The event's settings for questions, on the desk.

import { PolicyDialog } from "../../crew/Policy.tsx";
import { counts, policy } from "./model.ts";

export function Settings({ onClose }: { onClose: () => void }) {
  return policy.value === undefined ? null : (
    <PolicyDialog was={policy.value} waiting={counts.value.incoming} onClose={onClose} />
  );
}
