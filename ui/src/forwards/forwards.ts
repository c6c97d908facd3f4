/** The declared forwards, how each stands, and which groups they make. */
import { create } from "zustand";
import { naturalKey } from "../domain/rank";
import type { ForwardTrafficView, ForwardView } from "../ipc/contract";
import { recall, remember } from "../window/remembered";

export interface Forwards {
  forwards: readonly ForwardView[];
  /** What the list is narrowed by. */
  filter: string;
  /** Groups that are shown folded, by name. */
  folded: ReadonlySet<string>;
  /** The one that keys and the palette mean, while the page is shown. */
  selected: number | null;
}

/** Forwards of one name of a group; those without one come first. */
export interface ForwardGroup {
  name: string;
  forwards: readonly ForwardView[];
}

const STORED = "postern.forwards";

export const useForwards = create<Forwards>(() => ({
  forwards: [],
  filter: "",
  folded: new Set(foldedBefore()),
  selected: null,
}));

function foldedBefore(): string[] {
  const { folded } = recall(STORED);
  return Array.isArray(folded) ? folded.filter((name) => typeof name === "string") : [];
}

/** Everything anew. */
export function replaceForwards(forwards: readonly ForwardView[]) {
  useForwards.setState({ forwards: inOrder(forwards), selected: null });
}

/** What an event says of forwards. */
export function changeForwards(changed: readonly ForwardView[], removals: readonly number[]) {
  const left = new Map(useForwards.getState().forwards.map((forward) => [forward.id, forward]));
  for (const id of removals) left.delete(id);
  for (const forward of changed) left.set(forward.id, forward);
  useForwards.setState(({ selected }) => ({
    forwards: inOrder([...left.values()]),
    selected: selected !== null && left.has(selected) ? selected : null,
  }));
}

/** What went through them. */
export function countTraffic(traffic: readonly ForwardTrafficView[]) {
  const counted = new Map(traffic.map((counts) => [counts.id, counts]));
  useForwards.setState(({ forwards }) => ({
    forwards: forwards.map((forward) => {
      const counts = counted.get(forward.id);
      return counts === undefined ? forward : { ...forward, traffic: counts };
    }),
  }));
}

export function foldForwards(group: string, fold: boolean) {
  const folded = new Set(useForwards.getState().folded);
  if (fold) folded.add(group);
  else folded.delete(group);
  useForwards.setState({ folded });
  remember(STORED, { folded: [...folded] });
}

export function forwardOf(id: number): ForwardView | undefined {
  return useForwards.getState().forwards.find((forward) => forward.id === id);
}

/** Whether it is switched on, in whatever state. */
export function isOn({ state }: ForwardView): boolean {
  return state.kind !== "off" && state.kind !== "stopping";
}

/** Whether it listens, or will by itself. */
export function isLive(forward: ForwardView): boolean {
  return isOn(forward) && forward.state.kind !== "failed";
}

/** In the order of the page. */
export function groupsOf(forwards: readonly ForwardView[]): readonly ForwardGroup[] {
  const groups = new Map<string, ForwardView[]>();
  for (const forward of forwards) {
    const { group } = forward.draft;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [forward]);
    else members.push(forward);
  }
  const order = ({ name }: ForwardGroup) => naturalKey(name);
  return [...groups]
    .map(([name, members]) => ({ name, forwards: members }))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The names of the groups that there are. */
export function groupNames(forwards: readonly ForwardView[]): readonly string[] {
  return groupsOf(forwards).flatMap(({ name }) => (name === "" ? [] : [name]));
}

function inOrder(forwards: readonly ForwardView[]): readonly ForwardView[] {
  const keys = new Map(forwards.map((forward) => [forward.id, naturalKey(forward.draft.name)]));
  const key = ({ id }: ForwardView) => keys.get(id) ?? "";
  return [...forwards].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
}
