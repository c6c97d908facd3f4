/** What went wrong with a pair, in words: nothing came, or only a part, and how old the rest is. */
import type { ErrorView, PairView } from "../ipc/contract";
import { ago, clock } from "../kit/words";

/** Why the pair is not as it should be. */
export function problemOf(pair: PairView): ErrorView | null {
  return pair.problem ?? pair.sync.error;
}

/** Whether something came and something is missing. */
export function isPartial(pair: PairView): boolean {
  return pair.problem === null && pair.sync.phase === "partial";
}

/** "Sync failed", "Read in part": for labels and titles. */
export function problemTitle(pair: PairView): string {
  return isPartial(pair) ? "Read in part" : "Sync failed";
}

/** Cause and age of what is shown, as whole sentences. */
export function problemText(pair: PairView, now: number): string {
  const error = problemOf(pair);
  if (error === null) return "";
  const cause = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  return [isPartial(pair) ? "" : since(pair, now), cause, age(pair, now)].filter(Boolean).join(" ");
}

/** How old the part is that could not be read: "Agent states from 09:12". */
export function olderPart(pair: PairView, now: number): string | null {
  const { dataAtMs, agentsAtMs } = pair.sync;
  if (!isPartial(pair) || dataAtMs === null || agentsAtMs === null || dataAtMs === agentsAtMs) return null;
  return agentsAtMs < dataAtMs
    ? `Agent states from ${clock(agentsAtMs, now)}`
    : `Instances from ${clock(dataAtMs, now)}`;
}

function since({ sync }: PairView, now: number): string {
  return sync.failedAtMs === null ? "" : `Sync failed ${ago(sync.failedAtMs, now)}.`;
}

function age(pair: PairView, now: number): string {
  if (isPartial(pair)) {
    const older = olderPart(pair, now);
    return older === null ? "" : `${older}.`;
  }
  return pair.sync.dataAtMs === null ? "" : `Showing nodes from ${clock(pair.sync.dataAtMs, now)}.`;
}
