/** What a forward can go by, each under a label that no other has. */
import { useMemo } from "react";
import { EnvBar } from "../domain/glyphs";
import { nodeTitle } from "../domain/node";
import { pairName } from "../domain/words";
import type { ForwardViaView, NodeView } from "../ipc/contract";
import type { Suggestion } from "../kit/suggestions";
import { environmentOf } from "../program/program";
import type { Ways } from "./form";
import { useLookup } from "./use-lookup";
import { type Lookup, viaOf } from "./words";

/** What can be chosen: each under a label that no other has. */
export interface ViaChoices extends Ways {
  groups: { label: string; items: readonly Suggestion[] }[];
}

export function useViaChoices(first: ForwardViaView | null): ViaChoices {
  const { fleet, connections, profiles } = useLookup();
  return useMemo(() => choicesOf({ fleet, connections, profiles }, first), [fleet, connections, profiles, first]);
}

export function choicesOf(lookup: Lookup, first: ForwardViaView | null): ViaChoices {
  const byLabel = new Map<string, ForwardViaView>();
  const add = (name: string, fallback: string, via: ForwardViaView): string => {
    const label = byLabel.has(name) ? `${name} (${fallback})` : name;
    byLabel.set(label, via);
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
  const nodes = lookup.fleet.pairs.flatMap((pair) =>
    [...lookup.fleet.nodes.ofPair(pair.id)].map((node: NodeView): Suggestion => {
      const via = { kind: "node", profile: pair.profile, region: pair.region, node: node.id } as const;
      const label = add(nodeTitle(node), `${node.id}, ${pairName(pair.profile, pair.region)}`, via);
      const hint = pairName(pair.profile, pair.region);
      return { value: label, hint, mark: <EnvBar environment={pair.environment} small /> };
    }),
  );
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
