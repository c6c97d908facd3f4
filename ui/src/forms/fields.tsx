/** The fields that dialogs share: where something runs, and why. */
import { type ReactNode, useMemo } from "react";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import styles from "./fields.module.css";
import { profileSuggestions, regionSuggestions, targetSuggestions } from "./suggestions";
import type { Form } from "./use-form";

/** Two fields beside each other, or below where there is no room. */
export function FieldPair({ children }: { children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}

interface FieldProps {
  value: string;
  onText: (text: string) => void;
  error: string | null;
  testId: string;
}

interface SuggestedFieldProps extends FieldProps {
  label?: string;
  aside?: string | undefined;
  hint?: ReactNode;
  placeholder?: string | undefined;
  autoFocus?: boolean;
  /** Whether those used last are suggested first. */
  recent?: boolean;
}

export function ProfileField({ label = "AWS profile", recent = true, testId, ...field }: SuggestedFieldProps) {
  const profiles = useProgram((now) => now.profiles);
  const history = useConnections((now) => now.history);
  const groups = useMemo(
    () => profileSuggestions(profiles, recent ? history.profiles : []),
    [profiles, recent, history.profiles],
  );
  return <LabelledSuggest {...field} label={label} groups={groups} data-testid={testId} />;
}

export function RegionField({ label = "Region", testId, ...field }: Omit<SuggestedFieldProps, "recent">) {
  const history = useConnections((now) => now.history);
  return <LabelledSuggest {...field} label={label} groups={regionSuggestions(history.regions)} data-testid={testId} />;
}

export function TargetField({ testId, ...field }: FieldProps & { hint?: string; autoFocus?: boolean }) {
  const history = useConnections((now) => now.history);
  return (
    <LabelledSuggest
      {...field}
      label="Target"
      mono
      groups={targetSuggestions(history)}
      placeholder="i-0123456789abcdef0"
      data-testid={testId}
    />
  );
}

export function ReasonField({ testId, ...field }: FieldProps) {
  return (
    <LabelledText
      {...field}
      label="Reason"
      aside="optional"
      maxLength={256}
      placeholder="Recorded by AWS with the session"
      data-testid={testId}
    />
  );
}

/** What an empty field would take, and from where. */
interface Inherited {
  value: string | null;
  from: string;
}

interface ProfileAndRegionFieldsProps {
  form: { text: Form<{ profile: string; region: string }>["text"] };
  aside?: string;
  /** Without it an empty field takes the default of the settings. */
  inherited?: { profile: Inherited; region: Inherited };
  /** Before the names that tests hold on to. */
  testId: string;
}

/** The profile and the Region beside it. */
export function ProfileAndRegionFields({ form, aside, inherited, testId }: ProfileAndRegionFieldsProps) {
  const { defaultProfile, defaultRegion } = useProgram((now) => now.settings);
  const [profile, region] = [form.text("profile"), form.text("region")];
  return (
    <FieldPair>
      <ProfileField
        {...profile}
        aside={aside}
        hint={inherited && hint(profile.value, inherited.profile)}
        placeholder={inherited ? inherits(inherited.profile) : (defaultProfile ?? "AWS default")}
        testId={`${testId}-profile`}
      />
      <RegionField
        {...region}
        aside={aside}
        hint={inherited && hint(region.value, inherited.region)}
        placeholder={inherited ? inherits(inherited.region) : (defaultRegion ?? "The profile's own")}
        testId={`${testId}-region`}
      />
    </FieldPair>
  );
}

function inherits({ value }: Inherited): string {
  return value === null ? "Inherit" : `Inherit: ${value}`;
}

/** Where an empty field takes its value from; a filled one needs no words. */
function hint(own: string, { value, from }: Inherited): string | undefined {
  if (own.trim() !== "") return undefined;
  return value === null ? `Left to ${from}.` : `${value}, from ${from}.`;
}
