/** What the palette lists: by which words each kind is found, and what stands before what. */

import type { Offer } from "../actions/offered";
import { nodeTitle } from "../domain/node";
import { naturalKey, type Standing } from "../domain/rank";
import { pairName } from "../domain/words";
import type { Via } from "../forwards/words";
import { destination, localAddress } from "../forwards/words";
import type { ConnectionView, ForwardView, NodeView, PairView, ProfilesView, TabView } from "../ipc/contract";
import { moreOf } from "../kit/fit";
import { environmentOf } from "../program/program";
import type { Recencies } from "../sessions/recently-used";
import type { Source } from "./best";

export interface Everything {
  actions: readonly Offer[];
  /** How many nodes there are; the program finds the best of them. */
  nodes: number;
  pairs: ReadonlyMap<number, PairView>;
  connections: readonly ConnectionView[];
  groupNames: ReadonlyMap<number, string>;
  profiles: ProfilesView;
  tabs: readonly TabView[];
  forwards: readonly ForwardHit[];
  recency: Recencies;
}

/** A forward with what it goes by. */
export interface ForwardHit {
  forward: ForwardView;
  via: Via;
}

/** One thing that can be chosen; `id` tells it from all others. */
export type Hit =
  | { kind: "tab"; id: string; tab: TabView }
  | { kind: "node"; id: string; node: NodeView }
  | { kind: "saved"; id: string; saved: ConnectionView }
  | ({ kind: "forward"; id: string } & ForwardHit)
  | { kind: "pair"; id: string; pair: PairView }
  | { kind: "action"; id: string; action: Offer };

export type HitKind = Hit["kind"];

export function tabSource({ recency }: Everything): Source<TabView, Hit> {
  return {
    id: (tab) => `tab:${tab.id}`,
    text: (tab) => ({
      name: tab.title.toLowerCase(),
      more: moreOf(tab.target, pairName(tab.profile, tab.region)),
    }),
    standing: (tab) => ({
      production: tab.environment === "prod",
      recency: recency.tab(tab),
      order: naturalKey(tab.title),
      last: naturalKey(String(tab.id)),
    }),
    hit: (tab, id) => ({ kind: "tab", id, tab }),
  };
}

export function nodeSource({ pairs, recency }: Everything): Source<NodeView, Hit> {
  return {
    id: (node) => `node:${node.key}`,
    text: (node) => ({ name: nodeTitle(node).toLowerCase(), more: moreOf(node.id, node.privateIp, node.publicIp) }),
    standing: (node) => ({
      production: pairs.get(node.pair)?.environment === "prod",
      recency: recency.node(node),
      order: naturalKey(nodeTitle(node)),
      last: node.key,
    }),
    hit: (node, id) => ({ kind: "node", id, node }),
  };
}

export function savedSource({ groupNames, profiles, recency }: Everything): Source<ConnectionView, Hit> {
  return {
    id: (saved) => `saved:${saved.id}`,
    text: ({ draft, effectiveProfile, effectiveRegion }) => ({
      name: draft.name.toLowerCase(),
      more: moreOf(
        draft.target,
        groupNames.get(draft.group ?? -1),
        effectiveProfile?.value,
        effectiveRegion?.value,
        ...draft.tags,
      ),
    }),
    standing: (saved) => ({
      production: environmentOf(saved.effectiveProfile?.value ?? null, profiles) === "prod",
      recency: recency.saved(saved),
      order: naturalKey(saved.draft.name),
      last: naturalKey(String(saved.id)),
    }),
    hit: (saved, id) => ({ kind: "saved", id, saved }),
  };
}

export const forwardSource: Source<ForwardHit, Hit> = {
  id: ({ forward }) => `forward:${forward.id}`,
  text: ({ forward, via }) => ({
    name: forward.draft.name.toLowerCase(),
    more: moreOf(
      forward.draft.group,
      via.title,
      via.scope,
      destination(forward.draft.destination),
      localAddress(forward),
    ),
  }),
  standing: ({ forward, via }) => ({
    production: via.environment === "prod",
    recency: 0,
    order: naturalKey(forward.draft.name),
    last: naturalKey(String(forward.id)),
  }),
  hit: (found, id) => ({ kind: "forward", id, ...found }),
};

export const pairSource: Source<PairView, Hit> = {
  id: (pair) => `pair:${pair.id}`,
  text: (pair) => ({ name: pairName(pair.profile, pair.region).toLowerCase(), more: "" }),
  standing: (pair) => ({ ...EQUAL, order: naturalKey(pairName(pair.profile, pair.region)), last: String(pair.id) }),
  hit: (pair, id) => ({ kind: "pair", id, pair }),
};

/** Actions stand in the order in which they are offered. */
export const actionSource: Source<Offer, Hit> = {
  id: ({ key }) => `action:${key}`,
  text: ({ title, also }) => ({ name: title.toLowerCase(), more: moreOf(also) }),
  standing: (_, place) => ({ ...EQUAL, recency: place }),
  hit: (action, id) => ({ kind: "action", id, action }),
};

const EQUAL: Standing = { production: false, recency: 0, order: "", last: "" };
