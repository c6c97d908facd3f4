/** A saved connection: what it is called, where it leads, and what it inherits. */

import { DocumentField } from "../documents/document-field";
import { DocumentFields } from "../documents/document-form";
import { TYPING_MS, useDocumentForm } from "../documents/use-document";
import { EncryptionField } from "../forms/encryption-field";
import { FieldPair, ProfileAndRegionFields } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { focusFirstProblem, optional, useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { ConnectionDraftView, ParameterView } from "../ipc/contract";
import { LabelledText } from "../kit/labelled";
import { useProgram } from "../program/program";
import { closeDialog } from "../window/dialogs";
import { keepConnection } from "./actions";
import { ColourField } from "./colour-field";
import { colourInherited, useConnections, wouldInherit } from "./connections";
import { wouldInheritEncryption } from "./encryption";
import { type Goal, GoalFields } from "./goal-fields";
import { createGroup, GroupField } from "./group-field";
import { splitTags } from "./tags";

export function ConnectionDialog({ id, draft }: { id: number | null; draft: ConnectionDraftView }) {
  const form = useForm(valuesOf(draft), closeDialog, ["parameters"]);
  const { values } = form;
  const { groups, group, inherited, at } = useProfileAndRegion(values);
  const before = { document: draft.document ?? "", parameters: draft.parameters };
  const described = useDocumentForm(at, values.document.trim(), { debounceMs: TYPING_MS, before });
  const save = async (parameters: readonly ParameterView[]) => {
    const into = values.newGroup === null ? values.group : await createGroup(values.newGroup);
    form.set("group", into);
    form.set("newGroup", null);
    keepConnection(await client.saveConnection(id, { ...draft, ...draftOf(values, into, parameters) }));
  };
  const submit = () => {
    const parameters = described.finish();
    if (parameters === null) return focusFirstProblem();
    form.submit(() => save(parameters));
  };
  return (
    <FormDialog
      title={id === null ? "New connection" : `Edit ${draft.name}`}
      width={560}
      form={form}
      changed={form.changed || described.changed}
      action="Save"
      onSubmit={submit}
      testId="connection-dialog"
      submitTestId="connection-save"
    >
      <FieldPair>
        <LabelledText {...form.text("name")} label="Name" autoFocus data-testid="connection-name" />
        <GroupField form={form} groups={groups} />
      </FieldPair>
      <GoalFields form={form} />
      <ProfileAndRegionFields form={form} inherited={inherited} testId="connection" />
      <FieldPair>
        <DocumentField {...form.text("document")} at={at} testId="connection-document" />
        <LabelledText
          {...form.text("tags")}
          label="Tags"
          aside="comma separated"
          placeholder="on-call, database"
          data-testid="connection-tags"
        />
      </FieldPair>
      <ColourField
        value={values.colour}
        onChange={(colour) => form.set("colour", colour)}
        inherits={colourInherited(group, groups)}
        testId="connection-colour"
      />
      <DocumentFields form={described} error={form.under("parameters")} />
      <EncryptionField
        value={values.encryption}
        onChange={(encryption) => form.set("encryption", encryption)}
        inherits={wouldInheritEncryption(group, groups)}
        error={form.under("encryption")}
        testId="connection"
      />
      <LabelledText
        {...form.text("description")}
        label="Description"
        aside="optional"
        data-testid="connection-description"
      />
    </FormDialog>
  );
}

type Values = ReturnType<typeof valuesOf>;

/** The profile and the Region that the connection would use, and what it would inherit if it set none. */
function useProfileAndRegion(values: Values) {
  const groups = useConnections((now) => now.groups);
  const { defaultProfile, defaultRegion } = useProgram((now) => now.settings);
  const group = values.newGroup === null ? groups.find((other) => other.id === values.group) : undefined;
  const inherited = {
    profile: wouldInherit("profile", group, defaultProfile, groups),
    region: wouldInherit("region", group, defaultRegion, groups),
  };
  const at = {
    profile: optional(values.profile) ?? inherited.profile.value,
    region: optional(values.region) ?? inherited.region.value,
  };
  return { groups, group, inherited, at };
}

function valuesOf(draft: ConnectionDraftView) {
  return {
    name: draft.name,
    target: draft.target,
    goal: (draft.query === null ? "target" : "query") as Goal,
    query: draft.query?.text ?? "",
    pick: draft.query?.pick ?? ("ask" as const),
    colour: draft.colour,
    group: draft.group,
    /** The name of a group that is to be made, instead of one that there is. */
    newGroup: null as string | null,
    profile: draft.profile ?? "",
    region: draft.region ?? "",
    document: draft.document ?? "",
    encryption: draft.encryption,
    description: draft.description,
    tags: draft.tags.join(", "),
  };
}

function draftOf(values: Values, group: number | null, parameters: readonly ParameterView[]) {
  return {
    name: values.name.trim(),
    group,
    target: values.goal === "target" ? values.target.trim() : "",
    query: values.goal === "query" ? { text: values.query.trim(), pick: values.pick } : null,
    colour: values.colour,
    profile: optional(values.profile),
    region: optional(values.region),
    document: optional(values.document),
    parameters: [...parameters],
    encryption: values.encryption,
    description: values.description.trim(),
    tags: splitTags(values.tags),
  };
}
