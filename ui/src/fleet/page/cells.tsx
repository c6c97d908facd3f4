/** What stands in the cells of the table. */
import type { ReactNode } from "react";
import { EnvBar, Glyph, nodeGlyph, PlatformIcon } from "../../domain/glyphs";
import { isStopped, nodeStateWords, nodeTitle } from "../../domain/node";
import type { NodeView, PairView } from "../../ipc/contract";
import { ago, clock } from "../../kit/words";
import styles from "./table.module.css";

/** A cell of a node; `now` is the time that ages are told by. */
export function cellOf(field: string, node: NodeView, pair: PairView | undefined, now: number): ReactNode {
  switch (field) {
    case "name":
      return <NameCell node={node} />;
    case "profile":
      return <PairCell pair={pair} />;
    case "state":
      return <StateCell node={node} now={now} />;
    case "system":
      return <SystemCell node={node} />;
    case "launched":
      return <span className="line">{node.launchedAtMs === null ? "" : clock(node.launchedAtMs, now)}</span>;
    case "id":
    case "private-ip":
    case "public-ip":
      return <span className={`${styles.mono} line`}>{textOf(field, node, pair)}</span>;
    default:
      return <span className="line">{textOf(field, node, pair)}</span>;
  }
}

function textOf(field: string, node: NodeView, pair: PairView | undefined): string {
  if (field.startsWith("tag:")) return node.tags.find(({ key }) => key === field.slice(4))?.value ?? "";
  return TEXTS[field]?.(node, pair) ?? "";
}

const TEXTS: Record<string, (node: NodeView, pair: PairView | undefined) => string | null | undefined> = {
  id: (node) => node.id,
  account: (node) => node.account,
  region: (_, pair) => pair?.region,
  zone: (node) => node.zone,
  type: (node) => (node.kind === "hybrid" ? "hybrid" : node.instanceType),
  "private-ip": (node) => node.privateIp,
  "public-ip": (node) => node.publicIp,
  agent: (node) => node.agentVersion,
  role: (node) => node.role,
};

function NameCell({ node }: { node: NodeView }) {
  return (
    <>
      <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
      <b className="line">{nodeTitle(node)}</b>
    </>
  );
}

function PairCell({ pair }: { pair: PairView | undefined }) {
  if (pair === undefined) return null;
  return (
    <>
      <EnvBar environment={pair.environment} />
      <span className="line">
        {pair.profile} <i>{pair.region}</i>
      </span>
    </>
  );
}

const AGENT_WORDS: Record<NodeView["ping"], string> = {
  online: "Online",
  lost: "Lost",
  inactive: "Inactive",
  "no-agent": "No agent",
  unknown: "Agent not asked",
};

function StateCell({ node, now }: { node: NodeView; now: number }) {
  const words = nodeStateWords(node)[0] ?? "";
  if (isStopped(node) || node.state === "pending")
    return <span className="line">{words.charAt(0).toUpperCase() + words.slice(1)}</span>;
  const isLost = node.ping === "lost" || node.ping === "inactive";
  return (
    <span className="line" data-lost={isLost || undefined}>
      {AGENT_WORDS[node.ping]} {node.lastPingAtMs !== null && <i>{ago(node.lastPingAtMs, now)}</i>}
    </span>
  );
}

function SystemCell({ node }: { node: NodeView }) {
  return (
    <>
      <PlatformIcon platform={node.platform} />
      <span className="line">{node.platformName}</span>
    </>
  );
}
