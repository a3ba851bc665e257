// One of a few, with its label.

import { useId } from "preact/hooks";
import { Select } from "../ui/index.ts";

export function Choice(props: {
  label: string;
  hideLabel?: boolean;
  value: string;
  options: readonly (readonly [string, string])[];
  onValue: (value: string) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="field choice">
      <label for={id} class={props.hideLabel ? "visually-hidden" : undefined}>
        {props.label}
      </label>
      <Select
        id={id}
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value} selected={value === props.value}>
            {text}
          </option>
        ))}
      </Select>
    </div>
  );
}
