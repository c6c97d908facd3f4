/** When the fleet is synced, and what is fetched. */
import { RefreshCw, Square } from "lucide-react";
import { isSyncing, useFleet } from "../fleet/fleet";
import { Button } from "../kit/button";
import { Section } from "../kit/section";
import { cancelSync, syncAll } from "./actions";
import { ChoiceRow, SettingRows, SwitchSetting, useSetting } from "./setting";

export function SyncSection() {
  return (
    <Section title="Sync" tools={<SyncButton />}>
      <SettingRows>
        <SwitchSetting
          name="syncEnabled"
          label="Sync the fleet"
          text="Reads nodes and agents of every pair that is on, at start and as often as below."
          testId="setting-sync-enabled"
        />
        <SwitchSetting
          name="onlyRunning"
          label="Only running instances"
          text="Stopped and terminated instances are not fetched. Hybrid nodes always are."
          testId="setting-only-running"
        />
        <PaceSetting />
      </SettingRows>
    </Section>
  );
}

function SyncButton() {
  const busy = useFleet(isSyncing);
  return busy ? (
    <Button icon={<Square size={10} fill="currentColor" />} onClick={() => void cancelSync()}>
      Stop syncing
    </Button>
  ) : (
    <Button icon={<RefreshCw size={14} />} onClick={() => void syncAll()}>
      Sync now
    </Button>
  );
}

/** Minutes between syncs. */
const PACES = [
  { value: "0", label: "On demand" },
  { value: "5", label: "5 min" },
  { value: "15", label: "15 min" },
  { value: "60", label: "1 h" },
];

function PaceSetting() {
  const { value, failure, keep } = useSetting("syncEveryMinutes");
  const every = String(value);
  const own = PACES.some((choice) => choice.value === every) ? [] : [{ value: every, label: `${every} min` }];
  return (
    <ChoiceRow
      label="Repeat"
      text="On demand means at start and when you ask for it."
      failure={failure}
      value={every}
      choices={[...PACES, ...own]}
      onChange={(minutes) => keep(Number(minutes))}
    />
  );
}
