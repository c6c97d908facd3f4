/** What the fields for profile, Region and target suggest. */
import { EnvBar } from "../domain/glyphs";
import type { HistoryView, ProfilesView } from "../ipc/contract";
import type { SuggestionGroup } from "../kit/suggestions";

/** Regions of the three partitions, as AWS lists them; any other may be typed. */
export const REGIONS: readonly [code: string, place: string][] = [
  ["eu-central-1", "Frankfurt"],
  ["eu-central-2", "Zurich"],
  ["eu-west-1", "Ireland"],
  ["eu-west-2", "London"],
  ["eu-west-3", "Paris"],
  ["eu-north-1", "Stockholm"],
  ["eu-south-1", "Milan"],
  ["eu-south-2", "Spain"],
  ["us-east-1", "N. Virginia"],
  ["us-east-2", "Ohio"],
  ["us-west-1", "N. California"],
  ["us-west-2", "Oregon"],
  ["ca-central-1", "Canada Central"],
  ["ca-west-1", "Calgary"],
  ["mx-central-1", "Mexico Central"],
  ["sa-east-1", "São Paulo"],
  ["ap-east-1", "Hong Kong"],
  ["ap-east-2", "Taipei"],
  ["ap-northeast-1", "Tokyo"],
  ["ap-northeast-2", "Seoul"],
  ["ap-northeast-3", "Osaka"],
  ["ap-south-1", "Mumbai"],
  ["ap-south-2", "Hyderabad"],
  ["ap-southeast-1", "Singapore"],
  ["ap-southeast-2", "Sydney"],
  ["ap-southeast-3", "Jakarta"],
  ["ap-southeast-4", "Melbourne"],
  ["ap-southeast-5", "Malaysia"],
  ["ap-southeast-6", "New Zealand"],
  ["ap-southeast-7", "Thailand"],
  ["me-central-1", "UAE"],
  ["me-south-1", "Bahrain"],
  ["il-central-1", "Tel Aviv"],
  ["af-south-1", "Cape Town"],
  ["us-gov-east-1", "GovCloud East"],
  ["us-gov-west-1", "GovCloud West"],
  ["cn-north-1", "Beijing"],
  ["cn-northwest-1", "Ningxia"],
];

export function regionSuggestions(history: readonly string[]): SuggestionGroup[] {
  const places = new Map(REGIONS);
  const suggestion = (code: string) => {
    const hint = places.get(code);
    return hint === undefined ? { value: code } : { value: code, hint };
  };
  const rest = REGIONS.map(([code]) => code).filter((code) => !history.includes(code));
  return [
    { label: "Recent", items: history.map(suggestion) },
    { label: "Regions", items: rest.map(suggestion) },
  ];
}

export function profileSuggestions(profiles: ProfilesView, history: readonly string[]): SuggestionGroup[] {
  const known = new Map(profiles.profiles.map((profile) => [profile.name, profile]));
  const suggestion = (name: string) => {
    const profile = known.get(name);
    if (profile === undefined) return { value: name };
    return { value: name, hint: profile.credentials, mark: <EnvBar environment={profile.environment} small /> };
  };
  const rest = [...known.keys()].filter((name) => !history.includes(name));
  return [
    { label: "Recent", items: history.map(suggestion) },
    { label: "Profiles", items: rest.map(suggestion) },
  ];
}

export function targetSuggestions(history: HistoryView): SuggestionGroup[] {
  return [{ label: "Recent", items: history.targets.map((value) => ({ value })) }];
}
