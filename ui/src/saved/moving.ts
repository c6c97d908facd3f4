/** Where saved things are put by a drag or by keys, and the change that puts them there. */
import { client } from "../ipc/client";
import type { PlaceView, SavedItemView } from "../ipc/contract";
import { change } from "./changes";
import { type Connections, groupsWithin, useConnections } from "./connections";

type Saved = Pick<Connections, "groups" | "connections">;

/** On which part of a row something is dropped. */
export type DropPart = "before" | "into" | "after";

/** Where it would stand; null where it may not, or stands already. */
export function placeOfDrop(
  item: SavedItemView,
  on: SavedItemView | "top",
  part: DropPart,
  saved: Saved,
): PlaceView | null {
  const place = wanted(item, on, part, saved);
  if (place === null || same(item, place.before)) return null;
  if (item.kind === "group" && place.into !== null && groupsWithin(item.id, saved.groups).has(place.into)) return null;
  return place.before === null && place.into === parentOf(item, saved) ? null : place;
}

function wanted(item: SavedItemView, on: SavedItemView | "top", part: DropPart, saved: Saved): PlaceView | null {
  if (on === "top") return { into: null, before: null };
  if (on.kind === "group" && (part === "into" || item.kind === "connection")) return { into: on.id, before: null };
  const into = parentOf(on, saved);
  // Groups stand before connections, so beside another kind only the group counts.
  if (on.kind !== item.kind) return { into, before: null };
  return { into, before: part === "before" ? on : siblingAfter(on, item, saved) };
}

export function parentOf({ kind, id }: SavedItemView, { groups, connections }: Saved): number | null {
  if (kind === "group") return groups.find((group) => group.id === id)?.draft.parent ?? null;
  return connections.find((connection) => connection.id === id)?.draft.group ?? null;
}

/** Those of the same kind beside it, in their order, itself with them. */
function siblings(item: SavedItemView, saved: Saved): SavedItemView[] {
  const parent = parentOf(item, saved);
  const all = item.kind === "group" ? saved.groups : saved.connections;
  const beside = all.map(({ id }): SavedItemView => ({ kind: item.kind, id }));
  return beside.filter((other) => parentOf(other, saved) === parent);
}

function siblingAfter(on: SavedItemView, without: SavedItemView, saved: Saved): SavedItemView | null {
  const beside = siblings(on, saved).filter((other) => !same(other, without));
  return beside[beside.findIndex((other) => same(other, on)) + 1] ?? null;
}

function same(a: SavedItemView, b: SavedItemView | null): boolean {
  return a.kind === b?.kind && a.id === b.id;
}

export function moveTo(item: SavedItemView, place: PlaceView): Promise<boolean> {
  const { groups } = useConnections.getState();
  const group = groups.find(({ id }) => id === place.into)?.draft.name;
  return change(
    () => client.moveSaved([item], place),
    `Moved ${nameOf(item)}${group === undefined ? "" : ` in ${group}`}.`,
  );
}

/** One place up or down among those beside it; nothing at the end. */
export function moveByOne(item: SavedItemView, by: 1 | -1): void {
  const saved = useConnections.getState();
  const beside = siblings(item, saved);
  const at = beside.findIndex((other) => same(other, item));
  const neighbour = beside[at + by];
  if (neighbour === undefined) return;
  const into = parentOf(item, saved);
  // The last place has nothing behind it to be put in front of: the neighbour changes places instead.
  if (by < 0) void moveTo(item, { into, before: neighbour });
  else void change(() => client.moveSaved([neighbour], { into, before: item }), `Moved ${nameOf(item)}.`);
}

function nameOf({ kind, id }: SavedItemView): string {
  const { groups, connections } = useConnections.getState();
  const found = (kind === "group" ? groups : connections).find((one) => one.id === id);
  return found?.draft.name ?? "";
}
