/** In the table of pairs: whether somebody is signed in for the pair's profile. */
import { CircleCheck, Clock, KeyRound } from "lucide-react";
import type { ProfileView } from "../ipc/contract";
import { Button } from "../kit/button";
import { useNow } from "../kit/time";
import { signIn, signInToConsole } from "../sign-in/actions";
import { loginOf, useLogins } from "../sign-in/logins";
import { isSignedIn, signInOf, stateWord, timeLeft, useSignIns } from "../sign-in/sign-ins";
import styles from "./accounts.module.css";

export function SignInCell({ profile }: { profile: ProfileView | undefined }) {
  const now = useNow(10_000);
  const one = useSignIns(({ known }) => signInOf(profile?.name ?? null, known));
  const console = useLogins(({ notices }) => loginOf(profile?.name ?? null, notices)?.console ?? null);
  if (one === undefined) return console === null ? <WithoutSignIn profile={profile} /> : <AtConsole of={console} />;
  if (isSignedIn(one, now))
    return (
      <>
        <CircleCheck className={styles.ok} size={13} />
        <span className={styles.ok}>Signed in</span>
        <span className={styles.faint}>{timeLeft(one, now)}</span>
      </>
    );
  return (
    <>
      <Clock className={styles.warn} size={13} />
      <span className={styles.warn}>{stateWord(one, now)}</span>
      <Button look="link" onClick={() => signIn(one.key)}>
        Sign in
      </Button>
    </>
  );
}

/** How a sign-in of `aws login` stands is known when a call needs it. */
function AtConsole({ of }: { of: string }) {
  return (
    <>
      <Clock className={styles.warn} size={13} />
      <span className={styles.warn}>Signed out</span>
      <Button look="link" onClick={() => signInToConsole(of)}>
        Sign in
      </Button>
    </>
  );
}

function WithoutSignIn({ profile }: { profile: ProfileView | undefined }) {
  if (profile?.credentials.startsWith("Access key") !== true) return null;
  return (
    <>
      <KeyRound className={styles.faint} size={13} />
      Static key
    </>
  );
}
