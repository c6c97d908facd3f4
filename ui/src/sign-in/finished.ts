/** What follows when a sign-in is over: somebody is signed in, or it did not work. */
import type { ErrorView } from "../ipc/contract";
import { lasting } from "../kit/words";
import { closeDialog, openDialog, useDialogs } from "../window/dialogs";
import { showFailure, showMessage } from "../window/toasts";
import { signInNamed, signIns } from "./sign-ins";

/** The dialog that asked for it goes on; where it was closed a message says how it ended. */
export function signInFinished(key: string, error: ErrorView | null) {
  signIns.over(key, error);
  const { open } = useDialogs.getState();
  const asked = open?.kind === "sign-in" && open.key === key ? open : null;
  if (error !== null) {
    if (asked === null) showFailure(error);
    return;
  }
  if (asked !== null) closeDialog();
  if (asked?.next === "accounts") openDialog({ kind: "center-accounts", key });
  else showMessage(signedInText(key));
}

function signedInText(key: string): string {
  const state = signInNamed(key)?.state;
  const left = state?.kind === "signed-in" ? state.untilMs - Date.now() : 0;
  return left > 60_000 ? `Signed in to ${key} for ${lasting(left)}.` : `Signed in to ${key}.`;
}
