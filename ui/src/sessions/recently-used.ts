/** What was used in this run of the page, the newest first; it orders what fits a search equally well. */
import type { ConnectionView, NodeView, TabView } from "../ipc/contract";
import type { Layout } from "../workbench/layout";

/** More than anybody remembers. */
const KEPT = 100;

let used: readonly string[] = [];

/** A session was opened in this tab. */
export function noteUse(tab: TabView) {
  const keys = [nodeKey(tab.nodeKey), savedKey(tab.connection)].filter((key) => key !== null);
  used = [...keys, ...used.filter((key) => !keys.includes(key))].slice(0, KEPT);
}

/** Keys of what was used, the newest first: `n:` and a node's key, `c:` and a connection's number. */
export function usedKeys(): readonly string[] {
  return used;
}

/** Another account or the demo: its nodes have other keys. */
export function forgetUses() {
  used = [];
}

/** Places in the order of last use: 0 is the newest, Infinity was never used. */
export interface Recencies {
  tab: (tab: TabView) => number;
  node: (node: NodeView) => number;
  saved: (saved: ConnectionView) => number;
}

/** As it is now. The tab that is shown comes last of the tabs: nobody has to go there. */
export function recencies({ recent, active }: Pick<Layout, "recent" | "active">): Recencies {
  const places = new Map(used.map((key, place) => [key, place]));
  const tabs = new Map(recent.map((id, place) => [id, place]));
  const of = (key: string | null) => (key === null ? undefined : places.get(key)) ?? NEVER;
  return {
    tab: ({ id }) => (id === active ? NEVER : (tabs.get(id) ?? MOST)),
    node: ({ key }) => of(nodeKey(key)),
    saved: ({ id }) => of(savedKey(id)),
  };
}

const NEVER = Number.POSITIVE_INFINITY;
const MOST = Number.MAX_SAFE_INTEGER;

function nodeKey(key: string | null): string | null {
  return key === null ? null : `n:${key}`;
}

function savedKey(id: number | null): string | null {
  return id === null ? null : `c:${id}`;
}
