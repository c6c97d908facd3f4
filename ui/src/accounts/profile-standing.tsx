/** Under the profile of a new pair: whether somebody is signed in for it, and what was found out that it may do. */
import { CircleAlert, CircleCheck, Clock, KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import type { ProfileView } from "../ipc/contract";
import { useNow } from "../kit/time";
import { profileNamed, useProgram } from "../program/program";
import { isSignedIn, signInOf, useSignIns } from "../sign-in/sign-ins";
import styles from "./accounts.module.css";
import { countKey, type NodeCount, useNodeCounts } from "./node-counts";

/** Whether nodes can be counted without a word of the user: the profile is there, and where it takes a sign-in, somebody is signed in. */
export function useMayCount(name: string): boolean {
  const now = useNow(10_000);
  const profile = useProgram(({ profiles }) => profileNamed(name, profiles));
  const signIn = useSignIns(({ known }) => signInOf(name, known));
  return profile !== undefined && profile.problem === null && (signIn === undefined || isSignedIn(signIn, now));
}

export function ProfileStanding({ profile: name }: { profile: string }) {
  const now = useNow(10_000);
  const profile = useProgram(({ profiles }) => profileNamed(name, profiles));
  const signIn = useSignIns(({ known }) => signInOf(name, known));
  const counts = useNodeCounts((state) => state.counts);
  if (profile === undefined) return "A profile of your AWS configuration.";
  if (profile.problem !== null) return <Wrong>{profile.problem.message}</Wrong>;
  if (signIn !== undefined && !isSignedIn(signIn, now))
    return (
      <Line className={styles.warn} icon={<Clock size={13} />}>
        Nobody is signed in to {signIn.key}: its pairs wait for that
      </Line>
    );
  const known = [...counts].flatMap(([key, count]) => (key.startsWith(countKey(name, "")) ? [count] : []));
  const lists = known.some((count) => count.kind === "known") ? ", may list nodes" : "";
  const refused = lists === "" ? known.find(isRefused) : undefined;
  if (refused !== undefined) return <Wrong>{refused.error.message}</Wrong>;
  const isKey = signIn === undefined;
  return (
    <Line
      className={isKey && lists === "" ? undefined : styles.ok}
      icon={isKey ? <KeyRound size={13} /> : <CircleCheck size={13} />}
    >
      {isKey ? credentialsOf(profile) : `Signed in through ${signIn.key}`}
      {lists}
    </Line>
  );
}

/** Whether it says something of the profile, and not of the Region only. */
function isRefused(count: NodeCount): count is NodeCount & { kind: "failed" } {
  return count.kind === "failed" && count.error.code !== "region-not-enabled";
}

function credentialsOf(profile: ProfileView): string {
  return profile.credentials === "" ? "Its own credentials" : profile.credentials;
}

function Wrong({ children }: { children: ReactNode }) {
  return (
    <Line className={styles.bad} icon={<CircleAlert size={13} />}>
      {children}
    </Line>
  );
}

function Line({ className, icon, children }: { className: string | undefined; icon: ReactNode; children: ReactNode }) {
  return (
    <span className={`${styles.standing} ${className ?? ""}`} data-testid="profile-standing">
      {icon}
      <span>{children}</span>
    </span>
  );
}
