/** A form that asks the program: busy while it does, and a failure under the field it belongs to. */
import { useEffect, useState } from "react";
import { errorView } from "../ipc/client";
import type { ErrorView } from "../ipc/contract";

export interface FormState {
  busy: boolean;
  /** The failure that belongs to no field of this form. */
  failure: ErrorView | null;
  /** The text under a field: codes are `bad-<field>`, and `unknown-<field>` for what does not exist. */
  under: (field: string) => string | null;
  /** Runs it; on success `done`. */
  submit: (ask: () => Promise<void>) => void;
}

/** Failures whose code does not name their field. */
const FIELD_OF_CODE: Record<string, string> = {
  "pair-exists": "region",
  "empty-name": "name",
  "group-exists": "name",
};

export function useForm(fields: readonly string[], done: () => void): FormState {
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
export function fieldOf(failure: ErrorView, fields: readonly string[]): string | null {
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
