/** Signing in at the AWS console, as `aws login` does it: the address, and the wait for the browser that brings the answer. */
import { useEffect } from "react";
import { askForAddress, cancelConsoleSignIn } from "./actions";
import { BrowserDialog, Waits } from "./browser-dialog";
import { addressOf, useConsoles } from "./consoles";
import { useLogins } from "./logins";
import styles from "./sign-in.module.css";

export function ConsoleSignInDialog({ profile }: { profile: string }) {
  const address = useConsoles((now) => addressOf(profile, now));
  const failure = useConsoles((now) => now.failures.get(profile) ?? null);
  const login = useLogins(({ notices }) => notices.find((notice) => notice.console === profile));
  useEffect(() => void askForAddress(profile), [profile]);
  return (
    <BrowserDialog
      title={`Sign in to ${profile}`}
      text="At the AWS console. The AWS CLI shares this sign-in."
      address={address}
      asking="Asking AWS where to sign in"
      failure={failure}
      login={login}
      onAgain={() => void askForAddress(profile)}
      onCancel={() => void cancelConsoleSignIn(profile)}
      testId="console-sign-in-dialog"
    >
      {address !== undefined && <Address address={address} profile={profile} />}
    </BrowserDialog>
  );
}

function Address({ address, profile }: { address: string; profile: string }) {
  return (
    <>
      <p className={styles.lead}>
        Use a browser of this computer: it comes back to Postern by itself. From another computer use{" "}
        <code className="mono">aws login --remote --profile {profile}</code>.
      </p>
      <output className={`${styles.long} mono`} data-selectable data-testid="sign-in-address">
        {address}
      </output>
      <Waits>Waiting for the browser, for ten minutes at most.</Waits>
    </>
  );
}
