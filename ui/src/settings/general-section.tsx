/** Theme, what connections inherit at last, and the demo. */
import { FlaskConical, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { profileSuggestions, regionSuggestions } from "../forms/suggestions";
import { optional } from "../forms/use-form";
import { Button } from "../kit/button";
import { Segments, SuggestField, type SuggestionGroup } from "../kit/controls";
import { leaveDemo, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { SettingRow, useKept } from "./setting";
import styles from "./settings.module.css";

const THEMES = [
  { value: "system", label: "System", icon: <Monitor size={13} /> },
  { value: "dark", label: "Dark", icon: <Moon size={13} /> },
  { value: "light", label: "Light", icon: <Sun size={13} /> },
] as const;

export function GeneralSection() {
  const { settings, profiles, mode, switching } = useProgram();
  const history = useConnections((now) => now.history);
  const [theme, profile, region] = [useKept(), useKept(), useKept()];
  return (
    <>
      <header className={styles.head}>
        <h1>General</h1>
      </header>
      <div className={styles.body}>
        <div className={`${styles.card} ${styles.rows}`}>
          <SettingRow label="Theme" text="Terminals follow it too." failure={theme.failure}>
            {() => (
              <Segments
                label="Theme"
                value={settings.theme}
                choices={THEMES}
                onChange={(value) => void theme.keep({ theme: value })}
              />
            )}
          </SettingRow>
        </div>
        <div className={`${styles.card} ${styles.rows}`}>
          <SettingRow
            label="Default profile"
            text="For connections that set none and whose group sets none. Empty leaves it to the AWS configuration."
            failure={profile.failure}
          >
            {(labelledBy) => (
              <DefaultField
                labelledBy={labelledBy}
                value={settings.defaultProfile}
                groups={profileSuggestions(profiles, history.profiles)}
                placeholder="AWS default"
                keep={(value) => void profile.keep({ defaultProfile: value })}
                invalid={profile.failure !== null}
                testId="setting-default-profile"
              />
            )}
          </SettingRow>
          <SettingRow
            label="Default Region"
            text="For connections that set none and whose group sets none."
            failure={region.failure}
          >
            {(labelledBy) => (
              <DefaultField
                labelledBy={labelledBy}
                value={settings.defaultRegion}
                groups={regionSuggestions(history.regions)}
                placeholder="The profile's own"
                keep={(value) => void region.keep({ defaultRegion: value })}
                invalid={region.failure !== null}
                testId="setting-default-region"
              />
            )}
          </SettingRow>
        </div>
        <div className={`${styles.card} ${styles.rows}`}>
          {mode === "demo" ? (
            <SettingRow label="Demo" text="You are in the made-up fleet. Nothing of it is kept.">
              {() => (
                <Button busy={switching} onClick={() => void leaveDemo()} data-testid="leave-demo">
                  Leave the demo
                </Button>
              )}
            </SettingRow>
          ) : (
            <SettingRow label="Demo" text="A made-up fleet on this computer. Needs no AWS account and no network.">
              {() => (
                <Button
                  icon={<FlaskConical size={14} />}
                  busy={switching}
                  onClick={() => void openDemo()}
                  data-testid="open-demo"
                >
                  Open the demo
                </Button>
              )}
            </SettingRow>
          )}
        </div>
      </div>
    </>
  );
}

interface DefaultFieldProps {
  labelledBy: string;
  value: string | null;
  groups: readonly SuggestionGroup[];
  placeholder: string;
  keep: (value: string | null) => void;
  invalid: boolean;
  testId: string;
}

/** Kept when the field is left or a suggestion is chosen. */
function DefaultField({ value, groups, placeholder, keep, invalid, testId }: DefaultFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const offered = (text: string) => groups.some((group) => group.items.some((item) => item.value === text));
  const commit = (text: string) => {
    setTyped(null);
    if (optional(text) !== value) keep(optional(text));
  };
  return (
    <div className={styles.wide}>
      <SuggestField
        value={typed ?? value ?? ""}
        onText={(text) => (offered(text) ? commit(text) : setTyped(text))}
        onBlur={() => typed !== null && commit(typed)}
        onEnter={() => typed !== null && commit(typed)}
        groups={groups}
        placeholder={placeholder}
        label={placeholder}
        invalid={invalid}
        data-testid={testId}
      />
    </div>
  );
}
