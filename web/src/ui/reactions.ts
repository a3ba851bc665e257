// The five reactions: what they are called and how they look. Lucide has neither clapping nor
// an open mouth: these are drawn in its manner, on its own hand and face.

import { Hand, Heart, ThumbsUp, type IconNode } from "lucide";
import { t } from "../i18n.ts";
import type { SendReaction } from "../net/protocol.gen.ts";

export type ReactionKind = SendReaction["kind"];

/** A raised hand, tilted, with the sound of it. */
const Applause: IconNode = [
  ...Hand.map(
    ([tag, attributes]) =>
      [
        tag,
        { ...attributes, transform: "translate(-1.2 4.6) rotate(-14 12 12) scale(.86)" },
      ] as const,
  ),
  ["path", { d: "m17.5 4.6 1.1-2.1" }],
  ["path", { d: "m20 6.6 2-1.3" }],
  ["path", { d: "M14.6 3.4V1.3" }],
] as IconNode;

const FACE: IconNode = [
  ["circle", { cx: "12", cy: "12", r: "10" }],
  ["path", { d: "M9 9h.01" }],
  ["path", { d: "M15 9h.01" }],
];

const Laughing: IconNode = [...FACE, ["path", { d: "M7.5 13.5a4.5 4.5 0 0 0 9 0Z" }]];

const Surprise: IconNode = [...FACE, ["circle", { cx: "12", cy: "15.5", r: "2.1" }]];

export const REACTIONS: readonly { kind: ReactionKind; icon: IconNode; name: () => string }[] = [
  { kind: "applause", icon: Applause, name: () => t("Applause") },
  { kind: "heart", icon: Heart, name: () => t("Love it") },
  { kind: "laugh", icon: Laughing, name: () => t("Funny") },
  { kind: "surprise", icon: Surprise, name: () => t("Surprising") },
  { kind: "agree", icon: ThumbsUp, name: () => t("I agree") },
];
