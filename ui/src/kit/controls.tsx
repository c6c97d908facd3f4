/** Fields, switches, checks and chips. */
import { Checkbox } from "@base-ui/react/checkbox";
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { Check, Minus } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import styles from "./controls.module.css";

interface LabelledProps {
  label: string;
  /** Said beside the label, quieter: "optional". */
  aside?: string | undefined;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** Gets the ids that tie the control to its label, hint and error. */
  children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode;
}

/** A control with its label above, and its hint or error below. */
export function Labelled({ label, aside, hint, error, children }: LabelledProps) {
  const id = useId();
  const below = error ?? hint;
  const describedBy = below === undefined || below === null ? undefined : `${id}-below`;
  return (
    <div className={styles.labelled}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {aside !== undefined && <i>{aside}</i>}
      </label>
      {children({ id, describedBy, invalid: Boolean(error) })}
      {describedBy !== undefined && (
        <div id={describedBy} className={error ? styles.error : styles.hint} role={error ? "alert" : undefined}>
          {below}
        </div>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<ComponentProps<"input">, "onChange" | "value" | "size"> {
  value: string;
  onText: (text: string) => void;
  icon?: ReactNode;
  large?: boolean;
  invalid?: boolean;
  mono?: boolean;
}

export function TextField({
  value,
  onText,
  icon,
  large = false,
  invalid = false,
  mono = false,
  ...rest
}: TextFieldProps) {
  return (
    <div className={`${styles.field} ${large ? styles.large : ""}`} data-invalid={invalid || undefined}>
      {icon}
      <input
        {...PLAIN_TEXT}
        {...rest}
        className={mono ? "mono" : undefined}
        value={value}
        aria-invalid={invalid || undefined}
        onChange={(event) => onText(event.target.value)}
      />
    </div>
  );
}

/** Names and ids are no prose. */
export const PLAIN_TEXT = {
  type: "text",
  autoComplete: "off",
  autoCorrect: "off",
  autoCapitalize: "off",
  spellCheck: false,
} as const;

interface ToggleProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** A visible label elsewhere names it. */
  labelledBy?: string;
  disabled?: boolean;
  "aria-disabled"?: boolean;
  /** Where the row around it takes the keys. */
  tabIndex?: number;
  "data-testid"?: string;
}

/** Off is an outline with a small knob, on is filled with a large one: readable without colour. */
export function Switch({ label, checked, onChange, labelledBy, ...rest }: ToggleProps) {
  return (
    <BaseSwitch.Root
      {...rest}
      className={styles.switch ?? ""}
      checked={checked}
      onCheckedChange={(on) => onChange(on)}
      aria-label={labelledBy === undefined ? label : undefined}
      aria-labelledby={labelledBy}
    >
      <BaseSwitch.Thumb />
    </BaseSwitch.Root>
  );
}

interface CheckBoxProps extends ToggleProps {
  /** Some of what it stands for is checked, and some is not. */
  mixed?: boolean;
}

export function CheckBox({ label, checked, mixed = false, onChange, labelledBy, ...rest }: CheckBoxProps) {
  return (
    <Checkbox.Root
      {...rest}
      className={styles.check ?? ""}
      checked={checked}
      indeterminate={mixed}
      onCheckedChange={(on) => onChange(on)}
      aria-label={labelledBy === undefined ? label : undefined}
      aria-labelledby={labelledBy}
    >
      <Checkbox.Indicator>
        {mixed ? <Minus size={11} strokeWidth={3} /> : <Check size={11} strokeWidth={3} />}
      </Checkbox.Indicator>
    </Checkbox.Root>
  );
}

interface SegmentsProps<Value extends string> {
  label: string;
  /** Null while nothing is chosen. */
  value: Value | null;
  choices: readonly { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
  describedBy?: string | undefined;
  invalid?: boolean;
  "data-testid"?: string;
}

/** One of a few; arrows move, like radio buttons. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { label, value, choices, onChange, describedBy, invalid = false } = props;
  // Without a choice the first one is the way in.
  const entry = choices.some((choice) => choice.value === value) ? value : choices[0]?.value;
  const step = (by: number) => {
    const at = choices.findIndex((choice) => choice.value === entry);
    const next = choices[(at + by + choices.length) % choices.length];
    if (next !== undefined) onChange(next.value);
  };
  return (
    <div
      className={styles.segments}
      role="radiogroup"
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid || undefined}
      data-invalid={invalid || undefined}
      data-testid={props["data-testid"]}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight" || event.key === "ArrowDown") step(1);
        else if (event.key === "ArrowLeft" || event.key === "ArrowUp") step(-1);
        else return;
        event.preventDefault();
        const group = event.currentTarget;
        requestAnimationFrame(() => group.querySelector<HTMLElement>("[aria-checked=true]")?.focus());
      }}
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          className={styles.segment}
          aria-checked={choice.value === value}
          data-value={choice.value}
          tabIndex={choice.value === entry ? 0 : -1}
          onClick={() => onChange(choice.value)}
        >
          {choice.icon}
          {choice.label}
        </button>
      ))}
    </div>
  );
}

interface ChipProps {
  tone?: "neutral" | "ok" | "warn" | "danger" | "accent";
  small?: boolean;
  children: ReactNode;
}

export function Chip({ tone = "neutral", small = false, children }: ChipProps) {
  return (
    <span className={styles.chip} data-tone={tone} data-small={small || undefined}>
      {children}
    </span>
  );
}
