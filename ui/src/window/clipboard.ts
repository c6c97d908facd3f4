/** The clipboard, and what is said of it. */
import { tell, tellFailure } from "./toasts";

/** Copies a text; `what` names it in the message. */
export async function copyText(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${what}.`);
  } catch {
    tellFailure({
      code: "clipboard",
      message: "The clipboard could not be written.",
      nextStep: "Click into the window and copy again.",
      detail: null,
    });
  }
}
