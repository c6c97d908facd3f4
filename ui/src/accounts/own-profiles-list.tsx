/** The profiles that live in Postern: how the secret of each stands, and what to do about it. */
import { CircleAlert, Clock, Ellipsis, KeyRound, Lock, LockOpen, Plus, ShieldCheck } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { EnvBar } from "../domain/glyphs";
import type { OwnProfileView, OwnSourceView, SecretStateView } from "../ipc/contract";
import { Button, IconButton } from "../kit/button";
import { MenuButton, type MenuEntry } from "../kit/menu";
import { Notice } from "../kit/notice";
import { Card } from "../kit/section";
import { useProgram } from "../program/program";
import { openDialog } from "../window/dialogs";
import { readOwnProfiles, removeOwnProfile, unlockKeyring, useOwnProfiles } from "./own-profiles";
import styles from "./own-profiles.module.css";

const addKey = () => openDialog({ kind: "access-key", profile: null });

export function OwnProfiles() {
  const { view, error } = useOwnProfiles();
  const isDemo = useProgram((now) => now.mode === "demo");
  useEffect(() => {
    if (!isDemo) void readOwnProfiles();
  }, [isDemo]);
  if (isDemo) return null;
  const profiles = view?.profiles ?? [];
  return (
    <>
      <header className={styles.head}>
        <h2>Profiles of Postern</h2>
        <span className={styles.note}>Access keys that you type here go to the keyring of this computer.</span>
        <Button size="sm" icon={<Plus size={13} />} onClick={addKey} data-testid="access-key-add">
          Add access key…
        </Button>
      </header>
      {error !== null && <Notice error={error} />}
      {view !== null && view.keyring !== null && <Notice error={view.keyring} />}
      {profiles.length > 0 && (
        <Card className={styles.list} role="list" aria-label="Profiles of Postern">
          {profiles.map((profile) => (
            <Row key={profile.id} profile={profile} />
          ))}
        </Card>
      )}
    </>
  );
}

function Row({ profile }: { profile: OwnProfileView }) {
  const { name, region, source, problem } = profile;
  return (
    <>
      <div className={styles.row} role="listitem" data-testid="own-profile" data-name={name}>
        <span className={styles.name}>
          <EnvBar environment={profile.environment} />
          <span className="line">{name}</span>
        </span>
        <span className={`${styles.quiet} line`}>{region ?? ""}</span>
        <span className={`${styles.quiet} line`}>{sourceWords(source)}</span>
        <span className={styles.state}>
          {source.kind === "access-key" && <Secret state={source.secret} profile={profile} />}
        </span>
        <MenuButton entries={entriesOf(profile)} align="end">
          <IconButton label={`More for ${name}`} data-testid="own-profile-more">
            <Ellipsis size={14} />
          </IconButton>
        </MenuButton>
      </div>
      {problem !== null && (
        <div className={styles.under} role="alert" data-testid="own-profile-problem">
          <CircleAlert size={13} />
          {problem.message} {problem.nextStep}
        </div>
      )}
    </>
  );
}

function sourceWords(source: OwnSourceView): string {
  if (source.kind === "center-role") return `${source.role} in ${source.account}, ${source.session}`;
  return `Access key …${source.accessKeyId.slice(-4)}`;
}

function entriesOf(profile: OwnProfileView): MenuEntry[] {
  const edit: MenuEntry = { label: "Edit…", run: () => openDialog({ kind: "access-key", profile }) };
  const remove: MenuEntry = { label: "Remove…", run: () => removeOwnProfile(profile), danger: true };
  return profile.source.kind === "access-key" ? [edit, "line", remove] : [remove];
}

/** Words, sign and colour of each state: it is readable without colour. */
const STATES: Record<SecretStateView, { words: string; icon: ReactNode; tone: string }> = {
  stored: { words: "In the keyring", icon: <ShieldCheck size={13} />, tone: "ok" },
  "this-run": { words: "For this run only", icon: <Clock size={13} />, tone: "warn" },
  locked: { words: "Keyring locked", icon: <Lock size={13} />, tone: "warn" },
  absent: { words: "No secret key", icon: <CircleAlert size={13} />, tone: "bad" },
  unknown: { words: "Keyring does not say", icon: <CircleAlert size={13} />, tone: "bad" },
};

function Secret({ state, profile }: { state: SecretStateView; profile: OwnProfileView }) {
  const { words, icon, tone } = STATES[state];
  return (
    <>
      <span className={styles[tone]} data-testid="secret-state" data-state={state}>
        {icon}
        {words}
      </span>
      {state === "locked" && <Unlock />}
      {state === "absent" && (
        <Button
          look="link"
          icon={<KeyRound size={13} />}
          onClick={() => openDialog({ kind: "access-key", profile })}
          data-testid="secret-type-again"
        >
          Type it again
        </Button>
      )}
    </>
  );
}

function Unlock() {
  const unlocking = useOwnProfiles((now) => now.unlocking);
  return (
    <Button look="link" icon={<LockOpen size={13} />} onClick={() => void unlockKeyring()} data-testid="keyring-unlock">
      {unlocking ? "Stop waiting" : "Unlock"}
    </Button>
  );
}
