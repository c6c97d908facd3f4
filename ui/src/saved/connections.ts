/** Saved connections, their groups, and the histories of the connect dialog. */
import { create } from "zustand";
import { ENVIRONMENT_NAMES } from "../domain/environments";
import type {
  ConnectionView,
  Environment,
  GroupView,
  HistoryView,
  ProfilesView,
  SetByView,
  SmartGroupView,
  UsedView,
} from "../ipc/contract";
import { environmentOf } from "../program/program";

export interface Connections {
  /** Those beside one another in their order. */
  groups: readonly GroupView[];
  /** Those of a group in their order. */
  connections: readonly ConnectionView[];
  smartGroups: readonly SmartGroupView[];
  /** What was connected to, most recent first. */
  used: readonly UsedView[];
  history: HistoryView;
}

export const useConnections = create<Connections>(() => ({
  groups: [],
  connections: [],
  smartGroups: [],
  used: [],
  history: { targets: [], profiles: [], regions: [] },
}));

/** Who set an inherited value, in words: "from Payments on-call", "from the settings"; null if it is the connection's own. */
export function originWords(
  value: SetByView | null,
  groups: readonly GroupView[],
  own: number | null = null,
): string | null {
  switch (value?.origin) {
    case "group":
      if (value.group === own) return null;
      return `from ${groups.find((group) => group.id === value.group)?.draft.name ?? "its group"}`;
    case "default":
      return "from the settings";
    case "connection":
    case undefined:
      return null;
  }
}

/** What a connection inherits, as one sentence for its mark; null if it inherits nothing. */
export function inheritance(connection: ConnectionView, groups: readonly GroupView[]): string | null {
  const { effectiveProfile, effectiveRegion, effectiveDocument, effectiveEncryption, effectiveColour } = connection;
  const part = (text: string, value: SetByView | null) => {
    const origin = originWords(value, groups);
    return origin === null ? [] : [`${text} ${origin}`];
  };
  const { origin, group } = effectiveEncryption;
  const parts = [
    ...part(`Profile ${effectiveProfile?.value}`, effectiveProfile),
    ...part(`Region ${effectiveRegion?.value}`, effectiveRegion),
    ...part(`Document ${effectiveDocument?.value}`, effectiveDocument),
    ...part("Encryption", origin === null ? null : { origin, group }),
    ...part(`Colour ${effectiveColour?.value}`, effectiveColour),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}

/** What a connection would inherit if it set nothing itself: the value that holds in its group, else the default. */
export function wouldInherit(
  own: "profile" | "region" | "document",
  group: GroupView | undefined,
  fallback: string | null,
  groups: readonly GroupView[],
): { value: string | null; from: string } {
  const name = { profile: "effectiveProfile", region: "effectiveRegion", document: "effectiveDocument" } as const;
  const inGroup = group?.[name[own]] ?? null;
  if (inGroup?.origin === "group") {
    const from = groups.find(({ id }) => id === inGroup.group);
    return { value: inGroup.value, from: from?.draft.name ?? "its group" };
  }
  if (fallback !== null) return { value: fallback, from: "the settings" };
  return { value: null, from: own === "document" ? "the Region" : "the AWS configuration" };
}

/** The colour that applies: that of production is never covered by another. */
export function environmentOfSaved(
  saved: Pick<ConnectionView, "effectiveProfile" | "effectiveColour">,
  profiles: ProfilesView,
): Environment {
  const ofProfile = environmentOf(saved.effectiveProfile?.value ?? null, profiles);
  return ofProfile === "prod" ? ofProfile : (saved.effectiveColour?.value ?? ofProfile);
}

/** A group and all groups in it, near and far. */
export function groupsWithin(id: number, groups: readonly GroupView[]): ReadonlySet<number> {
  const within = new Set([id]);
  for (let before = 0; before < within.size; ) {
    before = within.size;
    for (const { id: inner, draft } of groups) if (draft.parent !== null && within.has(draft.parent)) within.add(inner);
  }
  return within;
}

export function connectionsWithin(
  id: number,
  groups: readonly GroupView[],
  connections: readonly ConnectionView[],
): readonly ConnectionView[] {
  const within = groupsWithin(id, groups);
  return connections.filter(({ draft }) => draft.group !== null && within.has(draft.group));
}

/** The groups by the group that they stand in, in their order; those whose group is not there stand at the top. */
export function childGroups(groups: readonly GroupView[]): ReadonlyMap<number | null, readonly GroupView[]> {
  const known = new Set(groups.map(({ id }) => id));
  const children = new Map<number | null, GroupView[]>();
  for (const group of groups) {
    const { parent } = group.draft;
    const at = parent !== null && known.has(parent) ? parent : null;
    children.set(at, [...(children.get(at) ?? []), group]);
  }
  return children;
}

/** All groups, each behind the one that it stands in, with how deep that is: for lists to choose from. */
export function groupsInOrder(groups: readonly GroupView[]): { group: GroupView; level: number; path: string }[] {
  const children = childGroups(groups);
  const below = (parent: number | null, level: number, path: string): ReturnType<typeof groupsInOrder> =>
    (children.get(parent) ?? []).flatMap((group) => {
      const own = path === "" ? group.draft.name : `${path} / ${group.draft.name}`;
      return [{ group, level, path: own }, ...below(group.id, level + 1, own)];
    });
  return below(null, 1, "");
}

/** The colour that holds in a group and where it comes from: "Staging, from Payments"; null where none is set. */
export function colourInherited(group: GroupView | undefined, groups: readonly GroupView[]): string | null {
  const colour = group?.effectiveColour ?? null;
  return colour === null
    ? null
    : `${ENVIRONMENT_NAMES[colour.value]}, ${originWords(colour, groups) ?? "from its group"}`;
}
