/** The first run: the user's own AWS profiles, or the demo. */
import { Building2, Check, Cloud, FlaskConical, Lock, Monitor, Moon, Sun } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import type { ThemeChoice } from "../ipc/contract";
import { Button, Keys } from "../kit/button";
import { LongList } from "../kit/long-list";
import { Notice } from "../kit/notice";
import { counted } from "../kit/words";
import { openAwsProfiles, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import { readProfiles, saveSettings } from "../settings/actions";
import { newCenter } from "../sign-in/actions";
import icon from "../theme/icon.svg";
import { isCovered } from "../window/dialogs";
import { Arch } from "./arch";
import styles from "./first-run.module.css";

export function FirstRun() {
  const [busy, setBusy] = useState<"aws" | "demo" | null>(null);
  const choose = async (what: "aws" | "demo") => {
    if (busy !== null) return;
    setBusy(what);
    await (what === "aws" ? openAwsProfiles() : openDemo());
    setBusy(null);
  };
  useLetterKeys({ d: () => void choose("demo"), s: newCenter });
  return (
    <div className={styles.page} data-testid="first-run">
      <Arch />
      <div className={styles.scroll} data-testid="first-run-scroll">
        <div className={styles.content}>
          <div className={styles.title}>
            <img src={icon} width={72} height={72} alt="" />
            <h1>Get in by the side gate</h1>
            <p>Shells and port forwards on your AWS nodes. No SSH keys, no open ports, no plugins.</p>
          </div>
          <div className={styles.cards}>
            <AwsCard busy={busy === "aws"} choose={() => void choose("aws")} />
            <DemoCard busy={busy === "demo"} choose={() => void choose("demo")} />
          </div>
          <CenterCard />
          <p className={styles.foot}>
            <Lock size={13} />
            Postern reads your AWS configuration and never changes it. It talks to AWS and to nothing else.
          </p>
        </div>
      </div>
    </div>
  );
}

/** These letters do it from anywhere on the page; Enter is the focused button's own. */
function useLetterKeys(run: Readonly<Record<string, () => void>>) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      const meant = latest.current[event.key.toLowerCase()];
      if (!plain || meant === undefined || isCovered()) return;
      // Or the letter would be the first of what the dialog asks for.
      event.preventDefault();
      meant();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Who has neither profiles nor files begins at the access portal. */
function CenterCard() {
  return (
    <section className={styles.line}>
      <Building2 size={17} />
      <p>
        <b>Signing in with IAM Identity Center?</b> Your accounts come from there, without any AWS file.
      </p>
      <Button onClick={newCenter} data-testid="first-run-center">
        Sign in… <Keys keys={["S"]} />
      </Button>
    </section>
  );
}

function AwsCard({ busy, choose }: { busy: boolean; choose: () => void }) {
  const { profiles, awsConfigPath } = useProgram();
  const found = profiles.profiles.length;
  const path = <code>{awsConfigPath}</code>;
  return (
    <section className={`${styles.card} ${styles.main}`}>
      <h2>
        <Cloud size={18} />
        Use my AWS profiles
      </h2>
      {profiles.error !== null ? (
        <>
          <p>The profiles in {path} could not be read.</p>
          <div className={styles.notice}>
            <Notice error={profiles.error}>
              <div>
                <Button look="link" size="sm" onClick={() => void readProfiles()}>
                  Read again
                </Button>
              </div>
            </Notice>
          </div>
        </>
      ) : found > 0 ? (
        <>
          <p>
            Found {counted(found, "profile")} in {path}. You pick what to sync.
          </p>
          <div className={styles.profiles}>
            <LongList
              items={profiles.profiles}
              keyOf={({ name }) => name}
              rowHeight={26}
              className={styles.profileList}
              label="Profiles"
            >
              {(profile) => (
                <div className={styles.profile} data-testid="first-run-profile">
                  <EnvBar environment={profile.environment} />
                  <b className="line">{profile.name}</b>
                  <span className="line">{profile.problem?.message ?? profile.credentials}</span>
                  <span>{profile.region ?? "no Region"}</span>
                </div>
              )}
            </LongList>
          </div>
        </>
      ) : (
        <p>
          No profile in {path} yet. Sign in with IAM Identity Center below, create a profile with{" "}
          <code>aws configure</code>, or connect by instance id with what the environment holds.
        </p>
      )}
      <span className={styles.grow} />
      <Button look="primary" size="xl" autoFocus busy={busy} onClick={choose} data-testid="first-run-aws">
        {found > 0 ? "Choose profiles" : "Go on without profiles"} <Keys keys={["Enter"]} />
      </Button>
    </section>
  );
}

function DemoCard({ busy, choose }: { busy: boolean; choose: () => void }) {
  return (
    <section className={styles.card}>
      <h2>
        <FlaskConical size={18} />
        Explore the demo fleet
      </h2>
      <p>240 made-up nodes with working terminals and forwards. Needs no AWS account and no network.</p>
      <ul className={styles.points}>
        {[
          "Open real shells on simulated nodes",
          "See a session survive a network drop",
          "Leave at any time, nothing is kept",
        ].map((point) => (
          <li key={point}>
            <Check size={14} />
            {point}
          </li>
        ))}
      </ul>
      <span className={styles.grow} />
      <Button size="xl" busy={busy} onClick={choose} data-testid="first-run-demo">
        Open the demo <Keys keys={["D"]} />
      </Button>
    </section>
  );
}

const NEXT_THEME: Record<ThemeChoice, ThemeChoice> = { system: "dark", dark: "light", light: "system" };
const THEME_WORDS: Record<ThemeChoice, string> = {
  system: "Follow system theme",
  dark: "Dark theme",
  light: "Light theme",
};

/** In the status bar of the first run: the theme, changed by a click. */
export function ThemeSwitch({ className }: { className: string }) {
  const theme = useProgram((now) => now.settings.theme);
  const Icon = theme === "system" ? Monitor : theme === "dark" ? Moon : Sun;
  return (
    <button
      type="button"
      className={className}
      data-testid="theme-switch"
      data-choice={theme}
      onClick={() => void saveSettings({ theme: NEXT_THEME[theme] })}
    >
      <Icon size={12} />
      {THEME_WORDS[theme]}
    </button>
  );
}
