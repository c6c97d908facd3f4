/** The facts of what is selected in the tree, and what can be done with it. */
import { Copy, Pencil, RefreshCw, ScrollText, SquareTerminal, Star, X } from "lucide-react";
import type { ReactNode } from "react";
import type { ConnectionView, GroupView, NodeView, PairView } from "../ipc/contract";
import { Button, IconButton, Keys } from "../kit/button";
import { Chip } from "../kit/controls";
import { EnvBar, EnvChip, Glyph, nodeGlyph, tabGlyph } from "../kit/glyphs";
import { Notice } from "../kit/notice";
import { useNow } from "../kit/time";
import { ago, clock, figure, lasting, pairName } from "../kit/words";
import {
  connectNode,
  connectSaved,
  copyText,
  editConnection,
  openRun,
  reveal,
  savedAs,
  saveNode,
  showTab,
  syncPair,
} from "../state/actions";
import { originWords, useConnections } from "../state/connections";
import { openDialog, type RunTarget } from "../state/dialogs";
import { policyWords } from "../state/encryption";
import { nodeOfTarget, nodeTitle, useFleet } from "../state/fleet";
import { useSessions } from "../state/sessions";
import { environmentOf, useProgram } from "../state/settings";
import { isStopped, nodeStateWords } from "../state/tree";
import { useWorkspace, workspace } from "../state/workspace";
import styles from "./inspector.module.css";

export function Inspector() {
  const selected = useWorkspace((now) => now.selected) ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  const node = useFleet((fleet) => (kind === "n" ? fleet.nodes.get(id) : undefined));
  const pair = useFleet((fleet) => fleet.pairs.find((other) => other.id === (kind === "p" ? Number(id) : node?.pair)));
  const connection = useConnections((now) => now.connections.find((other) => kind === "c" && other.id === Number(id)));
  const group = useConnections((now) => now.groups.find((other) => kind === "g" && other.id === Number(id)));
  return (
    <aside className={styles.inspector} data-region="inspector" data-inspector aria-label="Inspector">
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

function Top({ chip, children }: { chip?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.top}>
      <span>{chip}</span>
      <span className={styles.grow} />
      {children}
      <IconButton label="Hide the inspector" action="toggle-inspector" onClick={() => workspace.toggleInspector()}>
        <X size={15} />
      </IconButton>
    </div>
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
        <h3 data-selectable>{nodeTitle(node)}</h3>
        <div className={styles.state}>
          <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
          <span>{sentence(nodeStateWords(node))}</span>
          {node.lastPingAtMs !== null && !isStopped(node) && <small>{ago(node.lastPingAtMs, now)}</small>}
        </div>
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
      {node.tags.length > 0 && (
        <Section title="Tags" count={node.tags.length}>
          <div className={styles.tags}>
            {node.tags.map((tag) => (
              <button
                key={tag.key}
                type="button"
                className={styles.tag}
                title={`Search ${tag.key}=${tag.value}`}
                onClick={() => workspace.search(tagTerm(tag.key, tag.value))}
              >
                <i className="line">{tag.key}</i>
                <span className="line">{tag.value}</span>
              </button>
            ))}
          </div>
        </Section>
      )}
      <OpenSessions target={node.id} />
    </>
  );
}

/** ["running", "agent online"] as "Running, agent online". */
function sentence(words: readonly string[]): string {
  const text = words.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function upFor(node: NodeView, nowMs: number): string | null {
  return node.launchedAtMs === null || isStopped(node) ? null : lasting(nowMs - node.launchedAtMs);
}

/** A search for exactly this tag; quotes keep spaces and commas together. */
function tagTerm(key: string, value: string): string {
  const quoted = (text: string) => (/[\s,*=]/.test(text) ? `"${text.replaceAll('"', "")}"` : text.replaceAll('"', ""));
  return `tag:${quoted(key)}=${quoted(value)}`;
}

function ConnectionFacts({ connection }: { connection: ConnectionView }) {
  const { draft, effectiveProfile, effectiveRegion, effectiveEncryption } = connection;
  const groups = useConnections((now) => now.groups);
  const environment = useProgram((now) => environmentOf(effectiveProfile?.value ?? null, now.profiles));
  const node = useFleet((fleet) =>
    nodeOfTarget(fleet, draft.target, effectiveProfile?.value ?? null, effectiveRegion?.value ?? null),
  );
  return (
    <>
      <div className={styles.head}>
        <Top chip={effectiveProfile !== null && <EnvChip environment={environment}>{effectiveProfile.value}</EnvChip>}>
          <IconButton label="Edit" onClick={() => editConnection(connection)}>
            <Pencil size={14} />
          </IconButton>
        </Top>
        <h3 data-selectable>{draft.name}</h3>
        <div className={styles.state}>
          <Glyph state={node === undefined ? "unknown" : nodeGlyph(node)} />
          {node === undefined ? "Saved connection" : sentence(nodeStateWords(node))}
        </div>
        <div className={styles.actions}>
          <Button look="primary" icon={<SquareTerminal size={14} />} onClick={() => void connectSaved(connection)}>
            Connect <Keys keys={["Enter"]} />
          </Button>
          <Button icon={<Copy size={14} />} onClick={() => void copyText(draft.target, draft.target)}>
            Copy id
          </Button>
          <Button icon={<Pencil size={14} />} onClick={() => editConnection(connection)}>
            Edit…
          </Button>
          <RunButton on={{ kind: "saved", id: connection.id }} />
        </div>
      </div>
      <Section title="Connection">
        <Fact name="Target" value={draft.target} mono />
        <Fact
          name="Profile"
          value={effectiveProfile?.value ?? "AWS default"}
          aside={originWords(connection, effectiveProfile, groups)}
        />
        <Fact
          name="Region"
          value={effectiveRegion?.value ?? "AWS default"}
          aside={originWords(connection, effectiveRegion, groups)}
        />
        <Fact name="Group" value={groups.find((group) => group.id === draft.group)?.draft.name ?? null} />
        <Fact name="Document" value={draft.document} />
        <Fact
          name="Encryption"
          value={policyWords(effectiveEncryption.policy)}
          aside={encryptionOrigin(connection, groups)}
        />
      </Section>
      {draft.parameters.length > 0 && (
        <Section title="Parameters" count={draft.parameters.length}>
          {draft.parameters.map(({ name, values }) => (
            <Fact key={name} name={name} value={values.join(", ")} mono />
          ))}
        </Section>
      )}
      {draft.description !== "" && (
        <Section title="Description">
          <p className={styles.description} data-selectable>
            {draft.description}
          </p>
        </Section>
      )}
      {draft.tags.length > 0 && (
        <Section title="Tags" count={draft.tags.length}>
          <div className={styles.tags}>
            {draft.tags.map((tag) => (
              <Chip key={tag}>
                <span className="line">{tag}</span>
              </Chip>
            ))}
          </div>
        </Section>
      )}
      <OpenSessions target={draft.target} />
    </>
  );
}

function RunButton({ on }: { on: RunTarget }) {
  return (
    <Button icon={<ScrollText size={14} />} onClick={() => openRun(on)} data-testid="inspector-run">
      Run document…
    </Button>
  );
}

function encryptionOrigin({ draft, effectiveEncryption }: ConnectionView, groups: readonly GroupView[]) {
  if (effectiveEncryption.origin !== "group") return null;
  return `from ${groups.find((group) => group.id === draft.group)?.draft.name ?? "its group"}`;
}

function GroupFacts({ group }: { group: GroupView }) {
  const count = useConnections(
    (now) => now.connections.filter((connection) => connection.draft.group === group.id).length,
  );
  const environment = useProgram((now) => environmentOf(group.draft.profile, now.profiles));
  return (
    <>
      <div className={styles.head}>
        <Top
          chip={group.draft.profile !== null && <EnvChip environment={environment}>{group.draft.profile}</EnvChip>}
        />
        <h3>{group.draft.name}</h3>
        <div className={styles.actions}>
          <Button icon={<Pencil size={14} />} onClick={() => openDialog({ kind: "group", id: group.id })}>
            Edit group…
          </Button>
        </div>
      </div>
      <Section title="Group">
        <Fact name="Connections" value={figure(count)} />
        <Fact name="Profile" value={group.draft.profile} />
        <Fact name="Region" value={group.draft.region} />
        <Fact name="Encryption" value={group.draft.encryption === null ? null : policyWords(group.draft.encryption)} />
      </Section>
      {group.draft.description !== "" && (
        <Section title="Description">
          <p className={styles.description}>{group.draft.description}</p>
        </Section>
      )}
    </>
  );
}

function PairFacts({ pair }: { pair: PairView }) {
  const now = useNow(10_000);
  const count = useFleet((fleet) => fleet.byPair.get(pair.id)?.length ?? 0);
  const error = pair.problem ?? pair.sync.error;
  return (
    <>
      <div className={styles.head}>
        <Top chip={<EnvChip environment={pair.environment}>{pair.profile}</EnvChip>} />
        <h3>{pairName(pair.profile, pair.region)}</h3>
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
        <Section title="Last sync failed">
          <Notice error={error} />
        </Section>
      )}
    </>
  );
}

function OpenSessions({ target }: { target: string }) {
  const tabs = useSessions((now) => now.tabs);
  const here = tabs.filter((tab) => tab.target === target);
  if (here.length === 0) return null;
  return (
    <Section title="Open sessions" count={here.length}>
      <div className={styles.sessions}>
        {here.map((tab) => (
          <button key={tab.id} type="button" onClick={() => showTab(tab.id)}>
            <EnvBar environment={tab.environment} small />
            <Glyph state={tabGlyph(tab.state)} />
            <span className="line">{tab.title}</span>
          </button>
        ))}
      </div>
    </Section>
  );
}

function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h4>
        {title}
        {count !== undefined && <span>{figure(count)}</span>}
      </h4>
      {children}
    </section>
  );
}

/** A fact that is not known is left out. */
function Fact({
  name,
  value,
  mono = false,
  aside = null,
}: {
  name: string;
  value: string | null;
  mono?: boolean;
  aside?: string | null;
}) {
  if (value === null || value === "") return null;
  return (
    <dl className={styles.fact}>
      <dt>{name}</dt>
      <dd className={mono ? "line mono" : "line"} title={aside === null ? value : `${value}, ${aside}`} data-selectable>
        {value}
      </dd>
    </dl>
  );
}
