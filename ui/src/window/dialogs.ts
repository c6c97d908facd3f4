/** The one dialog that may be open, and the palette. */
import { create } from "zustand";
import type {
  ConnectionDraftView,
  ErrorView,
  ForwardDestinationView,
  ForwardDraftView,
  ForwardViaView,
  NodeView,
  OwnProfileView,
  PairView,
  SavedItemView,
} from "../ipc/contract";
import { closeTips } from "../kit/button";

export type Dialog =
  | { kind: "connect" }
  | { kind: "import" }
  | { kind: "team-file" }
  | { kind: "run"; on: RunTarget }
  | { kind: "run-on-nodes"; keys: readonly string[] }
  | { kind: "save-nodes"; keys: readonly string[] }
  | { kind: "export-nodes"; keys: readonly string[] }
  | { kind: "connection"; id: number | null; draft: ConnectionDraftView }
  | { kind: "group"; id: number | null; parent?: number | null }
  | { kind: "move-saved"; item: SavedItemView; name: string }
  | { kind: "edit-connections"; ids: readonly number[]; title: string }
  | { kind: "choose-node"; connection: number; name: string; nodes: readonly NodeView[] }
  | { kind: "forward"; id: number | null; draft: NewForward }
  | { kind: "pair"; pair: PairView | null }
  | { kind: "access-key"; profile: OwnProfileView | null }
  | { kind: "choose-profiles"; all?: boolean }
  | SignIn
  | { kind: "console-sign-in"; profile: string }
  | { kind: "new-center" }
  | { kind: "center-accounts"; key: string }
  | { kind: "mfa"; id: number }
  | { kind: "proxy" }
  | { kind: "remote-desktop"; node: string; only: "password" | null }
  | { kind: "cause"; title: string; error: ErrorView }
  | Confirm
  | Terminate
  | Paste;

/** A forward that is still to be written. */
export type NewForward = Omit<ForwardDraftView, "via" | "destination" | "localPort"> & {
  via: ForwardViaView | null;
  destination: ForwardDestinationView | null;
  /** Null proposes one. */
  localPort: number | null;
};

/** Where a document is run: a synced node, a saved connection, or the place of a tab that is neither. */
export type RunTarget =
  | { kind: "node"; key: string }
  | { kind: "saved"; id: number }
  | { kind: "typed"; title: string; target: string; profile: string | null; region: string | null };

/** The code of a sign-in, and the wait for its word in the browser. */
export interface SignIn {
  kind: "sign-in";
  /** What the sign-in is known by. */
  key: string;
  /** What is shown when somebody is signed in. */
  next: "accounts" | null;
}

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

/** A question before sessions and forwards end. */
export interface Terminate {
  kind: "terminate";
  tabs: readonly number[];
  /** How many forwards end as well. */
  forwards?: number;
  /** What ends them all; without it they are closed themselves. */
  leaving?: "window" | "demo" | "aws";
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
  /** What the system asks for while a dialog may be open, which then keeps what was typed into it. */
  question: Terminate | null;
  /** The scope sign the palette was opened with, or null while it is closed. */
  palette: string | null;
}

export const useDialogs = create<Dialogs>(() => ({ open: null, question: null, palette: null }));
useDialogs.subscribe(closeTips);

export function openDialog(dialog: Dialog) {
  useDialogs.setState({ open: dialog, palette: null });
}

export function closeDialog() {
  useDialogs.setState({ open: null });
}

export function openPalette(text = "") {
  useDialogs.setState({ palette: text, open: null });
}

export function closePalette() {
  useDialogs.setState({ palette: null });
}

export function askQuestion(question: Terminate) {
  useDialogs.setState({ question, palette: null });
}

export function dropQuestion() {
  useDialogs.setState({ question: null });
}

/** Whether something lies over the work that has the keys to itself. */
export function isCovered({ open, question, palette }: Dialogs = useDialogs.getState()): boolean {
  return open !== null || question !== null || palette !== null;
}
