/** Sessions, nodes and pairs in words. */
import type { WaitView } from "../ipc/contract";
import { counted, figure, lasting } from "../kit/words";

/** What was typed and is not yet sent, in words. A key may be several bytes, so bytes are what is said. */
export function heldKeys(bytes: number): string {
  return bytes === 0 ? "What you type is held." : `What you typed is held (${counted(bytes, "byte")}).`;
}

/** When the next try comes: "Trying now.", "Next try in 4 s." */
export function nextTry(atMs: number | null, nowMs: number): string {
  const seconds = atMs === null ? 0 : Math.ceil((atMs - nowMs) / 1000);
  return seconds <= 0 ? "Trying now." : `Next try in ${lasting(seconds * 1000)}.`;
}

/** How long something is waited for: "12 s of 60 s, attempt 4", or only "12 s" where the limit is far away. */
export function waitWords({ sinceMs, limitS, attempts }: WaitView, nowMs: number): string {
  const seconds = Math.min(limitS, Math.max(0, Math.floor((nowMs - sinceMs) / 1000)));
  const waited = limitS > 120 ? lasting(seconds * 1000) : `${seconds} s of ${limitS} s`;
  return attempts === null ? waited : `${waited}, attempt ${figure(attempts)}`;
}

/** How a program ended: "Exit status 0", "Killed by a signal". */
export function exitWords(status: number): string {
  return status === -1 ? "Killed by a signal" : `Exit status ${status}`;
}

/** The same for a small badge: "Exit 0", "Killed". */
export function exitBadge(status: number): string {
  return status === -1 ? "Killed" : `Exit ${status}`;
}

/** An id with its middle left out, so that start and end stay readable: "i-0a1b…7890". */
export function shortId(id: string): string {
  if (id.length <= 12) return id;
  return `${id.slice(0, 6)}…${id.slice(-4)}`;
}

/** "acme-stage / eu-central-1". */
export function pairName(profile: string | null, region: string | null): string {
  return [profile, region].filter((part) => part !== null && part !== "").join(" / ");
}
