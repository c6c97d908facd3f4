/** One setting in its row: what it is, its control, and why it could not be kept. */
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { optional } from "../forms/use-form";
import { errorView } from "../ipc/client";
import type { ErrorView, SettingsView } from "../ipc/contract";
import { Segments, Switch, TextField } from "../kit/controls";
import { Card } from "../kit/section";
import { SuggestField } from "../kit/suggest-field";
import type { SuggestionGroup } from "../kit/suggestions";
import { useProgram } from "../program/program";
import { changeSettings } from "./actions";
import styles from "./settings.module.css";

/** The names of the settings with such a value. */
type SettingOf<Value> = {
  [Name in keyof SettingsView]: SettingsView[Name] extends Value ? Name : never;
}[keyof SettingsView];

/** A setting's value, a way to apply and keep another one at once, and why that failed. */
export function useSetting<Name extends keyof SettingsView>(name: Name) {
  const value = useProgram((now) => now.settings[name]);
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const keep = async (wanted: SettingsView[Name]) => {
    try {
      await changeSettings({ [name]: wanted });
      setFailure(null);
    } catch (thrown) {
      setFailure(errorView(thrown));
    }
  };
  return { value, failure, keep: (wanted: SettingsView[Name]) => void keep(wanted) };
}

/** Rows that belong together. */
export function SettingRows({ children }: { children: ReactNode }) {
  return <Card className={styles.rows}>{children}</Card>;
}

interface SettingRowProps {
  label: string;
  text?: ReactNode;
  problem?: string | null;
  failure?: ErrorView | null;
  /** The control, which the label names by this id. */
  children: (labelledBy: string) => ReactNode;
}

export function SettingRow({ label, text, problem = null, failure = null, children }: SettingRowProps) {
  const id = useId();
  const wrong = failure === null ? problem : `${failure.message} ${failure.nextStep}`;
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <b id={id}>{label}</b>
        {text !== undefined && <span>{text}</span>}
        {wrong !== null && (
          <span className={styles.problem} role="alert">
            {wrong}
          </span>
        )}
      </div>
      <div className={styles.control}>{children(id)}</div>
    </div>
  );
}

interface SettingProps<Value> {
  name: SettingOf<Value>;
  label: string;
  text: string;
  testId?: string;
}

export function SwitchSetting({ name, label, text, testId }: SettingProps<boolean>) {
  const { value, failure, keep } = useSetting(name);
  return (
    <SettingRow label={label} text={text} failure={failure}>
      {(labelledBy) => (
        <Switch
          label={label}
          labelledBy={labelledBy}
          checked={value}
          onChange={keep}
          {...(testId !== undefined && { "data-testid": testId })}
        />
      )}
    </SettingRow>
  );
}

interface ChoiceRowProps<Value extends string> extends Omit<SettingRowProps, "children"> {
  value: Value;
  choices: readonly { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
  testId?: string;
}

/** One of a few. */
export function ChoiceRow<Value extends string>({ value, choices, onChange, testId, ...row }: ChoiceRowProps<Value>) {
  const named = testId === undefined ? {} : { "data-testid": testId };
  return (
    <SettingRow {...row}>
      {() => <Segments label={row.label} value={value} choices={choices} onChange={onChange} {...named} />}
    </SettingRow>
  );
}

interface SuggestSettingProps extends SettingProps<string | null> {
  name: "defaultProfile" | "defaultRegion";
  groups: readonly SuggestionGroup[];
  /** What an empty field means. */
  placeholder: string;
}

/** A text that may be empty; kept when the field is left or a suggestion is chosen. */
export function SuggestSetting({ name, label, text, groups, placeholder, testId }: SuggestSettingProps) {
  const { value, failure, keep } = useSetting(name);
  const [typed, setTyped] = useState<string | null>(null);
  const offered = (choice: string) => groups.some((group) => group.items.some((item) => item.value === choice));
  const commit = (choice: string) => {
    setTyped(null);
    if (optional(choice) !== value) keep(optional(choice));
  };
  const commitTyped = () => typed !== null && commit(typed);
  return (
    <SettingRow label={label} text={text} failure={failure}>
      {() => (
        <div className={styles.wide}>
          <SuggestField
            value={typed ?? value ?? ""}
            onText={(choice) => (offered(choice) ? commit(choice) : setTyped(choice))}
            onBlur={commitTyped}
            onEnter={commitTyped}
            groups={groups}
            placeholder={placeholder}
            label={placeholder}
            invalid={failure !== null}
            {...(testId !== undefined && { "data-testid": testId })}
          />
        </div>
      )}
    </SettingRow>
  );
}

interface NumberSettingProps extends SettingProps<number> {
  least: number;
  most: number;
}

/** A whole number; kept on Enter and when the field is left, not while it is being typed. */
export function NumberSetting({ name, label, text, least, most, testId }: NumberSettingProps) {
  const { value, failure, keep } = useSetting(name);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const commit = () => {
    if (typed === null) return;
    const number = Number(typed);
    const legal = /^\d+$/.test(typed.trim()) && number >= least && number <= most;
    setProblem(legal ? null : `A whole number from ${least} to ${most.toLocaleString("en-US")}.`);
    if (!legal) return;
    setTyped(null);
    if (number !== value) keep(number);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") commit();
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const next = value + (event.key === "ArrowUp" ? 1 : -1);
    if (next >= least && next <= most) keep(next);
  };
  return (
    <SettingRow label={label} text={text} problem={problem} failure={failure}>
      {(labelledBy) => (
        <div className={styles.number}>
          <TextField
            value={typed ?? String(value)}
            onText={setTyped}
            invalid={problem !== null}
            inputMode="numeric"
            aria-labelledby={labelledBy}
            data-testid={testId}
            onBlur={commit}
            onKeyDown={onKeyDown}
          />
        </div>
      )}
    </SettingRow>
  );
}
