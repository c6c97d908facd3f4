/** What a forward goes by: a node of the fleet or a saved connection, found by a part of its name. */
import { useMemo } from "react";
import { EnvBar, Glyph, nodeGlyph } from "../domain/glyphs";
import { nodeStateWords, nodeTitle } from "../domain/node";
import { pairName } from "../domain/words";
import type { ForwardViaView, NodeView } from "../ipc/contract";
import { LabelledSuggest } from "../kit/labelled";
import type { Suggestion } from "../kit/suggestions";
import { environmentOf } from "../program/program";
import styles from "./forwards.module.css";
import { useLookup } from "./use-lookup";
import { type Lookup, viaOf } from "./words";

interface ViaFieldProps {
  text: string;
  onText: (text: string) => void;
  choices: ViaChoices;
  error: string | null;
  autoFocus: boolean;
}

export function ViaField({ text, onText, choices, error, autoFocus }: ViaFieldProps) {
  const lookup = useLookup();
  const via = choices.byLabel.get(text.trim());
  const found = via === undefined ? null : viaOf(via, lookup);
  return (
    <LabelledSuggest
      label="Via node"
      value={text}
      onText={onText}
      groups={choices.groups}
      placeholder="A node or a saved connection"
      autoFocus={autoFocus}
      error={error}
      hint={
        found !== null && (
          <span className={styles.viaHint}>
            {found.node !== undefined && <Glyph state={nodeGlyph(found.node)} hybrid={found.node.kind === "hybrid"} />}
            <EnvBar environment={found.environment} small />
            {[found.scope, ...(found.node === undefined ? [] : nodeStateWords(found.node))].filter(Boolean).join(", ")}
          </span>
        )
      }
      data-testid="forward-via"
    />
  );
}

/** What can be chosen: each under a label that no other has. */
export interface ViaChoices {
  groups: { label: string; items: readonly Suggestion[] }[];
  byLabel: ReadonlyMap<string, ForwardViaView>;
  /** The label of what is chosen at first; empty for none. */
  first: string;
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
