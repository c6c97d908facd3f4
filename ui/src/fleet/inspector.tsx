/** The facts of what is selected in the tree, and what can be done with it. */

import { Copy, KeyRound, MonitorUp, RefreshCw, SquareTerminal, Star } from "lucide-react";
import { EnvChip, Glyph, nodeGlyph } from "../domain/glyphs";
import { isStopped, nodeStateWords, nodeTitle } from "../domain/node";
import { pairName } from "../domain/words";
import { addForwardThrough } from "../forwards/actions";
import type { NodeView, PairView } from "../ipc/contract";
import { Button, IconButton, Keys, Tip } from "../kit/button";
import { Notice } from "../kit/notice";
import { useNow } from "../kit/time";
import { ago, clock, figure, lasting } from "../kit/words";
import { reveal, savedAs, saveNode } from "../saved/actions";
import { useConnections } from "../saved/connections";
import { connectNode } from "../sessions/actions";
import { askForDesktop, askForPassword, canOpenDesktop, hasDesktop } from "../sessions/remote-desktop";
import { syncPair } from "../settings/actions";
import { copyText } from "../window/clipboard";
import { Fact, ForwardButton, ForwardsThrough, OpenSessions, RunButton, Section, sentence, Top } from "./facts";
import { sizeOf, useFleet, useNode } from "./fleet";
import styles from "./inspector.module.css";
import { ConnectionFacts, GroupFacts } from "./saved-facts";
import { selection, useSelection } from "./selection";
import { isPartial, olderPart, problemOf, problemText } from "./sync-problem";

export function Inspector() {
  const selected = useSelection((now) => now.selected) ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  const node = useNode(kind === "n" ? id : null);
  const pair = useFleet((fleet) => fleet.pairs.find((other) => other.id === (kind === "p" ? Number(id) : node?.pair)));
  const connection = useConnections((now) => now.connections.find((other) => kind === "c" && other.id === Number(id)));
  const group = useConnections((now) => now.groups.find((other) => kind === "g" && other.id === Number(id)));
  return (
    <aside className={styles.inspector} tabIndex={-1} data-area="inspector" data-inspector aria-label="Inspector">
      {node !== undefined ? (
        <NodeFacts node={node} pair={pair} />
      ) : connection !== undefined ? (
        <ConnectionFacts connection={connection} />
      ) : group !== undefined ? (
        <GroupFacts group={group} />
      ) : pair !== undefined ? (
        <PairFacts pair={pair} />
      ) : (
        <Empty />
      )}
    </aside>
  );
}

function Empty() {
  return (
    <>
      <div className={styles.head}>
        <Top />
      </div>
      <p className={styles.empty}>Select a node or a saved connection to see what is known of it.</p>
    </>
  );
}

function NodeFacts({ node, pair }: { node: NodeView; pair: PairView | undefined }) {
  const now = useNow(10_000);
  const saved = useConnections((state) => savedAs(node, pair, state.connections));
  return (
    <>
      <div className={styles.head}>
        <Top chip={pair !== undefined && <EnvChip environment={pair.environment}>{pair.profile}</EnvChip>}>
          {saved === undefined ? (
            <IconButton
              label="Save as connection"
              onClick={() => void saveNode(node)}
              data-testid="connection-save-node"
            >
              <Star size={15} />
            </IconButton>
          ) : (
            <IconButton label={`Saved as ${saved.draft.name}`} onClick={() => reveal("connection", saved.id)}>
              <Star size={15} fill="currentColor" />
            </IconButton>
          )}
        </Top>
        <h2 data-selectable>{nodeTitle(node)}</h2>
        <div className={styles.state}>
          <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
          <span>{sentence(nodeStateWords(node))}</span>
          {node.lastPingAtMs !== null && !isStopped(node) && <small>{ago(node.lastPingAtMs, now)}</small>}
        </div>
        {pair !== undefined && isPartial(pair) && (
          <p className={styles.part} data-testid="node-part">
            {problemText(pair, now)}
          </p>
        )}
        <div className={styles.actions}>
          <Button
            look="primary"
            icon={<SquareTerminal size={14} />}
            onClick={() => connectNode(node)}
            data-testid="inspector-connect"
          >
            Connect <Keys keys={["Enter"]} />
          </Button>
          <Button icon={<Copy size={14} />} onClick={() => void copyText(node.id, node.id)}>
            Copy id
          </Button>
          <Button icon={<RefreshCw size={14} />} onClick={() => void syncPair(node.pair)}>
            Sync pair
          </Button>
          <RunButton on={{ kind: "node", key: node.key }} />
          <ForwardButton onClick={() => addForwardThrough(node)} />
          {hasDesktop(node) && <DesktopButtons node={node} />}
        </div>
      </div>
      <Section title="Node">
        <Fact name="Id" value={node.id} mono />
        <Fact name="Region" value={pair?.region ?? null} />
        <Fact name="Zone" value={node.zone} />
        <Fact name="Platform" value={node.platformName} />
        <Fact name="Type" value={node.kind === "hybrid" ? "Hybrid node" : node.instanceType} />
        <Fact name="Private IP" value={node.privateIp} mono />
        <Fact name="Public IP" value={node.publicIp} mono />
        <Fact name="Role" value={node.role} />
        <Fact name="Agent" value={node.agentVersion} />
        <Fact name="Up" value={upFor(node, now)} />
      </Section>
      {node.tags.length > 0 && <NodeTags tags={node.tags} />}
      <ForwardsThrough
        through={({ draft: { via }, through }) =>
          via.kind !== "saved" &&
          (via.kind === "node" ? via.node : through?.node) === node.id &&
          via.profile === pair?.profile &&
          via.region === pair.region
        }
      />
      <OpenSessions target={node.id} />
    </>
  );
}

/** What only Windows nodes have. */
function DesktopButtons({ node }: { node: NodeView }) {
  return (
    <>
      <Button
        icon={<MonitorUp size={14} />}
        disabled={!canOpenDesktop(node)}
        onClick={() => askForDesktop(node)}
        data-testid="inspector-desktop"
      >
        Remote desktop…
      </Button>
      {node.kind !== "hybrid" && (
        <Button icon={<KeyRound size={14} />} onClick={() => askForPassword(node)} data-testid="inspector-password">
          Administrator's password…
        </Button>
      )}
    </>
  );
}

/** Tags, each of which searches for itself. */
function NodeTags({ tags }: { tags: NodeView["tags"] }) {
  return (
    <Section title="Tags" count={tags.length}>
      <div className={styles.tags}>
        {tags.map(({ key, value }) => (
          <Tip key={key} text={`Search ${key}=${value}`}>
            <button type="button" className={styles.tag} onClick={() => selection.search(tagTerm(key, value))}>
              <i className="line">{key}</i>
              <span className="line">{value}</span>
            </button>
          </Tip>
        ))}
      </div>
    </Section>
  );
}

function upFor(node: NodeView, nowMs: number): string | null {
  return node.launchedAtMs === null || isStopped(node) ? null : lasting(nowMs - node.launchedAtMs);
}

/** A search for exactly this tag; quotes keep spaces and commas together. */
function tagTerm(key: string, value: string): string {
  const quoted = (text: string) => (/[\s,*=]/.test(text) ? `"${text.replaceAll('"', "")}"` : text.replaceAll('"', ""));
  return `tag:${quoted(key)}=${quoted(value)}`;
}

function PairFacts({ pair }: { pair: PairView }) {
  const now = useNow(10_000);
  const count = useFleet((fleet) => sizeOf(fleet, pair.id));
  const error = problemOf(pair);
  const older = olderPart(pair, now);
  return (
    <>
      <div className={styles.head}>
        <Top chip={<EnvChip environment={pair.environment}>{pair.profile}</EnvChip>} />
        <h2>{pairName(pair.profile, pair.region)}</h2>
        <div className={styles.actions}>
          <Button
            icon={<RefreshCw size={14} />}
            onClick={() => void syncPair(pair.id)}
            busy={pair.sync.phase === "running"}
          >
            {error === null ? "Sync this pair" : "Retry"}
          </Button>
        </div>
      </div>
      <Section title="Pair">
        <Fact name="Profile" value={pair.profile} />
        <Fact name="Region" value={pair.region} />
        <Fact name="Nodes" value={figure(count)} />
        <Fact name="Data from" value={pair.sync.dataAtMs === null ? null : clock(pair.sync.dataAtMs, now)} />
      </Section>
      {error !== null && (
        <Section title={isPartial(pair) ? "Last sync read a part" : "Last sync failed"}>
          <Notice error={error}>{older !== null && <div>{older}.</div>}</Notice>
        </Section>
      )}
    </>
  );
}
