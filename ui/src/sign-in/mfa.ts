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
  /** The device whose code was given last: if it was not right, the question comes back to where the answer came from. */
  answered: string | null;
}

export const useMfa = create<MfaQuestions>(() => ({ questions: [], hidden: new Set(), answered: null }));

/** "arn:aws:iam::111122223333:mfa/ops" as "ops"; the serial number of a device as it is. */
export function deviceName(device: string): string {
  return /:(?:sms-)?mfa\/(.+)$/.exec(device)?.[1] ?? device;
}

export const mfa = {
  /** A question opens its dialog where that takes no keys from anybody; everywhere else a message says it. */
  wanted(questions: readonly MfaQuestionView[]) {
    const { questions: before, answered } = useMfa.getState();
    useMfa.setState({ questions });
    const { open } = useDialogs.getState();
    if (open?.kind === "mfa" && !questions.some(({ id }) => id === open.id)) closeDialog();
    const fresh = questions.find(({ id }) => !before.some((known) => known.id === id));
    if (fresh === undefined || isCovered()) return;
    const comesBack = fresh.retry !== null && fresh.device === answered;
    if (comesBack || !useFocusPlace.getState().inTerminal) openDialog({ kind: "mfa", id: fresh.id });
  },
  answered: (device: string) => useMfa.setState({ answered: device }),
  hide: (id: number) => useMfa.setState(({ hidden }) => ({ hidden: new Set(hidden).add(id) })),
};
