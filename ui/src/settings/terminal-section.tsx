/** How terminals look and how much they keep. */
import { Switch } from "../kit/controls";
import { useProgram } from "../program/program";
import { NumberSetting, SettingRow, useKept } from "./setting";
import styles from "./settings.module.css";

export function TerminalSection() {
  const settings = useProgram((now) => now.settings);
  const [font, scrollback, ask] = [useKept(), useKept(), useKept()];
  return (
    <>
      <header className={styles.head}>
        <h1>Terminal</h1>
      </header>
      <div className={styles.body}>
        <div className={`${styles.card} ${styles.rows}`}>
          <NumberSetting
            label="Font size"
            text="In pixels, 9 to 24."
            value={settings.terminalFontSize}
            least={9}
            most={24}
            failure={font.failure}
            onValue={(terminalFontSize) => void font.keep({ terminalFontSize })}
            testId="setting-font-size"
          />
          <NumberSetting
            label="Scrollback"
            text="Lines kept above the screen, 100 to 200,000."
            value={settings.scrollbackLines}
            least={100}
            most={200_000}
            failure={scrollback.failure}
            onValue={(scrollbackLines) => void scrollback.keep({ scrollbackLines })}
            testId="setting-scrollback"
          />
          <SettingRow
            label="Ask before an idle shell is terminated"
            text="Where a program may be running, and in production, Postern always asks."
            failure={ask.failure}
          >
            {(labelledBy) => (
              <Switch
                label="Ask before an idle shell is terminated"
                labelledBy={labelledBy}
                checked={settings.askBeforeTerminatingIdle}
                onChange={(askBeforeTerminatingIdle) => void ask.keep({ askBeforeTerminatingIdle })}
                data-testid="setting-ask-before-terminating"
              />
            )}
          </SettingRow>
        </div>
      </div>
    </>
  );
}
