/** The last run of a command or document on many nodes. */
import { create } from "zustand";
import { client, errorView } from "../../ipc/client";
import type { BulkRunOutputView, BulkRunRowView, BulkRunView, BulkRunWhat, ErrorView } from "../../ipc/contract";
import { attempt } from "../../window/attempt";

interface Runs {
  run: BulkRunView | null;
  /** Whether the results are shown. */
  open: boolean;
  /** The node whose output is shown. */
  shown: string | null;
  output: BulkRunOutputView | null;
  error: ErrorView | null;
}

export const useRuns = create<Runs>(() => ({ run: null, open: false, shown: null, output: null, error: null }));

/** Begins a run and shows its results. The caller shows a failure. */
export async function startRun(keys: readonly string[], what: BulkRunWhat, reason: string | null) {
  const run = await client.startBulkRun({ keys: [...keys], what, reason });
  // Events may have come before the answer, and are newer.
  const known = useRuns.getState().run;
  useRuns.setState({ run: known?.id === run.id ? merged(run, known) : run, open: true, shown: null, output: null });
}

/** What an event says of a run: the rows that changed. */
export function changeRun(change: BulkRunView) {
  const { run, shown } = useRuns.getState();
  if (run !== null && run.id > change.id) return;
  useRuns.setState({ run: run?.id === change.id ? merged(run, change) : change });
  if (shown !== null && change.rows.some(({ key }) => key === shown)) void readOutput(shown);
}

function merged(run: BulkRunView, change: BulkRunView): BulkRunView {
  const changed = new Map(change.rows.map((row) => [row.key, row]));
  return { ...run, over: run.over || change.over, rows: run.rows.map((row) => changed.get(row.key) ?? row) };
}

/** Whatever the page knew belongs to another world, or to the page before. */
export async function readLastRun() {
  const run = await client.lastBulkRun();
  useRuns.setState({ run, open: run !== null && !run.over, shown: null, output: null, error: null });
}

export function stopRun() {
  const { run } = useRuns.getState();
  if (run !== null) void attempt(() => client.stopBulkRun(run.id));
}

export function showOutput(key: string | null) {
  useRuns.setState({ shown: key, output: null, error: null });
  if (key !== null) void readOutput(key);
}

async function readOutput(key: string) {
  const { run } = useRuns.getState();
  if (run === null) return;
  try {
    const output = await client.bulkRunOutput(run.id, key);
    if (useRuns.getState().shown === key) useRuns.setState({ output });
  } catch (thrown) {
    useRuns.setState({ error: errorView(thrown) });
  }
}

/** "9 of 12 done, 1 failed". */
export function runWords({ rows }: BulkRunView): string {
  const count = (state: BulkRunRowView["state"]) => rows.filter((row) => row.state === state).length;
  const nonZero = rows.filter(({ state, status }) => state === "done" && status !== null && status !== 0).length;
  const parts = [`${count("done")} of ${rows.length} done`];
  if (nonZero > 0) parts.push(`${nonZero} with another exit status than 0`);
  if (count("failed") > 0) parts.push(`${count("failed")} failed`);
  if (count("stopped") > 0) parts.push(`${count("stopped")} stopped`);
  return parts.join(", ");
}

/** How it stands on one node, in words. */
export function rowWords({ state, status }: BulkRunRowView): string {
  if (state === "done") return status === null ? "Over" : `Exit ${status}`;
  return { waiting: "Waiting", running: "Running", failed: "Failed", stopped: "Stopped" }[state];
}
