/** The status bar: sync, sessions, the demo, and the session that is shown. */

import { ArrowLeftRight, CircleAlert, FlaskConical, RefreshCw, SquareTerminal } from "lucide-react";
import { useCallback } from "react";
import { exitWords } from "../domain/words";
import { useFleet } from "../fleet/fleet";
import { showForwards } from "../forwards/actions";
import { isOn, useForwards } from "../forwards/forwards";
import type { PairView, TabView } from "../ipc/contract";
import { Tip } from "../kit/button";
import { Progress } from "../kit/progress";
import { useNow, useTimeText } from "../kit/time";
import { counted, figure, lasting, since } from "../kit/words";
import { useProgram } from "../program/program";
import { reveal } from "../saved/actions";
import { isLive, useSessions } from "../sessions/sessions";
import { syncAll } from "../settings/actions";
import { copyText } from "../window/clipboard";
import { frame } from "../window/frame";
import { useActiveTab } from "../workbench/tabs";
import { EncryptedBadge } from "./encrypted-badge";
import { PowerState } from "./power-state";
import styles from "./status-bar.module.css";

export function StatusBar() {
  const mode = useProgram((now) => now.mode);
  const live = useSessions((now) => now.tabs.filter(isLive).length);
  const forwards = useForwards((now) => now.forwards.filter(isOn).length);
  const shown = useActiveTab();
  return (
    <footer className={styles.bar} data-keeps-focus data-area="status">
      <SyncState />
      <PowerState />
      <span className={styles.separator} />
      <span className={styles.item} data-testid="status-sessions">
        <SquareTerminal size={12} />
        {counted(live, "session")}
      </span>
      {forwards > 0 && (
        <button
          type="button"
          className={`${styles.item} ${styles.wide}`}
          data-testid="status-forwards"
          onClick={showForwards}
        >
          <ArrowLeftRight size={12} />
          {counted(forwards, "forward")}
        </button>
      )}
      {mode === "demo" && <DemoBadge />}
      <span className={styles.grow} />
      {shown !== undefined && <ShownSession tab={shown} />}
    </footer>
  );
}

function SyncState() {
  const pairs = useFleet((fleet) => fleet.pairs);
  const enabled = useProgram((now) => now.settings.syncEnabled);
  const synced = syncedOf(pairs);
  const busy = synced.busy > 0;
  const text = busy
    ? `Syncing ${figure(synced.total - synced.busy)} of ${figure(synced.total)}`
    : restText(enabled, synced);
  return (
    <>
      <button
        type="button"
        className={styles.item}
        data-testid="status-sync"
        data-busy={busy}
        data-failed={synced.failed.length}
        data-partial={synced.partial.length}
        onClick={() => (synced.total === 0 ? frame.show("settings", "accounts") : void syncAll())}
        aria-live="polite"
      >
        <RefreshCw size={12} />
        {text}
        {busy && <Progress width={54} share={(synced.total - synced.busy) / synced.total} label="Sync" />}
      </button>
      <ProblemPairs pairs={synced.failed} words="failed" tone={styles.bad} testId="status-failed" />
      <ProblemPairs pairs={synced.partial} words="in part" tone={styles.warn} testId="status-partial" />
    </>
  );
}

function restText(enabled: boolean, { done, total }: Synced): string {
  if (total === 0) return "No pairs to sync";
  if (!enabled && done === 0) return "Sync is off";
  return `Synced ${figure(done)} of ${counted(total, "pair")}`;
}

interface ProblemPairsProps {
  pairs: readonly PairView[];
  words: string;
  tone: string | undefined;
  testId: string;
}

function ProblemPairs({ pairs, words, tone, testId }: ProblemPairsProps) {
  const first = pairs[0];
  if (first === undefined) return null;
  return (
    <Tip text={pairs.map((pair) => `${pair.profile} / ${pair.region}`).join(", ")} side="top">
      <button
        type="button"
        className={`${styles.item} ${tone}`}
        data-testid={testId}
        onClick={() => reveal("pair", first.id)}
      >
        <CircleAlert size={12} />
        {figure(pairs.length)} {words}
      </button>
    </Tip>
  );
}

interface Synced {
  total: number;
  done: number;
  busy: number;
  failed: readonly PairView[];
  partial: readonly PairView[];
}

export function syncedOf(pairs: readonly PairView[]): Synced {
  const enabled = pairs.filter((pair) => pair.enabled);
  const of = (...phases: PairView["sync"]["phase"][]) => enabled.filter((pair) => phases.includes(pair.sync.phase));
  return {
    total: enabled.length,
    done: of("done").length,
    busy: of("queued", "running").length,
    failed: of("failed"),
    partial: of("partial"),
  };
}

function DemoBadge() {
  const simulator = useProgram((now) => now.simulator);
  const where = simulator === null ? "" : `: simulated AWS on ${simulator.replace("http://", "")}`;
  return (
    <>
      <span className={styles.separator} />
      <button
        type="button"
        className={`${styles.item} ${styles.demo} ${styles.shrink}`}
        data-testid="demo-badge"
        onClick={() => simulator !== null && void copyText(simulator, "the simulator's address")}
      >
        <FlaskConical size={12} />
        <span className="line">
          Demo<span className={styles.wide}>{where}</span>
        </span>
      </button>
    </>
  );
}

function ShownSession({ tab }: { tab: TabView }) {
  const { sessionId } = tab;
  return (
    <>
      {sessionId !== null && (
        <button
          type="button"
          className={`${styles.item} ${styles.wide} ${styles.shrink}`}
          data-testid="session-id"
          onClick={() => void copyText(sessionId, "the session id")}
        >
          <span className="mono line">{sessionId}</span>
        </button>
      )}
      <EncryptedBadge tab={tab} className={`${styles.item} ${styles.encrypted}`} />
      <SessionState tab={tab} />
    </>
  );
}

function SessionState({ tab }: { tab: TabView }) {
  const { state } = tab;
  const item = (text: string, tone = "") => <span className={`${styles.item} ${tone}`}>{text}</span>;
  switch (state.kind) {
    case "connecting":
      return state.waitsForLogin ? item("Waits for sign-in", styles.warn) : item("Connecting");
    case "connected":
      return <Connected sinceMs={state.sinceMs} />;
    case "paused":
      return item("Paused", styles.warn);
    case "resuming":
      if (state.waitsForLogin) return item("Waits for sign-in", styles.warn);
      return <Resuming sinceMs={state.sinceMs} />;
    case "ended":
      if (tab.exitStatus === null) return item("Ended");
      return item(exitWords(tab.exitStatus), tab.exitStatus === 0 ? "" : styles.warn);
    case "failed":
      return item("Not connected", styles.bad);
  }
}

/** In one unit: after the first minute there is something to draw once a minute, and not each second. */
function Connected({ sinceMs }: { sinceMs: number }) {
  const text = useCallback((nowMs: number) => `Connected ${since(sinceMs, nowMs)}`, [sinceMs]);
  return <span className={styles.item}>{useTimeText(1000, text)}</span>;
}

function Resuming({ sinceMs }: { sinceMs: number }) {
  const now = useNow(1000);
  return <span className={`${styles.item} ${styles.warn}`}>{`Resuming ${lasting(now - sinceMs)}`}</span>;
}
