/** Changes of saved things, each with its way back: in a toast, and as an action while it is the last one. */
import { create } from "zustand";
import { client } from "../ipc/client";
import type { SavedChangeView } from "../ipc/contract";
import { attempt } from "../window/attempt";
import { showMessage } from "../window/toasts";

/** The last change that can be taken back, and what it was. */
export const useLastChange = create<{ undo: number | null; text: string }>(() => ({ undo: null, text: "" }));

/** Makes a change and offers to take it back. Answers whether it worked. */
export function change(
  ask: () => Promise<SavedChangeView>,
  text: string,
  done: (answer: SavedChangeView) => void = () => undefined,
): Promise<boolean> {
  return attempt(async () => {
    const answer = await ask();
    offerUndo(answer, text);
    done(answer);
  });
}

/** The same, but the caller shows the failure. */
export async function changeOrThrow(ask: () => Promise<SavedChangeView>, text: string): Promise<void> {
  offerUndo(await ask(), text);
}

/** Says what was changed, and offers to take it back. */
export function offerUndo({ undo }: SavedChangeView, text: string) {
  if (undo === null) return;
  useLastChange.setState({ undo, text });
  showMessage(text, { label: "Undo", run: () => void takeBack(undo) });
}

/** Takes a change back. */
export function takeBack(undo: number): Promise<boolean> {
  return attempt(async () => {
    if (useLastChange.getState().undo === undo) useLastChange.setState({ undo: null, text: "" });
    await client.undoSaved(undo);
    showMessage("Taken back.");
  });
}

/** A world that is left takes its changes with it. */
export function forgetChanges() {
  useLastChange.setState({ undo: null, text: "" });
}
