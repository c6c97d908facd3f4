/** The clipboard, and what is said of it. */
import { showFailure, showMessage } from "./toasts";

/** Copies a text; `what` names it in the message. */
export async function copyText(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text);
    showMessage(`Copied ${what}.`);
  } catch {
    showFailure({
      code: "clipboard",
      message: "The clipboard could not be written.",
      nextStep: "Click into the window and copy again.",
      detail: null,
    });
  }
}
