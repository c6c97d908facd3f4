/** How terminals look and how much they keep. */
import { Section } from "../kit/section";
import { NumberSetting, SettingRows, SwitchSetting } from "./setting";

export function TerminalSection() {
  return (
    <Section title="Terminal">
      <SettingRows>
        <NumberSetting
          name="terminalFontSize"
          label="Font size"
          text="In pixels, 9 to 24."
          least={9}
          most={24}
          testId="setting-font-size"
        />
        <NumberSetting
          name="scrollbackLines"
          label="Scrollback"
          text="Lines kept above the screen, 100 to 200,000."
          least={100}
          most={200_000}
          testId="setting-scrollback"
        />
        <SwitchSetting
          name="askBeforeTerminatingIdle"
          label="Ask before an idle shell is terminated"
          text="Where a program may be running, and in production, Postern always asks."
          testId="setting-ask-before-terminating"
        />
      </SettingRows>
    </Section>
  );
}
