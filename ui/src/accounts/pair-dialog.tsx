/** Changes one pair of profile and Region. */
import { useId } from "react";
import { ProfileField, RegionField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import type { PairView } from "../ipc/contract";
import { Switch } from "../kit/controls";
import { profileNamed, useProgram } from "../program/program";
import { changePair } from "../settings/actions";
import { closeDialog } from "../window/dialogs";
import styles from "./accounts.module.css";
import { EndpointFields } from "./endpoint-fields";

export function PairDialog({ pair }: { pair: PairView }) {
  const { profile, region, enabled, endpoints } = pair;
  const form = useForm({ profile, region, enabled, ...endpoints }, closeDialog);
  const { values } = form;
  const own = useProgram((now) => profileNamed(values.profile, now.profiles)?.region ?? null);
  const save = async () => {
    const region = values.region.trim() === "" ? (own ?? "") : values.region.trim();
    const { ssmmessages, ssm, ec2, kms, sts } = values;
    const draft = {
      profile: values.profile.trim(),
      region,
      enabled: values.enabled,
      endpoints: { ssmmessages, ssm, ec2, kms, sts },
    };
    await changePair(pair, draft);
  };
  return (
    <FormDialog
      title="Edit pair"
      form={form}
      action="Save"
      onSubmit={() => form.submit(save)}
      testId="pair-dialog"
      submitTestId="pair-save"
    >
      <ProfileField
        {...form.text("profile")}
        label="Profile"
        hint="A profile of your AWS configuration."
        autoFocus
        recent={false}
        testId="pair-profile"
      />
      <RegionField
        {...form.text("region")}
        placeholder={own === null ? "eu-central-1" : `${own}, as the profile says`}
        testId="pair-region"
      />
      <EndpointFields form={form} />
      <EnabledField value={values.enabled} onChange={(on) => form.set("enabled", on)} />
    </FormDialog>
  );
}

function EnabledField({ value, onChange }: { value: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <div className={styles.last}>
      <Switch label="Sync this pair" labelledBy={id} checked={value} onChange={onChange} />
      <span id={id}>Sync this pair</span>
    </div>
  );
}
