/** A group of saved connections, and what they inherit from it. */
import { useState } from "react";
import { optional, profileSuggestions, regionSuggestions } from "../forms/suggestions";
import { useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import { Button, Keys } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import { Dialog, useChanged } from "../kit/dialog";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { useProgram } from "../program/program";
import { keepGroup } from "../saved/actions";
import { useConnections } from "../saved/connections";
import { wouldInheritEncryption } from "../saved/encryption";
import { closeDialog } from "../window/dialogs";
import styles from "./dialogs.module.css";
import { EncryptionField } from "./encryption-field";

const FIELDS = ["name", "profile", "region", "encryption"];

export function GroupDialog({ id: groupId }: { id: number | null }) {
  const { groups, history } = useConnections();
  const { profiles, settings } = useProgram();
  const draft = groups.find((group) => group.id === groupId)?.draft;
  const [name, setName] = useState(draft?.name ?? "");
  const [profile, setProfile] = useState(draft?.profile ?? "");
  const [region, setRegion] = useState(draft?.region ?? "");
  const [encryption, setEncryption] = useState(draft?.encryption ?? null);
  const [description, setDescription] = useState(draft?.description ?? "");
  const form = useForm(FIELDS, closeDialog);
  const changed = useChanged([name, profile, region, encryption, description]);
  const save = async () => {
    const what = {
      name: name.trim(),
      profile: optional(profile),
      region: optional(region),
      encryption,
      description: description.trim(),
    };
    keepGroup(await client.saveGroup(groupId, what));
  };
  return (
    <Dialog
      title={draft === undefined ? "New group" : `Edit ${draft.name}`}
      text="Connections in the group inherit what it sets, unless they set it themselves."
      onClose={closeDialog}
      changed={changed}
      onSubmit={() => form.submit(save)}
      testId="group-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="primary" size="lg" type="submit" busy={form.busy} data-testid="group-save">
            Save <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <LabelledText
        label="Name"
        error={form.under("name")}
        autoFocus
        value={name}
        onText={setName}
        data-testid="group-name"
      />
      <div className={styles.pairOfFields}>
        <LabelledSuggest
          label="AWS profile"
          aside="optional"
          error={form.under("profile")}
          value={profile}
          onText={setProfile}
          groups={profileSuggestions(profiles, history.profiles)}
          placeholder={settings.defaultProfile ?? "AWS default"}
          data-testid="group-profile"
        />
        <LabelledSuggest
          label="Region"
          aside="optional"
          error={form.under("region")}
          value={region}
          onText={setRegion}
          groups={regionSuggestions(history.regions)}
          placeholder={settings.defaultRegion ?? "The profile's own"}
          data-testid="group-region"
        />
      </div>
      <EncryptionField
        value={encryption}
        onChange={setEncryption}
        inherits={wouldInheritEncryption(undefined)}
        error={form.under("encryption")}
        testId="group"
      />
      <Labelled label="Description" aside="optional">
        {({ id }) => <TextField id={id} large value={description} onText={setDescription} />}
      </Labelled>
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}
