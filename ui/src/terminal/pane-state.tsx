/** What a pane says about its session: on the way, lost for a moment, over, or never there. */
import { Check, CircleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { TabView } from "../ipc/contract";
import { BusyArc, Button } from "../kit/button";
import { useNow } from "../kit/time";
import { clock, counted, heldKeys } from "../kit/words";
import { closeTab, reconnect, retryResume } from "../state/actions";
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
          <Button onClick={() => closeTab(tab.id)}>Close</Button>
        </div>
      </div>
    </div>
  );
}

function Paused({ sinceMs }: { sinceMs: number }) {
  const now = useNow(10_000);
  return (
    <Strip tone="warn">
      <b>The agent is away since {clock(sinceMs, now)}.</b> The session goes on by itself when it is back.
    </Strip>
  );
}

function Resuming({ tab, state }: { tab: TabView; state: Extract<TabView["state"], { kind: "resuming" }> }) {
  const now = useNow(10_000);
  const tried = state.attempts > 0 ? ` ${counted(state.attempts, "attempt")}.` : "";
  const held = state.heldBytes > 0 ? ` ${heldKeys(state.heldBytes)}.` : "";
  return (
    <Strip
      tone="warn"
      icon={<BusyArc size={12} />}
      testId="resuming"
      action={
        <Button size="sm" onClick={() => void retryResume(tab.id)}>
          Retry now
        </Button>
      }
    >
      <b>Network lost at {clock(state.sinceMs, now)}.</b> Resuming, your keys are held.{tried}
      {held}
      {state.lastError !== null && <> {state.lastError.message}</>}
    </Strip>
  );
}

function Over({ tab, text, failed = false }: { tab: TabView; text: string; failed?: boolean }) {
  return (
    <Strip
      tone={failed ? "danger" : "plain"}
      testId="session-over"
      action={
        <>
          <Button size="sm" onClick={() => closeTab(tab.id)}>
            Close
          </Button>
          <Button look="primary" size="sm" onClick={() => void reconnect(tab.id)} data-testid="reconnect">
            New session
          </Button>
        </>
      }
    >
      {text}
    </Strip>
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
