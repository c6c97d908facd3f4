/** Codes of MFA devices that the program waits for: one question for each device. */
import { create } from "zustand";
import type { MfaQuestionView } from "../ipc/contract";
import { closeDialog, isCovered, openDialog, useDialogs } from "../window/dialogs";
import { useFocusPlace } from "../window/focus";

export interface MfaQuestions {
  /** The oldest first. */
  questions: readonly MfaQuestionView[];
  /** Closed by the user; the palette and the keys still lead to them. */
  hidden: ReadonlySet<number>;
  /** Those that came while something lay over the work: each opens when that is gone. */
  postponed: ReadonlySet<number>;
  /** The device whose code was given last: if it was not right, the question comes back to where the answer came from. */
  answered: string | null;
}

export const useMfa = create<MfaQuestions>(() => ({
  questions: [],
  hidden: new Set(),
  postponed: new Set(),
  answered: null,
}));

/** "arn:aws:iam::111122223333:mfa/ops" as "ops"; the serial number of a device as it is. */
export function deviceName(device: string): string {
  return /:(?:sms-)?mfa\/(.+)$/.exec(device)?.[1] ?? device;
}

/** "role NodeOperator in account 111122223333". */
export function roleOf({ role, account }: Pick<MfaQuestionView, "role" | "account">): string {
  return account === null ? `role ${role}` : `role ${role} in account ${account}`;
}

export const mfa = {
  /** A question opens its dialog where that takes no keys from anybody; everywhere else a message says it. */
  wanted(questions: readonly MfaQuestionView[]) {
    const { questions: before, answered, postponed } = useMfa.getState();
    const fresh = questions.filter(({ id }) => !before.some((known) => known.id === id));
    const comesBack = fresh.some(({ retry, device }) => retry !== null && device === answered);
    const opens = isCovered() || comesBack || !useFocusPlace.getState().inTerminal;
    useMfa.setState({
      questions,
      postponed: opens ? new Set([...postponed, ...fresh.map(({ id }) => id)]) : postponed,
    });
    const { open } = useDialogs.getState();
    if (open?.kind === "mfa" && !questions.some(({ id }) => id === open.id)) closeDialog();
    openPostponed();
  },
  answered: (device: string) => useMfa.setState({ answered: device }),
  hide: (id: number) => useMfa.setState(({ hidden }) => ({ hidden: new Set(hidden).add(id) })),
};

/** The oldest question that waits for its turn; the next one opens when its dialog is closed. */
function openPostponed() {
  const { questions, hidden, postponed } = useMfa.getState();
  if (postponed.size === 0 || isCovered()) return;
  const next = questions.find(({ id }) => postponed.has(id) && !hidden.has(id));
  const left = [...postponed].filter((id) => id !== next?.id && questions.some((one) => one.id === id));
  useMfa.setState({ postponed: new Set(left) });
  if (next !== undefined) openDialog({ kind: "mfa", id: next.id });
}

// One dialog may follow another at once: what opens in the same moment goes first.
useDialogs.subscribe(() => isCovered() || queueMicrotask(openPostponed));
