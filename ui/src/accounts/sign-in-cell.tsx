/** In the table of pairs: whether somebody is signed in for the pair's profile. */
import { CircleCheck, Clock, KeyRound } from "lucide-react";
import type { ProfileView } from "../ipc/contract";
import { Button } from "../kit/button";
import { useNow } from "../kit/time";
import { signIn } from "../sign-in/actions";
import { isSignedIn, signInOf, stateWord, timeLeft, useSignIns } from "../sign-in/sign-ins";
import styles from "./accounts.module.css";

export function SignInCell({ profile }: { profile: ProfileView | undefined }) {
  const now = useNow(10_000);
  const one = useSignIns(({ known }) => signInOf(profile?.name ?? null, known));
  if (one === undefined) return <WithoutSignIn profile={profile} />;
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

function WithoutSignIn({ profile }: { profile: ProfileView | undefined }) {
  if (profile?.credentials.startsWith("Access key") !== true) return null;
  return (
    <>
      <KeyRound className={styles.faint} size={13} />
      Static key
    </>
  );
}
