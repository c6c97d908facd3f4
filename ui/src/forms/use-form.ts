/** What is filled into a dialog: its values, whether they are others than at first, and how sending them went. */
import { useEffect, useState } from "react";
import { errorView } from "../ipc/client";
import type { ErrorView } from "../ipc/contract";

/** The names of the values that are text. */
type TextName<Values> = { [Name in keyof Values]: Values[Name] extends string ? Name : never }[keyof Values] & string;

export interface Form<Values extends object> {
  values: Values;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  /** What a field for text needs of the form. */
  text: (name: TextName<Values>) => { value: string; onText: (text: string) => void; error: string | null };
  /** Whether the values are others than those that the form began with. */
  changed: boolean;
  /** The program was asked and has not answered. */
  busy: boolean;
  /** The failure that belongs to no field of this form. */
  failure: ErrorView | null;
  /** The text under a field: codes are `bad-<field>`, and `unknown-<field>` for what does not exist. */
  under: (field: string) => string | null;
  /** Runs it; on success `done`. */
  submit: (ask: () => Promise<void>) => void;
}

/** A form that begins with these values; `others` names fields with values of their own, such as a document's parameters. */
export function useForm<Values extends object>(
  start: Values,
  done: () => void,
  others: readonly string[] = [],
): Form<Values> {
  const [values, setValues] = useState(start);
  const [first] = useState(() => JSON.stringify(start));
  const set = <Name extends keyof Values>(name: Name, value: Values[Name]) =>
    setValues((before) => ({ ...before, [name]: value }));
  const sending = useSending([...Object.keys(values), ...others], done);
  return {
    values,
    set,
    text: (name) => ({
      value: String(values[name]),
      onText: (text) => setValues((before) => ({ ...before, [name]: text })),
      error: sending.under(name),
    }),
    changed: JSON.stringify(values) !== first,
    ...sending,
  };
}

/** Failures whose code does not name their field. */
const FIELD_OF_CODE: Record<string, string> = {
  "pair-exists": "region",
  "empty-name": "name",
  "empty-query": "query",
  "inside-itself": "parent",
  "too-deep": "parent",
  "group-exists": "name",
  "own-profile-exists": "name",
  "wrong-key": "keyFile",
};

function useSending(
  fields: readonly string[],
  done: () => void,
): Pick<Form<object>, "busy" | "failure" | "under" | "submit"> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const field = failure === null ? null : fieldOf(failure, fields);
  // What is wrong gets the focus once it is marked, every time that it is found wrong.
  useEffect(() => {
    if (field !== null && failure !== null) focusFirstProblem();
  }, [failure, field]);
  const submit = (ask: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    ask()
      .then(done)
      .catch((thrown: unknown) => setFailure(errorView(thrown)))
      .finally(() => setBusy(false));
  };
  return {
    busy,
    failure: field === null ? failure : null,
    under: (name) => (failure !== null && field === name ? underText(failure) : null),
    submit,
  };
}

/** The field that a failure is about; null if it is about the whole. */
function fieldOf(failure: ErrorView, fields: readonly string[]): string | null {
  const named = FIELD_OF_CODE[failure.code] ?? /^(?:bad|unknown)-(.+)$/.exec(failure.code)?.[1];
  return named !== undefined && fields.includes(named) ? named : null;
}

/** "Correct it, then try again." says nothing that the field does not show. */
function underText(failure: ErrorView): string {
  return failure.nextStep.startsWith("Correct it") ? failure.message : `${failure.message} ${failure.nextStep}`;
}

/** Leads to the first field of the dialog that is marked as wrong. */
export function focusFirstProblem() {
  requestAnimationFrame(() => {
    const wrong = document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"]');
    const control = wrong?.matches('[role="radiogroup"]') ? wrong.querySelector<HTMLElement>('[tabindex="0"]') : wrong;
    control?.focus();
  });
}

/** An optional text: empty means null. */
export function optional(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}
