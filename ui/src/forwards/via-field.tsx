/** What a forward goes by: a node of the fleet or a saved connection by a part of its name, or any node with tags. */
import { useEffect, useState } from "react";
import { EnvBar, Glyph, nodeGlyph } from "../domain/glyphs";
import { isStopped, nodeStateWords, nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import { FieldPair } from "../forms/fields";
import type { Form } from "../forms/use-form";
import { client } from "../ipc/client";
import type { NodeView, PairView } from "../ipc/contract";
import { Button } from "../kit/button";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { counted } from "../kit/words";
import { type ForwardValues, type Problems, pairLabel } from "./form";
import styles from "./forwards.module.css";
import { hasTags, tagQuestion, tagsOf } from "./tags";
import { useLookup } from "./use-lookup";
import type { ViaChoices } from "./via-choices";
import { viaOf } from "./words";

interface ViaFieldsProps {
  form: Form<ForwardValues>;
  choices: ViaChoices;
  pairs: readonly PairView[];
  problems: Problems;
}

export function ViaFields(props: ViaFieldsProps) {
  const { form } = props;
  const byTags = form.values.by === "tags";
  return (
    <div className={styles.viaFields}>
      {byTags ? <TagFields {...props} /> : <OneField {...props} />}
      <Button
        look="link"
        size="sm"
        className={styles.viaSwitch}
        onClick={() => form.set("by", byTags ? "one" : "tags")}
        data-testid="forward-by"
      >
        {byTags ? "One node instead" : "Any node with tags instead"}
      </Button>
    </div>
  );
}

function OneField({ form, choices, problems }: ViaFieldsProps) {
  const lookup = useLookup();
  const { via: text } = form.values;
  const via = choices.byLabel.get(text.trim());
  const found = via === undefined ? null : viaOf(via, lookup);
  return (
    <LabelledSuggest
      label="Via node"
      value={text}
      onText={(via) => {
        form.set("via", via);
        choices.search(via);
      }}
      groups={choices.groups}
      placeholder="A node or a saved connection"
      autoFocus={text === ""}
      error={problems.via ?? form.under("via")}
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

function TagFields({ form, pairs, problems }: ViaFieldsProps) {
  const items = pairs.map((pair) => ({
    value: pairLabel(pair),
    mark: <EnvBar environment={pair.environment} small />,
  }));
  return (
    <FieldPair>
      <LabelledSuggest
        label="Nodes of"
        value={form.values.pair}
        onText={(pair) => form.set("pair", pair)}
        groups={[{ label: "Pairs", items }]}
        placeholder="acme-prod / eu-central-1"
        autoFocus={form.values.pair === ""}
        error={problems.pair ?? null}
        data-testid="forward-pair"
      />
      <LabelledText
        {...form.text("tags")}
        label="With tags"
        mono
        placeholder="role=bastion env=prod,stage"
        error={problems.tags ?? form.under("via")}
        hint={<TagHint form={form} pairs={pairs} />}
        data-testid="forward-tags"
      />
    </FieldPair>
  );
}

/** Which nodes the tags mean now. AWS is asked again at each start, so the fleet is only what is known of it. */
function TagHint({ form, pairs }: Pick<ViaFieldsProps, "form" | "pairs">) {
  const pair = pairs.find((one) => pairLabel(one) === form.values.pair.trim());
  const tags = tagsOf(form.values.tags);
  const found = useTagged(pair?.id ?? null, tagQuestion(tags));
  if (pair === undefined || tags.length === 0) return "All tags must match; values with commas between, any of them.";
  if (found === null) return "Looking for nodes with these tags.";
  // The search takes no notice of case, and AWS does.
  const nodes = found.filter((node) => hasTags(node, tags));
  const healthy = nodes.filter(isHealthy);
  const [first] = healthy;
  if (first === undefined) return `${counted(nodes.length, "node")} of the fleet, none with its agent online.`;
  const others = healthy.length - 1;
  return others === 0
    ? `${nodeTitle(first)} only: nothing to move to.`
    : `${counted(healthy.length, "node")} with the agent online, such as ${nodeTitle(first)}.`;
}

/** As many as are looked at for the hint. */
const MOST_TAGGED = 500;

/** The nodes of a pair that a question finds, asked for anew when the fleet changes; null until they are known. */
function useTagged(pair: number | null, query: string): readonly NodeView[] | null {
  const revision = useFleet((fleet) => fleet.revision);
  const [found, setFound] = useState<{ of: string; nodes: readonly NodeView[] } | null>(null);
  const of = `${pair} ${query}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another fleet gives another answer
  useEffect(() => {
    if (pair === null || query === "") return;
    let isWanted = true;
    const take = ({ nodes }: { nodes: NodeView[] }) => isWanted && setFound({ of, nodes });
    client.fleetNodes({ query, onlyRunning: false }, pair, 0, MOST_TAGGED).then(take, () => undefined);
    return () => {
      isWanted = false;
    };
  }, [of, pair, query, revision]);
  return found?.of === of ? found.nodes : null;
}

function isHealthy(node: NodeView): boolean {
  return !isStopped(node) && node.ping === "online";
}
