/** Chooses which profiles of the AWS configuration are synced, each with a Region. */
import { Search } from "lucide-react";
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import { useFleet } from "../fleet/fleet";
import { FormDialog } from "../forms/form-dialog";
import { regionSuggestions } from "../forms/suggestions";
import { useForm } from "../forms/use-form";
import type { PairDraft, PairView, ProfileView } from "../ipc/contract";
import { CheckBox, TextField } from "../kit/controls";
import { fitOf, moreOf, NO_FIT, wordsOf } from "../kit/fit";
import { LongList, type LongListHandle } from "../kit/long-list";
import { SuggestField } from "../kit/suggest-field";
import { counted, figure } from "../kit/words";
import { useProgram } from "../program/program";
import { addPairs } from "../settings/actions";
import { closeDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import styles from "./accounts.module.css";

const ROW_HEIGHT = 36;
const REGIONS = regionSuggestions([]);

export function ChooseProfilesDialog() {
  const { profiles } = useProgram((now) => now.profiles);
  const { picked, regionOf, pick, setRegion } = usePicked();
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
      title="Choose profiles to sync"
      text="Each becomes a pair with a Region. More Regions can be added later."
      width={600}
      form={form}
      changed={picked.size > 0}
      action={`Add ${counted(drafts.length, "pair")}`}
      onSubmit={submit}
      disabled={drafts.length === 0}
      aside={missing === undefined ? counted(drafts.length, "new pair") : `${missing.profile} needs a Region.`}
      testId="choose-profiles-dialog"
      submitTestId="choose-profiles-add"
    >
      <SearchProfiles
        value={sought}
        onText={setSought}
        count={`${figure(shown.length)} of ${figure(profiles.length)}`}
        enter={() => shown[0] !== undefined && shown.length === 1 && pick(shown[0].name, true)}
        down={() => list.current?.focus(0)}
      />
      <LongList
        items={shown}
        keyOf={({ name }) => name}
        rowHeight={ROW_HEIGHT}
        className={styles.picker}
        handle={list}
        focusOn="[role=checkbox]"
        label="Profiles"
        onKeyDown={(event) => walk(event, shown.length, list.current)}
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
      </LongList>
      {shown.length === 0 && <p className={styles.meta}>No profile matches.</p>}
    </FormDialog>
  );
}

/** The profiles that are picked, by name, and the Region of each. Giving one a Region picks it. */
function usePicked() {
  const { defaultRegion } = useProgram((now) => now.settings);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [regions, setRegions] = useState<ReadonlyMap<string, string>>(new Map());
  const regionOf = (profile: ProfileView) => regions.get(profile.name) ?? profile.region ?? defaultRegion ?? "";
  const pick = useCallback((name: string, on: boolean) => setPicked((before) => withName(before, name, on)), []);
  const setRegion = useCallback(
    (name: string, region: string) => {
      setRegions((before) => new Map(before).set(name, region.trim()));
      pick(name, true);
    },
    [pick],
  );
  return { picked, regionOf, pick, setRegion };
}

interface SearchProps {
  value: string;
  onText: (text: string) => void;
  count: string;
  enter: () => void;
  down: () => void;
}

/** Enter takes what is found if it is only one; it adds nothing that nobody looked at. */
function SearchProfiles({ value, onText, count, enter, down }: SearchProps) {
  return (
    <div className={styles.pickSearch}>
      <TextField
        value={value}
        onText={onText}
        icon={<Search size={13} />}
        large
        autoFocus
        placeholder="Search profiles"
        aria-label="Search profiles"
        data-testid="profile-search"
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") down();
          else if (event.key === "Enter" && value !== "") enter();
          else return;
          event.preventDefault();
        }}
      />
      <span className={styles.pickCount} aria-live="polite">
        {count}
      </span>
    </div>
  );
}

/** Arrows lead from check box to check box; in a Region they are the list's own. */
function walk(event: KeyboardEvent, count: number, list: LongListHandle | null) {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-index]");
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (row === null || step === 0 || target.getAttribute("role") !== "checkbox") return;
  event.preventDefault();
  list?.focus(Math.max(0, Math.min(count - 1, Number(row.dataset.index) + step)));
}

interface ProfileRowProps {
  profile: ProfileView;
  picked: boolean;
  region: string;
  wrong: boolean;
  pick: (name: string, on: boolean) => void;
  setRegion: (name: string, region: string) => void;
}

const ProfileRow = memo(function ProfileRow({ profile, picked, region, wrong, pick, setRegion }: ProfileRowProps) {
  const { name, problem } = profile;
  const said = problem ?? profile.regionProblem;
  const set = (on: boolean) => {
    if (problem === null) pick(name, on);
  };
  return (
    <div className={styles.pick} data-picked={picked || undefined} data-testid="profile-row">
      <CheckBox label={`Sync ${name}`} checked={picked} onChange={set} aria-disabled={problem !== null} data-testid="profile-pick" />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
      <span className={styles.pickName} onClick={() => set(!picked)}>
        <EnvBar environment={profile.environment} />
        <span className="line">{name}</span>
      </span>
      <span className={`${styles.meta} line`} title={said?.message}>
        {said?.message ?? profile.credentials}
      </span>
      <SuggestField
        label={`Region of ${name}`}
        value={region}
        onText={(text) => problem === null && setRegion(name, text)}
        groups={REGIONS}
        invalid={wrong}
        placeholder="Region"
      />
    </div>
  );
});

function withName(names: ReadonlySet<string>, name: string, on: boolean): ReadonlySet<string> {
  const next = new Set(names);
  if (on) next.add(name);
  else next.delete(name);
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
