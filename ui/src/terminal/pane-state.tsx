/** What a pane says about its session: on the way, lost for a moment, over, or never there. */
import { Check, CircleAlert, KeyRound, Pause } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ErrorView, TabView } from "../ipc/contract";
import { BusyArc, Button } from "../kit/button";
import { Chip } from "../kit/controls";
import { useNow } from "../kit/time";
import { clock, exitWords, figure, heldKeys, lasting, nextTry } from "../kit/words";
import { closeTab, duplicateSession, editConnection, reconnect, retryResume, signedIn } from "../state/actions";
import { useConnections } from "../state/connections";
import { connectionOf } from "../state/encryption";
import { useLogins, whose } from "../state/logins";
import { useSessions } from "../state/sessions";
import styles from "./panes.module.css";

/** After this long a person wants to know that it is not the window that hangs. */
const SLOW_MS = 10_000;

/** Covers an empty terminal: there is nothing to read yet. */
export function PaneCover({ tab }: { tab: TabView }) {
  const used = useSessions((now) => now.used.has(tab.id));
  if (used) return null;
  if (tab.state.kind === "connecting") return <Steps tab={tab} />;
  if (tab.state.kind === "failed") return <NeverThere tab={tab} state={tab.state} />;
  return null;
}

/** Below a terminal that stays readable. */
export function PaneStrip({ tab }: { tab: TabView }) {
  const used = useSessions((now) => now.used.has(tab.id));
  switch (tab.state.kind) {
    case "connected":
      return null;
    case "connecting":
      return used ? <Strip icon={<BusyArc size={12} />}>{tab.state.step}</Strip> : null;
    case "paused":
      return <Paused sinceMs={tab.state.sinceMs} />;
    case "resuming":
      return <Resuming tab={tab} state={tab.state} />;
    case "ended":
      return <Over tab={tab} text={tab.state.reason} />;
    case "failed":
      return used ? <Over tab={tab} text={`${tab.state.error.message} ${tab.state.error.nextStep}`} failed /> : null;
  }
}

function Steps({ tab }: { tab: TabView }) {
  const steps = useSessions((now) => now.steps.get(tab.id));
  return (
    <div className={styles.cover} data-testid="connecting" aria-live="polite">
      <ol className={styles.steps}>
        {steps?.map((step, index) => (
          <li key={step} data-now={index === steps.length - 1 || undefined}>
            {index === steps.length - 1 ? <BusyArc size={12} /> : <Check size={12} />}
            {step}
          </li>
        ))}
      </ol>
      <Slow />
    </div>
  );
}

function Slow() {
  const now = useNow(1000);
  const began = useBeginning();
  if (now - began < SLOW_MS) return null;
  return <p className={styles.slow}>This takes longer than usual. It goes on; closing the tab stops it.</p>;
}

function useBeginning(): number {
  const [began] = useState(Date.now);
  return began;
}

function NeverThere({ tab, state }: { tab: TabView; state: Extract<TabView["state"], { kind: "failed" }> }) {
  const { error } = state;
  const saved = useConnections(({ connections }) => connectionOf(tab, connections));
  return (
    <div className={styles.cover} data-testid="session-failed" role="alert">
      <div className={styles.failure}>
        <h3>
          <CircleAlert size={16} />
          {error.message}
        </h3>
        <p>{error.nextStep}</p>
        {error.detail !== null && (
          <div className={styles.detail} data-selectable>
            {error.detail}
          </div>
        )}
        <div className={styles.buttons}>
          <Button look="primary" onClick={() => void reconnect(tab.id)} data-testid="reconnect">
            Try again
          </Button>
          {saved !== undefined && <Button onClick={() => editConnection(saved)}>Edit connection…</Button>}
          <Button onClick={() => closeTab(tab.id)}>Close</Button>
        </div>
      </div>
    </div>
  );
}

function Paused({ sinceMs }: { sinceMs: number }) {
  const now = useNow(10_000);
  return (
    <Strip tone="warn" icon={<Pause size={13} />} testId="paused">
      <b>The agent is away since {clock(sinceMs, now)}.</b>
      <span>The session goes on by itself when it is back.</span>
    </Strip>
  );
}

function Resuming({ tab, state }: { tab: TabView; state: Extract<TabView["state"], { kind: "resuming" }> }) {
  if (state.waitsForLogin) return <WaitsForLogin tab={tab} state={state} />;
  return <LostLink tab={tab} state={state} />;
}

type ResumingProps = Parameters<typeof Resuming>[0];

function LostLink({ tab, state }: ResumingProps) {
  const now = useNow(1000);
  const tried = state.attempts > 0 ? `, attempt ${figure(state.attempts)}` : "";
  return (
    <Strip
      tone="warn"
      icon={<BusyArc size={12} />}
      testId="resuming"
      action={
        <Button size="sm" onClick={() => void retryResume(tab.id)} data-testid="resume-now">
          Try now
        </Button>
      }
    >
      <b>Network lost at {clock(state.sinceMs, now)}.</b>
      <span>
        Resuming for {lasting(now - state.sinceMs)}
        {tried}.
      </span>
      <span data-testid="next-try">{nextTry(state.nextTryAtMs, now)}</span>
      <span data-testid="held">{heldKeys(state.heldBytes)}</span>
      {state.lastError !== null && <LastError error={state.lastError} />}
    </Strip>
  );
}

function LastError({ error }: { error: ErrorView }) {
  return (
    <span className={styles.last} title={error.detail ?? undefined} data-testid="last-error">
      {error.message}
    </span>
  );
}

/** The one notice for all sessions of the profile has the button; it comes here when that notice was closed. */
function WaitsForLogin({ tab, state }: ResumingProps) {
  const { profile } = tab;
  const asked = useLogins(({ notices }) => notices.some((other) => other.profile === profile && !other.hidden));
  return (
    <Strip
      tone="warn"
      icon={<KeyRound size={13} />}
      testId="waits-for-login"
      action={
        !asked && (
          <Button size="sm" onClick={() => void signedIn(profile)}>
            I have signed in
          </Button>
        )
      }
    >
      <b>Waits for a new sign-in to {whose(profile)}.</b>
      <span>The session goes on by itself then.</span>
      <span data-testid="held">{heldKeys(state.heldBytes)}</span>
    </Strip>
  );
}

function Over({ tab, text, failed = false }: { tab: TabView; text: string; failed?: boolean }) {
  const { exitStatus } = tab;
  return (
    <Strip
      tone={failed ? "danger" : "plain"}
      testId="session-over"
      action={
        <>
          <Button size="sm" onClick={() => closeTab(tab.id)}>
            Close
          </Button>
          <Button size="sm" onClick={() => void duplicateSession(tab)} data-testid="duplicate">
            Duplicate
          </Button>
          <Button look="primary" size="sm" onClick={() => void reconnect(tab.id)} data-testid="reconnect">
            {tab.document === null ? "New session" : "Run again"}
          </Button>
        </>
      }
    >
      {exitStatus !== null && <ExitStatus status={exitStatus} />}
      <span>{text}</span>
    </Strip>
  );
}

function ExitStatus({ status }: { status: number }) {
  return (
    <span data-testid="exit-status" data-status={status}>
      <Chip tone={status === 0 ? "ok" : "warn"}>{exitWords(status)}</Chip>
    </span>
  );
}

interface StripProps {
  tone?: "plain" | "warn" | "danger";
  icon?: ReactNode;
  action?: ReactNode;
  testId?: string;
  children: ReactNode;
}

function Strip({ tone = "plain", icon, action, testId, children }: StripProps) {
  return (
    <div className={styles.strip} data-tone={tone} data-testid={testId}>
      {icon}
      <span className={styles.words}>{children}</span>
      {action}
    </div>
  );
}
