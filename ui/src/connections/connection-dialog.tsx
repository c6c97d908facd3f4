/** A saved connection: what it is called, where it leads, and what it inherits. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { GroupSelect } from "../forms/group-select";
import { optional, profileSuggestions, regionSuggestions, targetSuggestions } from "../forms/suggestions";
import { focusFirstProblem, useForm } from "../forms/use-form";
import { client, errorView, Failure } from "../ipc/client";
import type { ConnectionDraftView, ParameterView } from "../ipc/contract";
import { Button, IconButton, Keys } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import { Dialog, useChanged } from "../kit/dialog";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { useProgram } from "../program/program";
import { keepConnection, keepGroup } from "../saved/actions";
import { useConnections, wouldInherit } from "../saved/connections";
import { wouldInheritEncryption } from "../saved/encryption";
import { closeDialog } from "../window/dialogs";
import styles from "./dialogs.module.css";
import { DocumentField } from "./document-field";
import { DocumentFields } from "./document-form";
import { EncryptionField } from "./encryption-field";
import { TYPING_MS, useDocumentForm } from "./use-document";

const FIELDS = ["name", "group", "target", "profile", "region", "document", "parameters", "encryption", "tags"];

export function ConnectionDialog({ id: connectionId, draft }: { id: number | null; draft: ConnectionDraftView }) {
  const { groups, history } = useConnections();
  const profiles = useProgram((now) => now.profiles);
  const { defaultProfile, defaultRegion } = useProgram((now) => now.settings);
  const [name, setName] = useState(draft.name);
  const [target, setTarget] = useState(draft.target);
  const [groupId, setGroupId] = useState(draft.group);
  const [newGroup, setNewGroup] = useState<string | null>(null);
  const [profile, setProfile] = useState(draft.profile ?? "");
  const [region, setRegion] = useState(draft.region ?? "");
  const [document, setDocument] = useState(draft.document ?? "");
  const [encryption, setEncryption] = useState(draft.encryption);
  const [description, setDescription] = useState(draft.description);
  const [tags, setTags] = useState(draft.tags.join(", "));
  const form = useForm(FIELDS, closeDialog);

  const group = newGroup === null ? groups.find((other) => other.id === groupId) : undefined;
  const fromProfile = wouldInherit("profile", group, defaultProfile);
  const fromRegion = wouldInherit("region", group, defaultRegion);
  const scope = {
    profile: optional(profile) ?? fromProfile.value,
    region: optional(region) ?? fromRegion.value,
  };
  const before = { document: draft.document ?? "", parameters: draft.parameters };
  const described = useDocumentForm(scope, document.trim(), { settleMs: TYPING_MS, before });
  const typed = useChanged([name, target, groupId, newGroup, profile, region, document, encryption, description, tags]);
  const changed = typed || described.changed;
  const submit = () => {
    const parameters = described.finish();
    if (parameters === null) return focusFirstProblem();
    form.submit(() => save([...parameters]));
  };
  const save = async (parameters: ParameterView[]) => {
    const into = newGroup === null ? groupId : await createGroup(newGroup);
    setGroupId(into);
    setNewGroup(null);
    const saved = await client.saveConnection(connectionId, {
      name: name.trim(),
      group: into,
      target: target.trim(),
      profile: optional(profile),
      region: optional(region),
      document: optional(document),
      parameters,
      encryption,
      description: description.trim(),
      tags: splitTags(tags),
    });
    keepConnection(saved);
  };
  return (
    <Dialog
      title={connectionId === null ? "New connection" : `Edit ${draft.name}`}
      width={560}
      onClose={closeDialog}
      changed={changed}
      onSubmit={submit}
      testId="connection-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="primary" size="lg" type="submit" busy={form.busy} data-testid="connection-save">
            Save <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <div className={styles.pairOfFields}>
        <LabelledText
          label="Name"
          error={form.under("name")}
          autoFocus
          value={name}
          onText={setName}
          data-testid="connection-name"
        />
        <Labelled label="Group" error={form.under("group")}>
          {({ id, describedBy, invalid }) =>
            newGroup === null ? (
              <div className={styles.select}>
                <GroupSelect id={id} groups={groups} value={groupId} onChange={setGroupId} />
                <IconButton label="New group" onClick={() => setNewGroup("")} data-testid="connection-new-group">
                  <Plus size={14} />
                </IconButton>
              </div>
            ) : (
              <TextField
                id={id}
                aria-describedby={describedBy}
                invalid={invalid}
                large
                autoFocus
                value={newGroup}
                onText={setNewGroup}
                placeholder="Name of the new group"
                data-testid="connection-group-name"
                onKeyDown={(event) => {
                  if (event.key !== "Escape") return;
                  event.stopPropagation();
                  setNewGroup(null);
                }}
              />
            )
          }
        </Labelled>
      </div>
      <LabelledSuggest
        label="Target"
        error={form.under("target")}
        mono
        value={target}
        onText={setTarget}
        groups={targetSuggestions(history)}
        placeholder="i-0123456789abcdef0"
        data-testid="connection-target"
      />
      <div className={styles.pairOfFields}>
        <LabelledSuggest
          label="AWS profile"
          error={form.under("profile")}
          hint={hint(profile, fromProfile)}
          value={profile}
          onText={setProfile}
          groups={profileSuggestions(profiles, history.profiles)}
          placeholder={inherits(fromProfile.value)}
          data-testid="connection-profile"
        />
        <LabelledSuggest
          label="Region"
          error={form.under("region")}
          hint={hint(region, fromRegion)}
          value={region}
          onText={setRegion}
          groups={regionSuggestions(history.regions)}
          placeholder={inherits(fromRegion.value)}
          data-testid="connection-region"
        />
      </div>
      <div className={styles.pairOfFields}>
        <DocumentField
          scope={scope}
          value={document}
          onText={setDocument}
          error={form.under("document")}
          testId="connection-document"
        />
        <LabelledText
          label="Tags"
          aside="comma separated"
          error={form.under("tags")}
          value={tags}
          onText={setTags}
          placeholder="on-call, database"
          data-testid="connection-tags"
        />
      </div>
      <DocumentFields form={described} error={form.under("parameters")} />
      <EncryptionField
        value={encryption}
        onChange={setEncryption}
        inherits={wouldInheritEncryption(group)}
        error={form.under("encryption")}
        testId="connection"
      />
      <Labelled label="Description" aside="optional">
        {({ id }) => (
          <TextField id={id} large value={description} onText={setDescription} data-testid="connection-description" />
        )}
      </Labelled>
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}

const NAME_CODES = ["bad-name", "empty-name", "group-exists"];

async function createGroup(name: string): Promise<number> {
  try {
    const group = await client.saveGroup(null, {
      name: name.trim(),
      profile: null,
      region: null,
      encryption: null,
      description: "",
    });
    keepGroup(group);
    return group.id;
  } catch (thrown) {
    // Two names are in this dialog; this one belongs to the group.
    const view = errorView(thrown);
    throw NAME_CODES.includes(view.code) ? new Failure({ ...view, code: "bad-group" }) : thrown;
  }
}

export function splitTags(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}

function inherits(value: string | null): string {
  return value === null ? "Inherit" : `Inherit: ${value}`;
}

/** Where an empty field takes its value from; a filled one needs no words. */
function hint(own: string, { value, from }: { value: string | null; from: string }): string | undefined {
  if (own.trim() !== "") return undefined;
  return value === null ? `Left to ${from}.` : `${value}, from ${from}.`;
}
