/** What saved connections inherit in the stand-in, level by level as the program does it. */
import type {
  ConnectionDraftView,
  ConnectionView,
  GroupDraftView,
  GroupView,
  OriginView,
  SettingsView,
} from "../contract";

export type KeptGroup = { id: number; draft: GroupDraftView; collapsed: boolean };
type Inheritance = Omit<GroupView, "id" | "draft" | "collapsed">;
type SetBy = { origin: OriginView; group: number | null };
type Level = SetBy &
  Pick<GroupDraftView, "profile" | "region" | "document" | "parameters" | "encryption" | "colour" | "guard">;

const NOTHING = { document: null, parameters: [], encryption: null, colour: null };

export function groupView(group: KeptGroup, groups: readonly KeptGroup[], settings: SettingsView): GroupView {
  return { ...group, ...inheritance(levels(null, group.id, groups, settings)) };
}

export function connectionView(
  id: number,
  draft: ConnectionDraftView,
  groups: readonly KeptGroup[],
  settings: SettingsView,
): ConnectionView {
  return { id, draft, ...inheritance(levels(draft, draft.group, groups, settings)) };
}

function levels(
  own: ConnectionDraftView | null,
  group: number | null,
  groups: readonly KeptGroup[],
  { defaultProfile, defaultRegion }: SettingsView,
): Level[] {
  const found: Level[] = own === null ? [] : [{ ...own, origin: "connection", group: null }];
  for (let next = group; next !== null; ) {
    const above = groups.find(({ id }) => id === next);
    if (above === undefined) break;
    found.push({ ...above.draft, origin: "group", group: above.id });
    next = above.draft.parent;
  }
  const guard = { readOnly: false, reason: false, paste: false };
  const fallback = { ...NOTHING, profile: defaultProfile, region: defaultRegion, guard };
  return [...found, { ...fallback, origin: "default", group: null }];
}

function inheritance(all: readonly Level[]): Inheritance {
  const text = (of: "profile" | "region" | "document") => nearest(all, (level) => level[of]);
  const encryption = nearest(all, ({ encryption }) => encryption);
  return {
    effectiveProfile: text("profile"),
    effectiveRegion: text("region"),
    effectiveDocument: text("document"),
    effectiveParameters: parameters(all),
    effectiveEncryption:
      encryption === null
        ? { policy: { kind: "prefer" }, origin: null, group: null }
        : { policy: encryption.value, origin: encryption.origin, group: encryption.group },
    effectiveColour: nearest(all, ({ colour }) => colour),
    effectiveGuard: {
      readOnly: whoAsks(all, "readOnly"),
      reason: whoAsks(all, "reason"),
      paste: whoAsks(all, "paste"),
    },
  };
}

function nearest<T>(all: readonly Level[], of: (level: Level) => T | null): (SetBy & { value: T }) | null {
  for (const level of all) {
    const value = of(level);
    if (value !== null) return { value, origin: level.origin, group: level.group };
  }
  return null;
}

function whoAsks(all: readonly Level[], of: "readOnly" | "reason" | "paste"): SetBy | null {
  const level = all.find(({ guard }) => guard[of]);
  return level === undefined ? null : { origin: level.origin, group: level.group };
}

function parameters(all: readonly Level[]): Inheritance["effectiveParameters"] {
  const document = all.findIndex((level) => level.document !== null);
  const merged = new Map<string, Inheritance["effectiveParameters"][number]>();
  for (const { parameters, origin, group } of all.slice(0, document < 0 ? undefined : document + 1).reverse())
    for (const { name, values } of parameters) merged.set(name, { name, values, origin, group });
  return [...merged.values()];
}
