/** How much goes through each forward: its bytes once a second, for the line of its row. */
import { create } from "zustand";
import type { ForwardView } from "../ipc/contract";
import { isLive, useForwards } from "./forwards";

/** Seconds that the line shows. */
export const SECONDS = 30;

/** Bytes a second, the newest last, by forward; only of those that are on. */
export const useTraffic = create<{ rates: ReadonlyMap<number, readonly number[]> }>(() => ({ rates: new Map() }));

/** How much had gone through when it was looked at last. */
const seen = new Map<number, number>();

/** Looks once a second while anything is on; the returned function stops it. */
export function watchTraffic(): () => void {
  const timer = setInterval(sample, 1000);
  return () => clearInterval(timer);
}

export function sample() {
  const live = useForwards.getState().forwards.filter(isLive);
  const before = useTraffic.getState().rates;
  if (live.length === 0 && before.size === 0) return;
  const rates = new Map(live.map((forward) => [forward.id, nextRates(forward, before.get(forward.id) ?? [])]));
  for (const id of seen.keys()) if (!rates.has(id)) seen.delete(id);
  useTraffic.setState({ rates });
}

function nextRates({ id, traffic }: ForwardView, before: readonly number[]): readonly number[] {
  const total = traffic.sentBytes + traffic.receivedBytes;
  const rate = Math.max(0, total - (seen.get(id) ?? total));
  seen.set(id, total);
  // A line that was flat and stays flat is the same line.
  if (rate === 0 && before.length === SECONDS && before.every((other) => other === 0)) return before;
  return [...before, rate].slice(-SECONDS);
}

/** Bytes a second over the last seconds, as one figure that does not jump. */
export function rateOf(rates: readonly number[]): number {
  const last = rates.slice(-3);
  return last.length === 0 ? 0 : last.reduce((sum, rate) => sum + rate, 0) / last.length;
}
