/** The facts of a saved connection, and of a group of them. */

import { Copy, Pencil, SquareTerminal } from "lucide-react";
import { ENVIRONMENT_NAMES } from "../domain/environments";
import { EnvChip, Glyph, nodeGlyph } from "../domain/glyphs";
import { nodeStateWords } from "../domain/node";
import { addForwardBy } from "../forwards/actions";
import type { ConnectionView, GroupView, InheritedView, SetByView } from "../ipc/contract";
import { Button, IconButton, Keys } from "../kit/button";
import { Chip } from "../kit/controls";
import { figure } from "../kit/words";
import { environmentOf, useProgram } from "../program/program";
import { editConnection } from "../saved/actions";
import { connectionsWithin, environmentOfSaved, originWords, useConnections } from "../saved/connections";
import { policyWords } from "../saved/encryption";
import { PICKS } from "../saved/picks";
import { connectSaved } from "../sessions/actions";
import { copyText } from "../window/clipboard";
import { openDialog } from "../window/dialogs";
import { Fact, ForwardButton, ForwardsThrough, OpenSessions, RunButton, Section, sentence, Top } from "./facts";
import { nodeOfTarget, useFleet } from "./fleet";
import styles from "./inspector.module.css";

export function ConnectionFacts({ connection }: { connection: ConnectionView }) {
  const { draft, effectiveProfile, effectiveRegion } = connection;
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
        {draft.query === null ? (
          <Fact name="Target" value={draft.target} mono />
        ) : (
          <>
            <Fact name="Query" value={draft.query.text} mono />
            <Fact name="Of several" value={PICKS.find(({ value }) => value === draft.query?.pick)?.label ?? null} />
          </>
        )}
        <InheritedFacts connection={connection} groups={groups} />
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

/** What the connection or a group around it says. */
function InheritedFacts({ connection, groups }: { connection: ConnectionView; groups: readonly GroupView[] }) {
  const { draft, effectiveProfile, effectiveRegion, effectiveDocument, effectiveColour, effectiveEncryption } =
    connection;
  return (
    <>
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
      <Inherits name="Document" of={effectiveDocument} own={null} />
      <ColourFact of={effectiveColour} own={null} />
      <Fact
        name="Encryption"
        value={policyWords(effectiveEncryption.policy)}
        aside={originWords(setBy(effectiveEncryption), groups)}
      />
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

function Inherits({ name, of, own }: { name: string; of: InheritedView | null; own: number | null }) {
  const groups = useConnections((now) => now.groups);
  return <Fact name={name} value={of?.value ?? null} aside={originWords(of, groups, own)} />;
}

function ColourFact({ of, own }: { of: GroupView["effectiveColour"]; own: number | null }) {
  const groups = useConnections((now) => now.groups);
  const colour = of === null ? null : ENVIRONMENT_NAMES[of.value];
  return <Fact name="Colour" value={colour} aside={originWords(of, groups, own)} />;
}

export function GroupFacts({ group }: { group: GroupView }) {
  const count = useConnections((now) => connectionsWithin(group.id, now.groups, now.connections).length);
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
        <Inherits name="Profile" of={group.effectiveProfile} own={group.id} />
        <Inherits name="Region" of={group.effectiveRegion} own={group.id} />
        <Inherits name="Document" of={group.effectiveDocument} own={group.id} />
        <ColourFact of={group.effectiveColour} own={group.id} />
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
