/** What a pane says about its session: on the way, lost for a moment, over, or never there. */
import { Check, CircleAlert, KeyRound } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { canBeStarted } from "../domain/node";
import { exitWords, heldKeys, nextTry, waitWords } from "../domain/words";
import { useNode } from "../fleet/fleet";
import type { ErrorView, TabView } from "../ipc/contract";
import { BusyArc, Button, Tip } from "../kit/button";
import { Chip } from "../kit/controls";
import { useNow } from "../kit/time";
import { clock, figure, lasting } from "../kit/words";
import { startAndConnect } from "../power/power";
import { editConnection } from "../saved/actions";
import { useConnections } from "../saved/connections";
import { connectionOf } from "../saved/encryption";
import { duplicateSession, reconnect, retryResume } from "../sessions/actions";
import { closeTab } from "../sessions/closing";
import { useSessions } from "../sessions/sessions";
import { signedIn, signInFor } from "../sign-in/actions";
import { hasDialog, type LoginNotice, loginOf, useLogins, whatOf, whose } from "../sign-in/logins";
import { openDialog } from "../window/dialogs";
import styles from "./panes.module.css";

/** After this long a person wants to know that it is not the window that hangs. */
const SLOW_MS = 10_000;

/** Covers an empty terminal: there is nothing to read yet. */
export function PaneCover({ tab }: { tab: TabView }) {
  const used = useSessions((now) => now.used.has(tab.id));
  if (used) return null;
  if (tab.state.kind === "connecting") return <Steps tab={tab} />;
  if (tab.state.kind === "failed") return <ConnectFailed tab={tab} state={tab.state} />;
  return null;
}

/** Whether the pane's header has something to say of the session. What it says never takes a line from the terminal. */
export function useHasStatus({ id, state }: TabView): boolean {
  const used = useSessions((now) => now.used.has(id));
  if (state.kind === "connected") return false;
  return used || (state.kind !== "connecting" && state.kind !== "failed");
}

/** In the pane's header, while there is something to say. */
export function PaneStatus({ tab }: { tab: TabView }) {
  const used = useSessions((now) => now.used.has(tab.id));
  switch (tab.state.kind) {
    case "connected":
      return null;
    case "connecting":
      return used ? <Strip words={[{ text: tab.state.step }]} /> : null;
    case "paused":
      return <Paused sinceMs={tab.state.sinceMs} />;
    case "resuming":
      return <Resuming tab={tab} state={tab.state} />;
    case "ended":
      return <SessionOver tab={tab} text={tab.state.reason} />;
    case "failed":
      return used ? (
        <SessionOver
          tab={tab}
          text={`${tab.state.error.message} ${tab.state.error.nextStep}`}
          error={tab.state.error}
        />
      ) : null;
  }
}

function Steps({ tab }: { tab: TabView }) {
  const steps = useSessions((now) => now.steps.get(tab.id));
  const waits = tab.state.kind === "connecting" && tab.state.waitsForLogin;
  const counts = tab.state.kind === "connecting" && (tab.state.wait ?? null) !== null;
  const login = useLogins(({ notices }) => loginOf(tab.profile, notices));
  return (
    <div className={styles.cover} data-testid="connecting" aria-live="polite">
      <ol className={styles.steps}>
        {steps?.map((step, index) => (
          <li key={step} data-now={index === steps.length - 1 || undefined}>
            {index < steps.length - 1 ? <Check size={12} /> : waits ? <KeyRound size={12} /> : <BusyArc size={12} />}
            {step}
            {index === steps.length - 1 && <WaitCount tab={tab} />}
          </li>
        ))}
      </ol>
      {!waits && !counts && <Slow />}
      {counts && (
        <div>
          <Button size="sm" onClick={() => closeTab(tab.id)} data-testid="stop-waiting">
            Stop waiting
          </Button>
        </div>
      )}
      {waits && login !== undefined && (
        <div>
          <LoginButton login={login} />
        </div>
      )}
    </div>
  );
}

/** How long an instance or its agent has been waited for. */
function WaitCount({ tab: { state } }: { tab: TabView }) {
  const now = useNow(1000);
  const wait = state.kind === "connecting" ? (state.wait ?? null) : null;
  if (wait === null) return null;
  return <span data-testid="wait-count">{waitWords(wait, now)}</span>;
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

function ConnectFailed({ tab, state }: { tab: TabView; state: Extract<TabView["state"], { kind: "failed" }> }) {
  const { error } = state;
  const saved = useConnections(({ connections }) => connectionOf(tab, connections));
  return (
    <div className={styles.cover} data-testid="session-failed" role="alert">
      <div className={styles.failure}>
        <h2>
          <CircleAlert size={16} />
          {error.message}
        </h2>
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
          <StartFailed tab={tab} error={error} />
          {saved !== undefined && <Button onClick={() => editConnection(saved)}>Edit connection…</Button>}
          <Button onClick={() => closeTab(tab.id)}>Close</Button>
        </div>
      </div>
    </div>
  );
}

/** Where a node is not connected because it is off. */
function StartFailed({ tab, error }: { tab: TabView; error: ErrorView }) {
  const node = useNode(tab.nodeKey);
  if (error.code !== "target-not-connected" || node === undefined || !canBeStarted(node)) return null;
  const run = () => {
    closeTab(tab.id);
    startAndConnect(node);
  };
  return (
    <Button onClick={run} data-testid="start-and-connect">
      Start and connect
    </Button>
  );
}

function Paused({ sinceMs }: { sinceMs: number }) {
  const now = useNow(10_000);
  return (
    <Strip
      tone="warn"
      testId="paused"
      words={[
        { text: `The agent is away since ${clock(sinceMs, now)}.`, strong: true },
        { text: "The session goes on by itself when it is back." },
      ]}
    />
  );
}

function Resuming({ tab, state }: { tab: TabView; state: Extract<TabView["state"], { kind: "resuming" }> }) {
  if (state.waitsForLogin) return <LoginWait tab={tab} state={state} />;
  return <LostLink tab={tab} state={state} />;
}

type ResumingProps = Parameters<typeof Resuming>[0];

function LostLink({ tab, state }: ResumingProps) {
  const now = useNow(1000);
  const { lastError } = state;
  const tried = state.attempts > 0 ? `, attempt ${figure(state.attempts)}` : "";
  const words: Words[] = [
    { text: `Network lost at ${clock(state.sinceMs, now)}.`, strong: true },
    { text: nextTry(state.nextTryAtMs, now), testId: "next-try" },
    { text: heldKeys(state.heldBytes), testId: "held" },
    { text: `Resuming for ${lasting(now - state.sinceMs)}${tried}.` },
    ...(lastError === null ? [] : [{ text: lastError.message, testId: "last-error" }]),
  ];
  return (
    <Strip tone="warn" testId="resuming" words={words}>
      <span className={styles.spare}>
        {lastError !== null && <CauseButton title={`The link to ${tab.title} is lost`} error={lastError} />}
      </span>
      <Button size="sm" onClick={() => void retryResume(tab.id)} data-testid="resume-now">
        Try now
      </Button>
    </Strip>
  );
}

/** What has no room in a line, word for word. */
function CauseButton({ title, error }: { title: string; error: ErrorView }) {
  return (
    <Button look="ghost" size="sm" onClick={() => openDialog({ kind: "cause", title, error })} data-testid="show-cause">
      Show cause
    </Button>
  );
}

/** The one notice for everything that waits has the button; it comes here when that notice was closed. */
function LoginWait({ tab, state }: ResumingProps) {
  const { profile } = tab;
  const login = useLogins(({ notices }) => loginOf(profile, notices));
  return (
    <Strip
      tone="warn"
      icon={<KeyRound size={13} />}
      testId="waits-for-login"
      words={[
        { text: `Waits for a new sign-in to ${login === undefined ? whose(profile) : whatOf(login)}.`, strong: true },
        { text: heldKeys(state.heldBytes), testId: "held" },
        { text: "The session goes on by itself then." },
      ]}
    >
      {login?.hidden === true && <LoginButton login={login} />}
    </Strip>
  );
}

function LoginButton({ login }: { login: LoginNotice }) {
  if (!hasDialog(login))
    return (
      <Button size="sm" onClick={() => void signedIn(login.id)}>
        I have signed in
      </Button>
    );
  return (
    <Button size="sm" onClick={() => signInFor(login)} data-testid="pane-sign-in">
      Sign in…
    </Button>
  );
}

function SessionOver({ tab, text, error = null }: { tab: TabView; text: string; error?: ErrorView | null }) {
  const { exitStatus } = tab;
  return (
    <Strip
      tone={error === null ? "plain" : "danger"}
      icon={exitStatus !== null && <ExitStatus status={exitStatus} />}
      testId="session-over"
      words={[{ text }]}
    >
      {error !== null && <CauseButton title={`The session on ${tab.title} failed`} error={error} />}
      <span className={styles.spare}>
        <Button size="sm" onClick={() => closeTab(tab.id)}>
          Close
        </Button>
        <Button size="sm" onClick={() => void duplicateSession(tab)} data-testid="duplicate">
          Duplicate
        </Button>
      </span>
      <Button look="primary" size="sm" onClick={() => void reconnect(tab.id)} data-testid="reconnect">
        {tab.document === null ? "New session" : "Run again"}
      </Button>
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

/** A sentence of a strip. */
interface Words {
  text: string;
  strong?: boolean;
  testId?: string;
}

interface StripProps {
  tone?: "plain" | "warn" | "danger";
  icon?: ReactNode;
  testId?: string;
  /** The most important first: a narrow pane cuts the end off, and a tooltip has it all. */
  words: readonly Words[];
  /** Buttons. */
  children?: ReactNode;
}

function Strip({ tone = "plain", icon, testId, words, children }: StripProps) {
  return (
    <div className={styles.strip} data-tone={tone} data-testid={testId}>
      {icon}
      <Tip text={words.map(({ text }) => text).join(" ")}>
        <span className={`${styles.words} line`}>
          {words.map(({ text, strong, testId: id }) => (
            <Fragment key={id ?? text}>
              <span data-strong={strong || undefined} data-testid={id}>
                {text}
              </span>{" "}
            </Fragment>
          ))}
        </span>
      </Tip>
      {children}
    </div>
  );
}
