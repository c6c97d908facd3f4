/** The settings with all their sections, loaded when they are opened. */
import { AccountsSection } from "../accounts/accounts-section";
import { SettingsPage } from "../settings/settings-page";

export default function Settings() {
  return <SettingsPage accounts={<AccountsSection />} />;
}
