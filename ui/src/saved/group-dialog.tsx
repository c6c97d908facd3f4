/** A group of saved connections, and what they inherit from it. */

import { EncryptionField } from "../forms/encryption-field";
import { ProfileAndRegionFields } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { optional, useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { GroupDraftView } from "../ipc/contract";
import { emptyGroup } from "../ipc/saved-drafts";
import { LabelledText } from "../kit/labelled";
import { closeDialog } from "../window/dialogs";
import { keepGroup } from "./actions";
import { useConnections } from "./connections";
import { wouldInheritEncryption } from "./encryption";

export function GroupDialog({ id }: { id: number | null }) {
  const draft = useConnections((now) => now.groups).find((group) => group.id === id)?.draft;
  const form = useForm(valuesOf(draft), closeDialog);
  const { values } = form;
  const save = async () =>
    keepGroup(
      await client.saveGroup(id, {
        ...(draft ?? emptyGroup()),
        name: values.name.trim(),
        profile: optional(values.profile),
        region: optional(values.region),
        encryption: values.encryption,
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
      <LabelledText {...form.text("name")} label="Name" autoFocus data-testid="group-name" />
      <ProfileAndRegionFields form={form} aside="optional" testId="group" />
      <EncryptionField
        value={values.encryption}
        onChange={(encryption) => form.set("encryption", encryption)}
        inherits={wouldInheritEncryption(undefined, [])}
        error={form.under("encryption")}
        testId="group"
      />
      <LabelledText {...form.text("description")} label="Description" aside="optional" />
    </FormDialog>
  );
}

function valuesOf(draft: GroupDraftView | undefined) {
  return {
    name: draft?.name ?? "",
    profile: draft?.profile ?? "",
    region: draft?.region ?? "",
    encryption: draft?.encryption ?? null,
    description: draft?.description ?? "",
  };
}
