/** Adds pairs of one profile: its Regions are chosen by how many nodes each has. */
import { useState } from "react";
import { useFleet } from "../fleet/fleet";
import { ProfileField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { RegionPicker } from "../forms/region-picker";
import { type Form, focusFirstProblem, useForm } from "../forms/use-form";
import { counted, figure } from "../kit/words";
import { profileNamed, useProgram } from "../program/program";
import { addPair, addPairs } from "../settings/actions";
import { closeDialog } from "../window/dialogs";
import { EndpointFields, NO_ENDPOINTS } from "./endpoint-fields";
import { countKey, forgetCounts, useNodeCounts } from "./node-counts";
import { ProfileStanding, useMayCount } from "./profile-standing";
import { RegionCount } from "./region-count";

/** `regions` is null until somebody picks one: then it is the Region that the profile names. */
const NEW = { profile: "", regions: null as readonly string[] | null, ...NO_ENDPOINTS };

type PairsForm = Form<typeof NEW>;

export function AddPairsDialog() {
  useState(forgetCounts);
  const form = useForm(NEW, closeDialog, ["region"]);
  const [tried, setTried] = useState(false);
  const profile = form.values.profile.trim();
  const taken = useTaken(profile);
  const picked = usePicked(form, taken);
  const mayCount = useMayCount(profile);
  const submit = () => {
    setTried(true);
    if (profile === "" || picked.size === 0) return focusFirstProblem();
    form.submit(() => save(form.values, [...picked]));
  };
  return (
    <FormDialog
      title="Add profile and Region pairs"
      form={form}
      action={picked.size < 2 ? "Add pair" : `Add ${figure(picked.size)} pairs`}
      onSubmit={submit}
      runs
      aside={<Sum profile={profile} regions={[...picked]} />}
      testId="pair-dialog"
      submitTestId="pair-save"
    >
      <ProfileField
        {...form.text("profile")}
        error={tried && profile === "" ? "Choose a profile of your AWS configuration." : form.under("profile")}
        label="Profile"
        hint={<ProfileStanding profile={profile} />}
        autoFocus
        recent={false}
        testId="pair-profile"
      />
      <RegionPicker
        key={profile}
        picked={picked}
        onPick={(regions) => form.set("regions", [...regions])}
        taken={taken}
        note={(region) => <RegionCount profile={profile} region={region} ask={mayCount} />}
        error={tried && picked.size === 0 ? "Choose at least one Region." : form.under("region")}
      />
      {picked.size < 2 && <EndpointFields form={form} />}
    </FormDialog>
  );
}

/** Endpoints are those of one Region, so several pairs get none. */
async function save({ profile, regions: _, ...endpoints }: typeof NEW, regions: readonly string[]) {
  const drafts = regions.map((region) => ({ profile: profile.trim(), region, enabled: true }));
  const [only] = drafts;
  if (drafts.length === 1 && only !== undefined) await addPair({ ...only, endpoints });
  else await addPairs(drafts);
}

/** The Regions that are pairs of the profile already. */
function useTaken(profile: string): ReadonlySet<string> {
  const pairs = useFleet((fleet) => fleet.pairs);
  return new Set(pairs.filter((pair) => pair.profile === profile).map(({ region }) => region));
}

function usePicked({ values }: PairsForm, taken: ReadonlySet<string>): ReadonlySet<string> {
  const own = useProgram((now) => profileNamed(values.profile.trim(), now.profiles)?.region ?? null);
  const regions = values.regions ?? (own === null ? [] : [own]);
  return new Set(regions.filter((region) => !taken.has(region)));
}

/** "429 nodes in 3 pairs", as far as they are counted. */
function Sum({ profile, regions }: { profile: string; regions: readonly string[] }) {
  const counts = useNodeCounts((now) => now.counts);
  const known = regions.flatMap((region) => {
    const count = counts.get(countKey(profile, region));
    return count?.kind === "known" ? [count] : [];
  });
  const nodes = known.reduce((sum, count) => sum + count.nodes, 0);
  const all = known.length === regions.length && regions.length > 0;
  return (
    <span aria-live="polite" data-testid="pairs-sum">
      {all && `${counted(nodes, "node")} in ${counted(regions.length, "pair")}`}
    </span>
  );
}
