/** How many nodes a profile has in a Region, asked for while Regions are chosen: a few at a time, each once. */
import { create } from "zustand";
import { client, errorView } from "../ipc/client";
import type { ErrorView } from "../ipc/contract";

export type NodeCount =
  | { kind: "asked" }
  | { kind: "known"; nodes: number; error: ErrorView | null }
  | { kind: "failed"; error: ErrorView };

/** By profile and Region. */
export const useNodeCounts = create<{ counts: ReadonlyMap<string, NodeCount> }>(() => ({ counts: new Map() }));

/** AWS slows down who asks for everything at once. */
const AT_ONCE = 4;

let running = 0;
let waiting: (() => void)[] = [];

export function countKey(profile: string, region: string): string {
  return `${profile}\n${region}`;
}

/** A dialog that opens knows nothing of before: nodes come and go. */
export function forgetCounts() {
  waiting = [];
  useNodeCounts.setState({ counts: new Map() });
}

/** Asks for one that was not asked for yet. */
export function askCount(profile: string, region: string) {
  const key = countKey(profile, region);
  if (useNodeCounts.getState().counts.has(key)) return;
  keep(key, { kind: "asked" });
  waiting.push(() => void count(key, profile, region));
  next();
}

function next() {
  if (running >= AT_ONCE) return;
  waiting.shift()?.();
}

async function count(key: string, profile: string, region: string) {
  running += 1;
  try {
    keep(key, { kind: "known", ...(await client.countNodes(profile, region)) });
  } catch (thrown) {
    keep(key, { kind: "failed", error: errorView(thrown) });
  } finally {
    running -= 1;
    next();
  }
}

function keep(key: string, count: NodeCount) {
  useNodeCounts.setState(({ counts }) => ({ counts: new Map(counts).set(key, count) }));
}
