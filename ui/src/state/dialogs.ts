/** The one dialog that may be open, and the palette. */
import { create } from "zustand";
import type { ConnectionDraftView, ErrorView, PairView } from "../ipc/contract";

export type Dialog =
  | { kind: "connect" }
  | { kind: "run"; on: RunTarget }
  | { kind: "connection"; id: number | null; draft: ConnectionDraftView }
  | { kind: "group"; id: number | null }
  | { kind: "pair"; pair: PairView | null }
  | { kind: "choose-profiles" }
  | { kind: "cause"; title: string; error: ErrorView }
  | Confirm
  | Paste;

/** Where a document is run: a synced node, a saved connection, or the place of a tab that is neither. */
export type RunTarget =
  | { kind: "node"; key: string }
  | { kind: "saved"; id: number }
  | { kind: "typed"; title: string; target: string; profile: string | null; region: string | null };

/** A question before something that cannot be undone, or that is likely to fail. */
export interface Confirm {
  kind: "confirm";
  title: string;
  text: string;
  /** What the button that goes on says. */
  action: string;
  danger: boolean;
  run: () => void;
}

/** A paste of several lines into a shell that would run each of them. */
export interface Paste {
  kind: "paste";
  tab: number;
  text: string;
  paste: (text: string) => void;
}

export interface Dialogs {
  open: Dialog | null;
  /** The scope sign the palette was opened with, or null while it is closed. */
  palette: string | null;
  /** Whether the focus already went elsewhere, so that closing a dialog must not bring it back. */
  focusMoved: boolean;
}

export const useDialogs = create<Dialogs>(() => ({ open: null, palette: null, focusMoved: false }));

export function openDialog(dialog: Dialog) {
  useDialogs.setState({ open: dialog, palette: null, focusMoved: false });
}

export function closeDialog() {
  useDialogs.setState({ open: null });
}

export function openPalette(text = "") {
  useDialogs.setState({ palette: text, open: null, focusMoved: false });
}

export function closePalette() {
  useDialogs.setState({ palette: null });
}

/** Whether a dialog that closes brings the focus back: not if it went elsewhere, and not if another dialog has it now. */
export function mayTakeFocusBack(): boolean {
  const { open, palette, focusMoved } = useDialogs.getState();
  return !focusMoved && open === null && palette === null;
}
