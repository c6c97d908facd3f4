/** The facts of a saved connection, and of a group of them. */

import { Copy, Pencil, SquareTerminal } from "lucide-react";
import { EnvChip, Glyph, nodeGlyph } from "../domain/glyphs";
import { nodeStateWords } from "../domain/node";
import { addForwardBy } from "../forwards/actions";
import type { ConnectionView, GroupView, SetByView } from "../ipc/contract";
import { Button, IconButton, Keys } from "../kit/button";
import { Chip } from "../kit/controls";
import { figure } from "../kit/words";
import { environmentOf, useProgram } from "../program/program";
import { editConnection } from "../saved/actions";
import { environmentOfSaved, originWords, useConnections } from "../saved/connections";
import { policyWords } from "../saved/encryption";
import { connectSaved } from "../sessions/actions";
import { copyText } from "../window/clipboard";
import { openDialog } from "../window/dialogs";
import { Fact, ForwardButton, ForwardsThrough, OpenSessions, RunButton, Section, sentence, Top } from "./facts";
import { nodeOfTarget, useFleet } from "./fleet";
import styles from "./inspector.module.css";

export function ConnectionFacts({ connection }: { connection: ConnectionView }) {
  const { draft, effectiveProfile, effectiveRegion, effectiveEncryption } = connection;
  const groups = useConnections((now) => now.groups);
  const environment = useProgram((now) => environmentOfSaved(connection, now.profiles));
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
        <h2 data-selectable>{draft.name}</h2>
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
          <ForwardButton onClick={() => addForwardBy(connection)} />
        </div>
      </div>
      <Section title="Connection">
        <Fact name="Target" value={draft.target} mono />
        <Fact
          name="Profile"
          value={effectiveProfile?.value ?? "AWS default"}
          aside={originWords(effectiveProfile, groups)}
        />
        <Fact
          name="Region"
          value={effectiveRegion?.value ?? "AWS default"}
          aside={originWords(effectiveRegion, groups)}
        />
        <Fact name="Group" value={groups.find((group) => group.id === draft.group)?.draft.name ?? null} />
        <Fact name="Document" value={draft.document} />
        <Fact
          name="Encryption"
          value={policyWords(effectiveEncryption.policy)}
          aside={originWords(setBy(effectiveEncryption), groups)}
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
      {draft.tags.length > 0 && <SavedTags tags={draft.tags} />}
      <ForwardsThrough through={({ draft: { via } }) => via.kind === "saved" && via.id === connection.id} />
      <OpenSessions target={draft.target} />
    </>
  );
}

function SavedTags({ tags }: { tags: readonly string[] }) {
  return (
    <Section title="Tags" count={tags.length}>
      <div className={styles.tags}>
        {tags.map((tag) => (
          <Chip key={tag}>
            <span className="line">{tag}</span>
          </Chip>
        ))}
      </div>
    </Section>
  );
}

function setBy({ origin, group }: ConnectionView["effectiveEncryption"]): SetByView | null {
  return origin === null ? null : { origin, group };
}

export function GroupFacts({ group }: { group: GroupView }) {
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
        <h2>{group.draft.name}</h2>
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
