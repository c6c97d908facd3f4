/** One setting: what it is, its control, and why it could not be kept. */
import { type ReactNode, useId, useState } from "react";
import { errorView } from "../ipc/client";
import type { ErrorView, SettingsView } from "../ipc/contract";
import { TextField } from "../kit/controls";
import { changeSettings } from "./actions";
import styles from "./settings.module.css";

export interface Kept {
  failure: ErrorView | null;
  /** Applies and keeps a change at once. */
  keep: (change: Partial<SettingsView>) => Promise<boolean>;
}

/** Keeps one setting and remembers why that failed, for the row that shows it. */
export function useKept(): Kept {
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const keep = async (change: Partial<SettingsView>) => {
    try {
      await changeSettings(change);
      setFailure(null);
      return true;
    } catch (thrown) {
      setFailure(errorView(thrown));
      return false;
    }
  };
  return { failure, keep };
}

interface SettingRowProps {
  label: string;
  text?: ReactNode;
  problem?: string | null;
  failure?: ErrorView | null;
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

interface NumberSettingProps {
  label: string;
  text: string;
  value: number;
  least: number;
  most: number;
  unit?: string;
  onValue: (value: number) => void;
  failure: ErrorView | null;
  testId: string;
}

/** A whole number; kept on Enter and when the field is left, not while it is being typed. */
export function NumberSetting({ label, text, value, least, most, onValue, failure, testId }: NumberSettingProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const commit = () => {
    if (typed === null) return;
    const number = Number(typed);
    const legal = /^\d+$/.test(typed.trim()) && number >= least && number <= most;
    setProblem(legal ? null : `A whole number from ${least} to ${most.toLocaleString("en-US")}.`);
    if (!legal) return;
    setTyped(null);
    if (number !== value) onValue(number);
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
            onKeyDown={(event) => {
              if (event.key === "Enter") commit();
              if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
              event.preventDefault();
              const next = value + (event.key === "ArrowUp" ? 1 : -1);
              if (next >= least && next <= most) onValue(next);
            }}
          />
        </div>
      )}
    </SettingRow>
  );
}
