/** Chooses which profiles of the AWS configuration are synced, each with a Region. */
import { memo, useCallback, useMemo, useRef, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import { useFleet } from "../fleet/fleet";
import { RegionField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { regionSuggestions } from "../forms/suggestions";
import { useForm } from "../forms/use-form";
import type { PairDraft, PairView, ProfileView } from "../ipc/contract";
import { Tip } from "../kit/button";
import { CheckBox } from "../kit/controls";
import { fitOf, moreOf, NO_FIT, wordsOf } from "../kit/fit";
import type { LongListHandle } from "../kit/long-list";
import { PickList } from "../kit/pick-list";
import { SuggestField } from "../kit/suggest-field";
import { counted, figure } from "../kit/words";
import { useProgram } from "../program/program";
import { addPairs } from "../settings/actions";
import { closeDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import styles from "./accounts.module.css";

const ROW_HEIGHT = 36;
const REGIONS = regionSuggestions([]);

/** With `all` every profile that can be used is picked at first: Enter adds them. */
export function ChooseProfilesDialog({ all = false }: { all?: boolean }) {
  const { profiles } = useProgram((now) => now.profiles);
  const { picked, changed, regionOf, pick, setRegion, common, setCommon } = usePicked(all ? profiles : []);
  const pairs = useFleet((fleet) => fleet.pairs);
  const [sought, setSought] = useState("");
  const [tried, setTried] = useState(false);
  const list = useRef<LongListHandle>(null);
  const shown = useMemo(() => matching(profiles, sought), [profiles, sought]);
  const form = useForm({}, () => {
    closeDialog();
    frame.show("workbench");
  });
  const drafts = draftsOf(profiles, picked, regionOf, pairs);
  const missing = drafts.find((draft) => draft.region === "");
  const submit = () => {
    if (missing === undefined) return drafts.length > 0 ? form.submit(() => addPairs(drafts)) : undefined;
    // The row that is not right is brought back if a search hides it.
    setTried(true);
    setSought("");
    const index = profiles.findIndex(({ name }) => name === missing.profile);
    requestAnimationFrame(() => list.current?.focus(index, "input:not([type=checkbox])"));
  };
  return (
    <FormDialog
      title={all ? "Add all profiles" : "Choose profiles to sync"}
      text="Each becomes a pair with a Region. More Regions can be added later."
      width={600}
      form={form}
      changed={changed}
      action={`Add ${counted(drafts.length, "pair")}`}
      onSubmit={submit}
      disabled={drafts.length === 0}
      aside={missing === undefined ? counted(drafts.length, "new pair") : `${missing.profile} needs a Region.`}
      testId="choose-profiles-dialog"
      submitTestId="choose-profiles-add"
    >
      <PickList
        label="Profiles"
        items={shown}
        keyOf={({ name }) => name}
        rowHeight={ROW_HEIGHT}
        sought={sought}
        onSought={setSought}
        placeholder="Search profiles"
        count={`${figure(shown.length)} of ${figure(profiles.length)}`}
        isPicked={({ name }) => picked.has(name)}
        isPickable={({ problem }) => problem === null}
        pick={pick}
        all={sought === "" ? "All profiles" : "All that match"}
        none="No profile matches."
        handle={list}
        autoFocus
        testId="profile"
      >
        {(profile) => (
          <ProfileRow
            profile={profile}
            picked={picked.has(profile.name)}
            region={regionOf(profile)}
            wrong={tried && picked.has(profile.name) && regionOf(profile) === ""}
            pick={pick}
            setRegion={setRegion}
          />
        )}
      </PickList>
      {profiles.some((profile) => picked.has(profile.name) && profile.region === null) && (
        <RegionField
          label="Region of profiles that name none"
          value={common}
          onText={setCommon}
          error={null}
          placeholder="eu-central-1"
          testId="profile-common-region"
        />
      )}
    </FormDialog>
  );
}

/** The profiles that are picked, by name, and the Region of each. Giving one a Region picks it. */
function usePicked(first: readonly ProfileView[]) {
  const { defaultRegion } = useProgram((now) => now.settings);
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => usable(first));
  const [regions, setRegions] = useState<ReadonlyMap<string, string>>(new Map());
  const [common, setCommon] = useState(defaultRegion ?? "");
  const regionOf = (profile: ProfileView) => regions.get(profile.name) ?? profile.region ?? common.trim();
  const [changed, setChanged] = useState(false);
  const pick = useCallback((profiles: readonly ProfileView[], on: boolean) => {
    setChanged(true);
    setPicked((before) => withNames(before, profiles, on));
  }, []);
  const setRegion = useCallback(
    (profile: ProfileView, region: string) => {
      setRegions((before) => new Map(before).set(profile.name, region.trim()));
      pick([profile], true);
    },
    [pick],
  );
  return { picked, changed, regionOf, pick, setRegion, common, setCommon };
}

/** One that cannot be used would only be a pair that fails. */
function usable(profiles: readonly ProfileView[]): ReadonlySet<string> {
  return new Set(profiles.filter(({ problem }) => problem === null).map(({ name }) => name));
}

interface ProfileRowProps {
  profile: ProfileView;
  picked: boolean;
  region: string;
  wrong: boolean;
  pick: (profiles: readonly ProfileView[], on: boolean) => void;
  setRegion: (profile: ProfileView, region: string) => void;
}

const ProfileRow = memo(function ProfileRow({ profile, picked, region, wrong, pick, setRegion }: ProfileRowProps) {
  const { name, problem } = profile;
  const set = (on: boolean) => {
    if (problem === null) pick([profile], on);
  };
  return (
    <div className={styles.pick} data-picked={picked || undefined} data-testid="profile-row">
      <CheckBox
        label={`Sync ${name}`}
        checked={picked}
        onChange={set}
        aria-disabled={problem !== null}
        data-testid="profile-pick"
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
      <span className={styles.pickName} onClick={() => set(!picked)}>
        <EnvBar environment={profile.environment} />
        <span className="line">{name}</span>
      </span>
      <Origin of={profile} />
      <SuggestField
        label={`Region of ${name}`}
        value={region}
        onText={(text) => problem === null && setRegion(profile, text)}
        groups={REGIONS}
        invalid={wrong}
        placeholder="Region"
      />
    </div>
  );
});

/** How the profile gets its credentials, or what is wrong with it, which may be longer than its place. */
function Origin({ of: profile }: { of: ProfileView }) {
  const said = profile.problem ?? profile.regionProblem;
  if (said === null) return <span className={`${styles.meta} line`}>{profile.credentials}</span>;
  return (
    <Tip text={said.message}>
      <span className={`${styles.meta} line`}>{said.message}</span>
    </Tip>
  );
}

function withNames(names: ReadonlySet<string>, profiles: readonly ProfileView[], on: boolean): ReadonlySet<string> {
  const next = new Set(names);
  for (const { name } of profiles) {
    if (on) next.add(name);
    else next.delete(name);
  }
  return next;
}

function matching(profiles: readonly ProfileView[], sought: string): readonly ProfileView[] {
  const words = wordsOf(sought);
  if (words.length === 0) return profiles;
  const fits = ({ name, credentials, region }: ProfileView) =>
    fitOf({ name: name.toLowerCase(), more: moreOf(credentials, region) }, words) !== NO_FIT;
  return profiles.filter(fits);
}

/** Pairs that are not there yet, so that choosing again after a failure goes on where it stopped. */
function draftsOf(
  profiles: readonly ProfileView[],
  picked: ReadonlySet<string>,
  regionOf: (profile: ProfileView) => string,
  pairs: readonly PairView[],
): PairDraft[] {
  return profiles
    .filter((profile) => picked.has(profile.name) && profile.problem === null)
    .map((profile) => ({ profile: profile.name, region: regionOf(profile), enabled: true }))
    .filter((draft) => !pairs.some((pair) => pair.profile === draft.profile && pair.region === draft.region));
}
