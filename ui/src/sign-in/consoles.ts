/** Sign-ins to the AWS console, as `aws login` makes them: the addresses that wait for the browser of this computer. */
import { create } from "zustand";
import type { ConsoleSignInView, ErrorView } from "../ipc/contract";
import { closeDialog, useDialogs } from "../window/dialogs";
import { showFailure, showMessage } from "../window/toasts";

export interface Consoles {
  waiting: readonly ConsoleSignInView[];
  /** Why the last try to sign in did not work, by profile. */
  failures: ReadonlyMap<string, ErrorView>;
}

export const useConsoles = create<Consoles>(() => ({ waiting: [], failures: new Map() }));

export function addressOf(profile: string, { waiting }: Consoles = useConsoles.getState()): string | undefined {
  return waiting.find((one) => one.profile === profile)?.address;
}

export const consoles = {
  waiting: (waiting: readonly ConsoleSignInView[]) => useConsoles.setState({ waiting, failures: new Map() }),
  started: (started: ConsoleSignInView) =>
    useConsoles.setState(({ waiting, failures }) => ({
      waiting: [...without(waiting, started.profile), started],
      failures: failuresWith(failures, started.profile, null),
    })),
  over: (profile: string, error: ErrorView | null) =>
    useConsoles.setState(({ waiting, failures }) => ({
      waiting: without(waiting, profile),
      failures: failuresWith(failures, profile, error),
    })),
};

/** The dialog that asked for it says why it did not work; where it was closed, and when it did work, a message does. */
export function consoleSignInFinished(profile: string, error: ErrorView | null) {
  consoles.over(profile, error);
  const { open } = useDialogs.getState();
  const isShown = open?.kind === "console-sign-in" && open.profile === profile;
  if (error !== null) {
    if (!isShown) showFailure(error);
    return;
  }
  if (isShown) closeDialog();
  showMessage(`Signed in to ${profile}.`);
}

function without(waiting: readonly ConsoleSignInView[], profile: string): readonly ConsoleSignInView[] {
  return waiting.filter((one) => one.profile !== profile);
}

function failuresWith(
  failures: ReadonlyMap<string, ErrorView>,
  profile: string,
  error: ErrorView | null,
): ReadonlyMap<string, ErrorView> {
  const next = new Map(failures);
  if (error === null) next.delete(profile);
  else next.set(profile, error);
  return next;
}
