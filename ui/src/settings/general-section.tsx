/** Theme, what connections inherit at last, and the demo. */
import { FlaskConical, Monitor, Moon, Sun } from "lucide-react";
import { profileSuggestions, regionSuggestions } from "../forms/suggestions";
import { Button } from "../kit/button";
import { Section } from "../kit/section";
import { leaveDemo, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { ChoiceRow, SettingRow, SettingRows, SuggestSetting, useSetting } from "./setting";

export function GeneralSection() {
  return (
    <Section title="General">
      <SettingRows>
        <ThemeSetting />
      </SettingRows>
      <SettingRows>
        <DefaultSettings />
      </SettingRows>
      <SettingRows>
        <DemoRow />
      </SettingRows>
    </Section>
  );
}

const THEMES = [
  { value: "system", label: "System", icon: <Monitor size={13} /> },
  { value: "dark", label: "Dark", icon: <Moon size={13} /> },
  { value: "light", label: "Light", icon: <Sun size={13} /> },
] as const;

function ThemeSetting() {
  const { value, failure, keep } = useSetting("theme");
  return (
    <ChoiceRow
      label="Theme"
      text="Terminals follow it too."
      failure={failure}
      value={value}
      choices={THEMES}
      onChange={keep}
    />
  );
}

function DefaultSettings() {
  const profiles = useProgram((now) => now.profiles);
  const history = useConnections((now) => now.history);
  return (
    <>
      <SuggestSetting
        name="defaultProfile"
        label="Default profile"
        text="For connections that set none and whose group sets none. Empty leaves it to the AWS configuration."
        groups={profileSuggestions(profiles, history.profiles)}
        placeholder="AWS default"
        testId="setting-default-profile"
      />
      <SuggestSetting
        name="defaultRegion"
        label="Default Region"
        text="For connections that set none and whose group sets none."
        groups={regionSuggestions(history.regions)}
        placeholder="The profile's own"
        testId="setting-default-region"
      />
    </>
  );
}

function DemoRow() {
  const { mode, switching } = useProgram();
  const inDemo = mode === "demo";
  return (
    <SettingRow
      label="Demo"
      text={
        inDemo
          ? "You are in the made-up fleet. Nothing of it is kept."
          : "A made-up fleet on this computer. Needs no AWS account and no network."
      }
    >
      {() =>
        inDemo ? (
          <Button busy={switching} onClick={() => void leaveDemo()} data-testid="leave-demo">
            Leave the demo
          </Button>
        ) : (
          <Button
            icon={<FlaskConical size={14} />}
            busy={switching}
            onClick={() => void openDemo()}
            data-testid="open-demo"
          >
            Open the demo
          </Button>
        )
      }
    </SettingRow>
  );
}
