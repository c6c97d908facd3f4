/** Adds or changes one pair of profile and Region. */
import { useId, useState } from "react";
import { profileSuggestions, regionSuggestions } from "../forms/suggestions";
import { useForm } from "../forms/use-form";
import type { PairView } from "../ipc/contract";
import { Button, Keys } from "../kit/button";
import { Switch } from "../kit/controls";
import { Dialog, useChanged } from "../kit/dialog";
import { LabelledSuggest } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { profileNamed, useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { addPairs, changePair } from "../settings/actions";
import styles from "../settings/settings.module.css";
import { closeDialog } from "../window/dialogs";

export function PairDialog({ pair }: { pair: PairView | null }) {
  const profiles = useProgram((now) => now.profiles);
  const history = useConnections((now) => now.history);
  const [profile, setProfile] = useState(pair?.profile ?? "");
  const [region, setRegion] = useState(pair?.region ?? "");
  const [enabled, setEnabled] = useState(pair?.enabled ?? true);
  const enabledId = useId();
  const form = useForm(["profile", "region"], closeDialog);
  const own = profileNamed(profile, profiles)?.region ?? null;
  const changed = useChanged([profile, region, enabled]);
  const save = async () => {
    const draft = { profile: profile.trim(), region: region.trim() === "" ? (own ?? "") : region.trim(), enabled };
    await (pair === null ? addPairs([draft]) : changePair(pair, draft));
  };
  return (
    <Dialog
      title={pair === null ? "Add a profile and Region pair" : "Edit pair"}
      onClose={closeDialog}
      changed={changed}
      onSubmit={() => form.submit(save)}
      testId="pair-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="primary" size="lg" type="submit" busy={form.busy} data-testid="pair-save">
            {pair === null ? "Add pair" : "Save"} <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <LabelledSuggest
        label="Profile"
        error={form.under("profile")}
        hint="A profile of your AWS configuration."
        autoFocus
        value={profile}
        onText={setProfile}
        groups={profileSuggestions(profiles, [])}
        data-testid="pair-profile"
      />
      <LabelledSuggest
        label="Region"
        error={form.under("region")}
        value={region}
        onText={setRegion}
        groups={regionSuggestions(history.regions)}
        placeholder={own === null ? "eu-central-1" : `${own}, as the profile says`}
        data-testid="pair-region"
      />
      <div className={styles.last}>
        <Switch label="Sync this pair" labelledBy={enabledId} checked={enabled} onChange={setEnabled} />
        <span id={enabledId}>Sync this pair</span>
      </div>
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}
