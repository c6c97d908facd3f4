/** Saved connections, their groups, and the histories of the connect dialog. */
import { create } from "zustand";
import type { ConnectionView, GroupView, HistoryView } from "../ipc/contract";

export interface Connections {
  groups: readonly GroupView[];
  connections: readonly ConnectionView[];
  history: HistoryView;
}

export const useConnections = create<Connections>(() => ({
  groups: [],
  connections: [],
  history: { targets: [], profiles: [], regions: [] },
}));

/** Who set an inherited value, in words: "from Payments on-call", "from the settings"; null if it is the connection's own. */
export function originWords(
  connection: ConnectionView,
  value: ConnectionView["effectiveProfile"],
  groups: readonly GroupView[],
): string | null {
  switch (value?.origin) {
    case "group":
      return `from ${groups.find((group) => group.id === connection.draft.group)?.draft.name ?? "its group"}`;
    case "default":
      return "from the settings";
    case "connection":
    case undefined:
      return null;
  }
}

/** What a connection inherits, as one sentence for its mark; null if it inherits nothing. */
export function inheritance(connection: ConnectionView, groups: readonly GroupView[]): string | null {
  const part = (label: string, value: ConnectionView["effectiveProfile"]) => {
    const origin = originWords(connection, value, groups);
    return origin === null ? [] : [`${label} ${value?.value} ${origin}`];
  };
  const parts = [...part("Profile", connection.effectiveProfile), ...part("Region", connection.effectiveRegion)];
  return parts.length === 0 ? null : parts.join(", ");
}

/** What a connection would inherit if it set nothing itself: the value of its group, else the default. */
export function wouldInherit(
  own: "profile" | "region",
  group: GroupView | undefined,
  fallback: string | null,
): { value: string | null; from: string } {
  const fromGroup = group?.draft[own] ?? null;
  if (group !== undefined && fromGroup !== null) return { value: fromGroup, from: group.draft.name };
  if (fallback !== null) return { value: fallback, from: "the settings" };
  return { value: null, from: "the AWS configuration" };
}
