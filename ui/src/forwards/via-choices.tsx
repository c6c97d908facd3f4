/** What a forward can go by, each under a label that no other has. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import { nodeTitle } from "../domain/node";
import { pairName } from "../domain/words";
import { client } from "../ipc/client";
import type { BestView, ForwardViaView, NodeView } from "../ipc/contract";
import type { Suggestion } from "../kit/suggestions";
import { environmentOf } from "../program/program";
import { usedKeys } from "../sessions/recently-used";
import type { Ways } from "./form";
import { useLookup } from "./use-lookup";
import { type Lookup, viaOf } from "./words";

/** What can be chosen: each under a label that no other has. */
export interface ViaChoices extends Ways {
  groups: { label: string; items: readonly Suggestion[] }[];
  /** Offers the nodes that a text finds. */
  search: (text: string) => void;
}

/** A screen of them is enough to choose from; typing finds the others. */
const MOST_NODES = 60;

export function useViaChoices(first: ForwardViaView | null): ViaChoices {
  const { fleet, connections, profiles } = useLookup();
  const [nodes, setNodes] = useState<readonly NodeView[]>([]);
  // What was chosen stays known under its label, whatever is found next.
  const known = useRef<ReadonlyMap<string, ForwardViaView>>(new Map());
  const last = useRef(0);
  const search = useCallback((text: string) => {
    last.current += 1;
    const number = last.current;
    const request = { ask: { query: text, onlyRunning: false }, limit: MOST_NODES, used: [...usedKeys()] };
    const take = ({ nodes }: BestView) => number === last.current && setNodes(nodes);
    // Without an answer the field offers what it offered.
    client.fleetBest(request).then(take, () => undefined);
  }, []);
  useEffect(() => search(""), [search]);
  return useMemo(() => {
    const choices = choicesOf({ fleet, connections, profiles }, nodes, first, known.current);
    known.current = choices.byLabel;
    return { ...choices, search };
  }, [fleet, connections, profiles, nodes, first, search]);
}

export function choicesOf(
  lookup: Lookup,
  found: readonly NodeView[],
  first: ForwardViaView | null,
  known: ReadonlyMap<string, ForwardViaView> = new Map(),
): Omit<ViaChoices, "search"> {
  const byLabel = new Map(known);
  const labels = new Map([...known].map(([label, via]) => [JSON.stringify(via), label]));
  const add = (name: string, fallback: string, via: ForwardViaView): string => {
    const before = labels.get(JSON.stringify(via));
    if (before !== undefined) return before;
    const label = byLabel.has(name) ? `${name} (${fallback})` : name;
    byLabel.set(label, via);
    labels.set(JSON.stringify(via), label);
    return label;
  };
  const saved = lookup.connections.map((connection): Suggestion => {
    const { id, draft, effectiveProfile } = connection;
    const label = add(draft.name, `connection ${id}`, { kind: "saved", id });
    return {
      value: label,
      hint: pairName(effectiveProfile?.value ?? null, connection.effectiveRegion?.value ?? null),
      mark: <EnvBar environment={environmentOf(effectiveProfile?.value ?? null, lookup.profiles)} small />,
    };
  });
  const pairs = new Map(lookup.fleet.pairs.map((pair) => [pair.id, pair]));
  const nodes = found.flatMap((node): Suggestion[] => {
    const pair = pairs.get(node.pair);
    if (pair === undefined) return [];
    const via = { kind: "node", profile: pair.profile, region: pair.region, node: node.id } as const;
    const hint = pairName(pair.profile, pair.region);
    const label = add(nodeTitle(node), `${node.id}, ${hint}`, via);
    return [{ value: label, hint, mark: <EnvBar environment={pair.environment} small /> }];
  });
  const groups = [
    { label: "Saved connections", items: saved },
    { label: "Nodes", items: nodes },
  ];
  return { groups, byLabel, first: first === null ? "" : labelOf(first, byLabel, lookup, add) };
}

/** A node that is not synced any more can still be gone by. */
function labelOf(
  first: ForwardViaView,
  byLabel: ReadonlyMap<string, ForwardViaView>,
  lookup: Lookup,
  add: (name: string, fallback: string, via: ForwardViaView) => string,
): string {
  const same = JSON.stringify(first);
  for (const [label, via] of byLabel) if (JSON.stringify(via) === same) return label;
  const { title, scope, gone } = viaOf(first, lookup);
  return gone ? "" : add(title, scope, first);
}
