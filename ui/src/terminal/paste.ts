/** Pasted text made safe to send: nothing in it may act as a key that the user did not press. */

/** ESC could end a bracketed paste early and run what follows; other controls are keys, such as Ctrl+D. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text with one kind of line break and without controls; tabs and line breaks stay. */
export function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}

/** Whether a shell without bracketed paste would run a part of the text at once. */
export function runsAtOnce(text: string): boolean {
  return text.includes("\n");
}

/** What is sent for a cleaned text: a line break is Enter; a program that asked for it gets the text in brackets. */
export function pasteBytes(text: string, bracketed: boolean): string {
  const keys = text.replaceAll("\n", "\r");
  return bracketed ? `\u001b[200~${keys}\u001b[201~` : keys;
}
