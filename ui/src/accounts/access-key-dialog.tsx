/** Adds or changes a profile whose access key is typed into Postern. The secret goes in only; it is never shown again. */
import { useId } from "react";
import { RegionField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { optional, useForm } from "../forms/use-form";
import type { OwnProfileView } from "../ipc/contract";
import { Switch } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { closeDialog } from "../window/dialogs";
import { saveAccessKey, useOwnProfiles } from "./own-profiles";
import styles from "./own-profiles.module.css";

export function AccessKeyDialog({ profile }: { profile: OwnProfileView | null }) {
  const form = useForm(valuesOf(profile), closeDialog);
  const { values } = form;
  const isNew = profile === null;
  const hasSecret = !isNew && profile.source.kind === "access-key" && profile.source.secret !== "absent";
  const save = () =>
    saveAccessKey(profile?.id ?? null, {
      name: values.name.trim(),
      region: optional(values.region),
      accessKeyId: values["access-key-id"].trim(),
      secretKey: optional(values["secret-key"]),
      thisRun: values.thisRun,
    });
  return (
    <FormDialog
      title={isNew ? "Add an access key" : `Edit ${profile.name}`}
      text="It becomes a profile of its own, which the window and the command line know by its name."
      form={form}
      action={isNew ? "Add profile" : "Save"}
      onSubmit={() => form.submit(save)}
      testId="access-key-dialog"
      submitTestId="access-key-save"
    >
      <LabelledText
        {...form.text("name")}
        label="Name"
        hint={isNew ? "Another one than those of the AWS files." : "The name of a profile stays."}
        readOnly={!isNew}
        autoFocus={isNew}
        data-testid="access-key-name"
      />
      <LabelledText
        {...form.text("access-key-id")}
        label="Access key id"
        mono
        placeholder="AKIAIOSFODNN7EXAMPLE"
        autoFocus={!isNew}
        data-testid="access-key-id"
      />
      <LabelledText
        {...form.text("secret-key")}
        label="Secret key"
        aside={hasSecret ? "left empty, the one that is kept stays" : undefined}
        type="password"
        autoComplete="new-password"
        mono
        data-testid="access-key-secret"
      />
      <RegionField {...form.text("region")} aside="optional" testId="access-key-region" />
      <WhereField value={values.thisRun} onChange={(on) => form.set("thisRun", on)} />
    </FormDialog>
  );
}

/** Where the secret goes. Without a keyring there is no choice, and that is said. */
function WhereField({ value, onChange }: { value: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  const none = useOwnProfiles((now) => now.view?.keyring?.code === "no-keyring");
  if (none) return <p className={styles.note}>There is no keyring here: the secret key is kept for this run only.</p>;
  return (
    <div className={styles.last}>
      <Switch
        label="Keep it for this run only"
        labelledBy={id}
        checked={value}
        onChange={onChange}
        data-testid="access-key-this-run"
      />
      <span id={id}>Keep the secret key for this run only, not in the keyring</span>
    </div>
  );
}

function valuesOf(profile: OwnProfileView | null) {
  const key = profile?.source.kind === "access-key" ? profile.source : null;
  return {
    name: profile?.name ?? "",
    region: profile?.region ?? "",
    "access-key-id": key?.accessKeyId ?? "",
    "secret-key": "",
    thisRun: key?.secret === "this-run",
  };
}
