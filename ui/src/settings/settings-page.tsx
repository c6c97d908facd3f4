/** The settings: own navigation on the left; everything applies at once. */
import { Cloud, Info, Network, RefreshCw, SlidersHorizontal, SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import { frame, type SettingsSection, useFrame } from "../window/frame";
import { AboutSection } from "./about-section";
import { GeneralSection } from "./general-section";
import { NetworkSection } from "./network-section";
import styles from "./settings.module.css";
import { SyncSection } from "./sync-section";
import { TerminalSection } from "./terminal-section";

/** `accounts` is the section of the AWS accounts, which is not of this feature. */
export function SettingsPage({ accounts }: { accounts: ReactNode }) {
  const section = useFrame((now) => now.section);
  return (
    <>
      <nav className={styles.nav} data-area="sidebar" data-settings aria-label="Settings">
        <h2>Settings</h2>
        <NavLink section="general" icon={<SlidersHorizontal size={15} />} label="General" />
        <NavLink section="terminal" icon={<SquareTerminal size={15} />} label="Terminal" />
        <h3>Connections</h3>
        <NavLink section="accounts" icon={<Cloud size={15} />} label="AWS accounts" />
        <NavLink section="sync" icon={<RefreshCw size={15} />} label="Sync" />
        <NavLink section="network" icon={<Network size={15} />} label="Network" />
        <h3>Postern</h3>
        <NavLink section="about" icon={<Info size={15} />} label="About" />
      </nav>
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

function NavLink({ section, icon, label }: { section: SettingsSection; icon: ReactNode; label: string }) {
  const current = useFrame((now) => now.section === section);
  return (
    <button
      type="button"
      className={styles.link}
      aria-current={current ? "page" : undefined}
      onClick={() => frame.show("settings", section)}
      data-testid={`settings-${section}`}
      data-area-focus={current || undefined}
    >
      {icon}
      {label}
    </button>
  );
}
