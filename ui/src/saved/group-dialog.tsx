/** A group of saved connections, and what they inherit from it. */

import { DocumentField } from "../documents/document-field";
import { EncryptionField } from "../forms/encryption-field";
import { FieldPair, ProfileAndRegionFields } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { optional, useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { GroupDraftView } from "../ipc/contract";
import { emptyGroup } from "../ipc/saved-drafts";
import { LabelledText } from "../kit/labelled";
import { useProgram } from "../program/program";
import { closeDialog } from "../window/dialogs";
import { keepGroup } from "./actions";
import { ColourField } from "./colour-field";
import { colourInherited, groupsWithin, useConnections, wouldInherit } from "./connections";
import { wouldInheritEncryption } from "./encryption";
import { LabelledGroup } from "./group-select";

export function GroupDialog({ id, parent = null }: { id: number | null; parent?: number | null }) {
  const groups = useConnections((now) => now.groups);
  const draft = groups.find((group) => group.id === id)?.draft;
  const form = useForm(valuesOf(draft, parent), closeDialog);
  const within = groups.find((group) => group.id === form.values.parent);
  const { defaultProfile, defaultRegion } = useProgram((now) => now.settings);
  const inherited = {
    profile: wouldInherit("profile", within, defaultProfile, groups),
    region: wouldInherit("region", within, defaultRegion, groups),
  };
  const { values } = form;
  const at = {
    profile: optional(values.profile) ?? inherited.profile.value,
    region: optional(values.region) ?? inherited.region.value,
  };
  const save = async () =>
    keepGroup(
      await client.saveGroup(id, {
        ...(draft ?? emptyGroup()),
        name: values.name.trim(),
        parent: values.parent,
        colour: values.colour,
        profile: optional(values.profile),
        region: optional(values.region),
        encryption: values.encryption,
        ...documentOf(values.document, draft),
        description: values.description.trim(),
      }),
    );
  return (
    <FormDialog
      title={draft === undefined ? "New group" : `Edit ${draft.name}`}
      text="Connections in the group inherit what it sets, unless they set it themselves."
      form={form}
      action="Save"
      onSubmit={() => form.submit(save)}
      testId="group-dialog"
      submitTestId="group-save"
    >
      <FieldPair>
        <LabelledText {...form.text("name")} label="Name" autoFocus data-testid="group-name" />
        <LabelledGroup
          label="In the group"
          groups={groups}
          {...(id !== null && { without: groupsWithin(id, groups) })}
          value={values.parent}
          onChange={(group) => form.set("parent", group)}
          error={form.under("parent")}
          testId="group-parent"
        />
      </FieldPair>
      <ProfileAndRegionFields form={form} aside="optional" inherited={inherited} testId="group" />
      <FieldPair>
        <DocumentField {...form.text("document")} at={at} testId="group-document" />
        <ColourField
          value={values.colour}
          onChange={(colour) => form.set("colour", colour)}
          inherits={colourInherited(within, groups)}
          testId="group-colour"
        />
      </FieldPair>
      <EncryptionField
        value={values.encryption}
        onChange={(encryption) => form.set("encryption", encryption)}
        inherits={wouldInheritEncryption(within, groups)}
        error={form.under("encryption")}
        testId="group"
      />
      <LabelledText {...form.text("description")} label="Description" aside="optional" />
    </FormDialog>
  );
}

/** Parameters belong to the document that they were written for. */
function documentOf(text: string, before: GroupDraftView | undefined): Pick<GroupDraftView, "document" | "parameters"> {
  const document = optional(text);
  return { document, parameters: document === before?.document ? (before?.parameters ?? []) : [] };
}

function valuesOf(draft: GroupDraftView | undefined, parent: number | null) {
  return {
    parent: draft === undefined ? parent : draft.parent,
    colour: draft?.colour ?? null,
    document: draft?.document ?? "",
    name: draft?.name ?? "",
    profile: draft?.profile ?? "",
    region: draft?.region ?? "",
    encryption: draft?.encryption ?? null,
    description: draft?.description ?? "",
  };
}
