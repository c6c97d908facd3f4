/** When the fleet is synced, and what is fetched. */
import { RefreshCw, Square } from "lucide-react";
import { useFleet } from "../fleet/nodes";
import { Button } from "../kit/button";
import { Segments, Switch } from "../kit/controls";
import { useProgram } from "../program/program";
import { cancelSync, syncAll } from "./actions";
import { SettingRow, useKept } from "./setting";
import styles from "./settings.module.css";

const PACES = [
  { value: "0", label: "On demand" },
  { value: "5", label: "5 min" },
  { value: "15", label: "15 min" },
  { value: "60", label: "1 h" },
] as const;

export function SyncSection() {
  const settings = useProgram((now) => now.settings);
  const busy = useFleet((fleet) => fleet.pairs.some(({ sync }) => sync.phase === "running" || sync.phase === "queued"));
  const [enabled, onlyRunning, pace] = [useKept(), useKept(), useKept()];
  const every = String(settings.syncEveryMinutes);
  const own = PACES.some((choice) => choice.value === every) ? [] : [{ value: every, label: `${every} min` }];
  return (
    <>
      <header className={styles.head}>
        <h1>Sync</h1>
        <span className={styles.meta} />
        {busy ? (
          <Button icon={<Square size={10} fill="currentColor" />} onClick={() => void cancelSync()}>
            Stop syncing
          </Button>
        ) : (
          <Button icon={<RefreshCw size={14} />} onClick={() => void syncAll()}>
            Sync now
          </Button>
        )}
      </header>
      <div className={styles.body}>
        <div className={`${styles.card} ${styles.rows}`}>
          <SettingRow
            label="Sync the fleet"
            text="Reads nodes and agents of every pair that is on, at start and as often as below."
            failure={enabled.failure}
          >
            {(labelledBy) => (
              <Switch
                label="Sync the fleet"
                labelledBy={labelledBy}
                checked={settings.syncEnabled}
                onChange={(on) => void enabled.keep({ syncEnabled: on })}
                data-testid="setting-sync-enabled"
              />
            )}
          </SettingRow>
          <SettingRow
            label="Only running instances"
            text="Stopped and terminated instances are not fetched. Hybrid nodes always are."
            failure={onlyRunning.failure}
          >
            {(labelledBy) => (
              <Switch
                label="Only running instances"
                labelledBy={labelledBy}
                checked={settings.onlyRunning}
                onChange={(on) => void onlyRunning.keep({ onlyRunning: on })}
                data-testid="setting-only-running"
              />
            )}
          </SettingRow>
          <SettingRow label="Repeat" text="On demand means at start and when you ask for it." failure={pace.failure}>
            {() => (
              <Segments
                label="Repeat"
                value={every}
                choices={[...PACES, ...own]}
                onChange={(value) => void pace.keep({ syncEveryMinutes: Number(value) })}
              />
            )}
          </SettingRow>
        </div>
      </div>
    </>
  );
}
