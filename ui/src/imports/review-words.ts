/** A review of an import in words. */
import type { ImportEntryView, ImportReviewView } from "../ipc/contract";
import { counted, figure } from "../kit/words";
import type { Chosen } from "./actions";

/** "3 new, 1 changed, 12 already there, 2 not usable" */
export function summaryOf(review: ImportReviewView): string {
  const count = (state: ImportEntryView["state"]) =>
    figure(review.connections.filter((entry) => entry.state === state).length);
  const unusable = figure(review.unusable.length);
  return `${count("new")} new, ${count("changed")} changed, ${count("same")} already there, ${unusable} not usable.`;
}

/** "3 connections", "1 group" */
export function countedChoice({ groups, connections }: Chosen): string {
  return connections.size > 0 ? counted(connections.size, "connection") : counted(groups.size, "group");
}

/** "region: nothing → eu-west-1" */
export function changeWords({ changes }: ImportEntryView): string {
  const shown = (text: string) => (text === "" ? "nothing" : text);
  return changes.map(({ field, before, after }) => `${field}: ${shown(before)} → ${shown(after)}`).join("; ");
}
