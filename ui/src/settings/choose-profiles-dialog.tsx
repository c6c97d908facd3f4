/** Chooses which profiles of the AWS configuration are synced, each with a Region. */
import { useState } from "react";
import type { PairDraft, PairView, ProfileView } from "../ipc/contract";
import { regionSuggestions } from "../kit/aws";
import { Button, Keys } from "../kit/button";
import { CheckBox, SuggestField } from "../kit/controls";
import { Dialog } from "../kit/dialog";
import { useForm } from "../kit/form";
import { EnvBar } from "../kit/glyphs";
import { Notice } from "../kit/notice";
import { counted } from "../kit/words";
import { addPairs } from "../state/actions";
import { closeDialog } from "../state/dialogs";
import { useFleet } from "../state/fleet";
import { useProgram } from "../state/settings";
import { workspace } from "../state/workspace";
import styles from "./settings.module.css";

export function ChooseProfilesDialog() {
  const { profiles } = useProgram((now) => now.profiles);
  const { defaultRegion } = useProgram((now) => now.settings);
  const pairs = useFleet((fleet) => fleet.pairs);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [regions, setRegions] = useState<ReadonlyMap<string, string>>(new Map());
  const form = useForm([], () => {
    closeDialog();
    workspace.show("workspace");
  });
  const regionOf = (profile: ProfileView) => regions.get(profile.name) ?? profile.region ?? defaultRegion ?? "";
  const drafts = draftsOf(profiles, picked, regionOf, pairs);
  const missing = drafts.find((draft) => draft.region === "");
  const pick = (name: string, on: boolean) => {
    const next = new Set(picked);
    if (on) next.add(name);
    else next.delete(name);
    setPicked(next);
  };
  return (
    <Dialog
      title="Choose profiles to sync"
      text="Each becomes a pair with a Region. More Regions can be added later."
      width={600}
      onClose={closeDialog}
      onSubmit={() => drafts.length > 0 && missing === undefined && form.submit(() => addPairs(drafts))}
      testId="choose-profiles-dialog"
      aside={missing === undefined ? counted(drafts.length, "new pair") : `${missing.profile} needs a Region.`}
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button
            look="primary"
            size="lg"
            type="submit"
            busy={form.busy}
            disabled={drafts.length === 0 || missing !== undefined}
            data-testid="choose-profiles-add"
          >
            Add {counted(drafts.length, "pair")} <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <div className={styles.picker}>
        {profiles.map((profile) => (
          <div
            key={profile.name}
            className={styles.pick}
            data-picked={picked.has(profile.name) || undefined}
            data-testid="profile-row"
          >
            <CheckBox
              label={`Sync ${profile.name}`}
              checked={picked.has(profile.name)}
              onChange={(on) => pick(profile.name, on)}
              data-testid="profile-pick"
            />
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
            <span className={styles.pickName} onClick={() => pick(profile.name, !picked.has(profile.name))}>
              <EnvBar environment={profile.environment} />
              <span className="line">{profile.name}</span>
            </span>
            <span className={`${styles.meta} line`}>{profile.credentials}</span>
            <SuggestField
              label={`Region of ${profile.name}`}
              value={regionOf(profile)}
              onText={(text) => {
                setRegions(new Map(regions).set(profile.name, text.trim()));
                if (!picked.has(profile.name)) pick(profile.name, true);
              }}
              groups={regionSuggestions([])}
              placeholder="Region"
            />
          </div>
        ))}
      </div>
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}

/** Pairs that are not there yet, so that choosing again after a failure goes on where it stopped. */
export function draftsOf(
  profiles: readonly ProfileView[],
  picked: ReadonlySet<string>,
  regionOf: (profile: ProfileView) => string,
  pairs: readonly PairView[],
): PairDraft[] {
  return profiles
    .filter((profile) => picked.has(profile.name))
    .map((profile) => ({ profile: profile.name, region: regionOf(profile), enabled: true }))
    .filter((draft) => !pairs.some((pair) => pair.profile === draft.profile && pair.region === draft.region));
}
