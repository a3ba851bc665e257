export { Button } from "./Button.tsx";
export { Dialog } from "./Dialog.tsx";
export { FormDialog } from "./FormDialog.tsx";
export { Field, graphemes, TextArea } from "./Field.tsx";
export { Icon } from "./Icon.tsx";
export { Kbd } from "./Kbd.tsx";
export { LiveMark, SpeakerList, VoteButton } from "./marks.tsx";
export { Palette } from "./Palette.tsx";
export { folded, Picker, type Pick } from "./Picker.tsx";
export { Select } from "./Select.tsx";
export {
  ShortcutHelp,
  showPalette,
  showShortcuts,
  useShortcuts,
  type Shortcut,
} from "./shortcuts.tsx";
export { StatusBar } from "./StatusBar.tsx";
export { Clock, Countdown, progress, ProgressLine, remaining, urgency } from "./time.tsx";
export { VirtualList } from "./VirtualList.tsx";
export { sayError, toast, Toasts, told } from "./Toast.tsx";
