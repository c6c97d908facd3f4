/** Results of something the user did out of view, and what screen readers are told. */
import { create } from "zustand";
import { errorView } from "../ipc/client";
import type { ErrorView } from "../ipc/contract";

export interface Toast {
  id: number;
  text: string;
  /** A failure stays until it is closed. */
  error: ErrorView | null;
  action: { label: string; run: () => void } | null;
  /** What follows when the user has closed it. */
  closed?: () => void;
}

/** How long a result without a failure stays. */
export const SHOWN_MS = 5000;
/** Screen readers get to the end of one sentence before the next. */
const QUIET_MS = 3000;
/** More than this is a flood: the oldest go. */
const MOST = 4;

export const useToasts = create<{ toasts: readonly Toast[]; said: string }>(() => ({ toasts: [], said: "" }));

/** The pause after each announcement, while it runs. */
let quiet: ReturnType<typeof setTimeout> | null = null;
/** What is to be said when it is over. */
let next: string | null = null;

let last = 0;

export function showMessage(text: string, action: Toast["action"] = null) {
  const id = add({ text, error: null, action });
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Shows why something failed. The same failure is not shown twice at the same time. */
export function showFailure(thrown: unknown, action: Toast["action"] = null) {
  const error = errorView(thrown);
  const shown = useToasts.getState().toasts.some((toast) => toast.error?.message === error.message);
  if (!shown) add({ text: error.message, error, action });
}

/** Shows what went wrong at the start. `seen` runs when the user has closed all of it. */
export function showNotices(notices: readonly ErrorView[], seen: () => void) {
  const { toasts } = useToasts.getState();
  const open = new Set(notices.filter((notice) => !toasts.some((toast) => toast.error?.message === notice.message)));
  for (const error of [...open]) {
    const closed = () => {
      open.delete(error);
      if (open.size === 0) seen();
    };
    add({ text: error.message, error, action: null, closed });
  }
}

/** The user closes a message. */
export function close(id: number) {
  const toast = useToasts.getState().toasts.find((one) => one.id === id);
  dismiss(id);
  toast?.closed?.();
}

export function dismiss(id: number) {
  useToasts.setState((now) => ({ toasts: now.toasts.filter((toast) => toast.id !== id) }));
}

/** Tells screen readers politely: at most once in three seconds, then the latest of what came meanwhile. */
export function announce(text: string) {
  if (quiet !== null) {
    next = text;
    return;
  }
  useToasts.setState({ said: text });
  quiet = setTimeout(() => {
    quiet = null;
    const waiting = next;
    next = null;
    if (waiting !== null) announce(waiting);
  }, QUIET_MS);
}

function add(toast: Omit<Toast, "id">): number {
  last += 1;
  const id = last;
  useToasts.setState((now) => ({ toasts: [...now.toasts.slice(1 - MOST), { ...toast, id }] }));
  return id;
}
