/** What came of a run on many nodes: a row for each, and the output of the one that is looked at. */
import { Copy, Square, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { BulkRunRowView } from "../../ipc/contract";
import { BusyArc, Button, IconButton, Tip } from "../../kit/button";
import { Segments } from "../../kit/controls";
import { LongList } from "../../kit/long-list";
import { Notice } from "../../kit/notice";
import { Progress } from "../../kit/progress";
import { useNow } from "../../kit/time";
import { lasting } from "../../kit/words";
import { copyText } from "../../window/clipboard";
import styles from "./run-results.module.css";
import { readLastRun, rowWords, runWords, showOutput, stopRun, useRuns } from "./runs";

type Shown = "all" | "bad";

const SHOWN = [
  { value: "all", label: "All" },
  { value: "bad", label: "Not 0" },
] as const;

export function RunResults() {
  const { run, open, shown } = useRuns();
  const [which, setWhich] = useState<Shown>("all");
  useEffect(() => {
    if (useRuns.getState().run === null) void readLastRun().catch(() => undefined);
  }, []);
  if (run === null || !open) return null;
  const rows = which === "all" ? run.rows : run.rows.filter(isBad);
  const begun = run.rows.filter(({ state }) => state !== "waiting" && state !== "running").length;
  return (
    <section className={styles.results} aria-label="Results" data-testid="run-results" data-over={run.over}>
      <header className={styles.head}>
        {!run.over && <Progress share={begun / run.rows.length} width={54} label="Nodes that are done" />}
        <Tip text={run.title}>
          <b className="mono line">{run.title}</b>
        </Tip>
        <span className="line" role="status" data-testid="run-summary">
          {runWords(run)}
        </span>
        <Segments label="Which results" value={which} choices={SHOWN} onChange={setWhich} />
        {run.over ? (
          <IconButton label="Copy the results" onClick={() => void copyText(asText(run.rows), "the results")}>
            <Copy size={14} />
          </IconButton>
        ) : (
          <Button size="sm" icon={<Square size={9} fill="currentColor" />} onClick={stopRun} data-testid="run-stop">
            Stop
          </Button>
        )}
        <IconButton label="Close the results" onClick={() => useRuns.setState({ open: false })}>
          <X size={14} />
        </IconButton>
      </header>
      <div className={styles.body}>
        <LongList
          items={rows}
          keyOf={({ key }) => key}
          rowHeight={30}
          className={styles.list}
          label="Nodes"
          key={which}
        >
          {(row) => <Result row={row} on={row.key === shown} />}
        </LongList>
        {shown !== null && <Output row={run.rows.find(({ key }) => key === shown)} />}
      </div>
    </section>
  );
}

function isBad({ state, status }: BulkRunRowView): boolean {
  return state === "failed" || state === "stopped" || (state === "done" && status !== 0);
}

/** A line for each node, with tabs between, as spreadsheets take it. */
function asText(rows: readonly BulkRunRowView[]): string {
  const lines = rows.map((row) => [row.title, row.key.slice(row.key.indexOf("/") + 1), rowWords(row), textOf(row)]);
  return lines.map((cells) => cells.join("\t")).join("\n");
}

function textOf({ error, lastLine }: BulkRunRowView): string {
  return error?.message ?? lastLine;
}

function Result({ row, on }: { row: BulkRunRowView; on: boolean }) {
  const tone = row.state === "failed" || (row.state === "done" && (row.status ?? 0) !== 0) ? "danger" : undefined;
  return (
    <button
      type="button"
      className={styles.row}
      aria-pressed={on}
      onClick={() => showOutput(on ? null : row.key)}
      data-testid="run-row"
      data-state={row.state}
    >
      <span className="line">{row.title}</span>
      <span data-tone={tone}>
        {row.state === "running" && <BusyArc size={11} />}
        {rowWords(row)}
      </span>
      <small>
        <Took row={row} />
      </small>
      <span className="mono line">{textOf(row)}</span>
    </button>
  );
}

function Took({ row: { startedAtMs, endedAtMs } }: { row: BulkRunRowView }) {
  const now = useNow(1000);
  return startedAtMs === null ? null : lasting((endedAtMs ?? now) - startedAtMs);
}

function Output({ row }: { row: BulkRunRowView | undefined }) {
  const { output, error } = useRuns();
  if (row === undefined) return null;
  const text = [output?.out, output?.err].filter(Boolean).join("\n");
  return (
    <div className={styles.output} data-testid="run-output">
      <header>
        <b className="line">{row.title}</b>
        <IconButton label="Copy the output" onClick={() => void copyText(text, "the output")} disabled={text === ""}>
          <Copy size={14} />
        </IconButton>
        <IconButton label="Close the output" onClick={() => showOutput(null)}>
          <X size={14} />
        </IconButton>
      </header>
      {row.error !== null && <Notice error={row.error} />}
      {error !== null && <Notice error={error} />}
      {output?.cut === true && <p>The beginning is left out.</p>}
      <pre data-selectable>
        {output?.out}
        {output !== null && output.err !== "" && <span data-tone="danger">{output.err}</span>}
      </pre>
      {output?.missing === true && <p>The agent did not send all of it.</p>}
    </div>
  );
}
