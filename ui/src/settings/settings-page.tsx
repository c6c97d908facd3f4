/** The settings: own navigation on the left; everything applies at once. */
import type { ReactNode } from "react";
import { type SettingsSection, useFrame } from "../window/frame";
import { AboutSection } from "./about-section";
import { GeneralSection } from "./general-section";
import { NetworkSection } from "./network-section";
import styles from "./settings.module.css";
import { SettingsNav } from "./settings-nav";
import { SyncSection } from "./sync-section";
import { TerminalSection } from "./terminal-section";

/** `accounts` is the section of the AWS accounts, which is not of this feature. */
export function SettingsPage({ accounts }: { accounts: ReactNode }) {
  const section = useFrame((now) => now.section);
  return (
    <>
      <SettingsNav />
      <section className={styles.page} tabIndex={-1} data-area="page" data-testid="settings-page">
        {section === "accounts" ? accounts : SECTIONS[section]}
      </section>
    </>
  );
}

const SECTIONS: Record<Exclude<SettingsSection, "accounts">, ReactNode> = {
  sync: <SyncSection />,
  network: <NetworkSection />,
  general: <GeneralSection />,
  terminal: <TerminalSection />,
  about: <AboutSection />,
};
