/** Runs on many nodes of the stand-in: every node is done at once, the last one with another exit status. */
import type { BulkRunDraft, BulkRunOutputView, BulkRunView, NodeView } from "../contract";
import type { MockHost } from "./host";

export class MockBulkRuns {
  last: BulkRunView | null = null;

  constructor(
    readonly host: MockHost,
    readonly nodes: () => readonly NodeView[],
  ) {}

  start({ keys, what }: BulkRunDraft): BulkRunView {
    const run: BulkRunView = {
      id: (this.last?.id ?? 0) + 1,
      title: what.kind === "command" ? what.line : what.document,
      over: false,
      rows: keys.map((key) => ({
        key,
        title: this.nodes().find((node) => node.key === key)?.name ?? key,
        state: "running",
        status: null,
        error: null,
        startedAtMs: Date.now(),
        endedAtMs: null,
        lastLine: "",
      })),
    };
    this.last = run;
    this.host.later(400, () => this.#end(run));
    return run;
  }

  output(key: string): BulkRunOutputView {
    return { out: `up 8 days on ${key}\n`, err: "", cut: false, missing: false };
  }

  stop() {
    if (this.last !== null) this.#end(this.last);
    return null;
  }

  #end(run: BulkRunView) {
    if (this.last?.id !== run.id || this.last.over) return;
    const rows = run.rows.map((row, at) => ({
      ...row,
      state: "done" as const,
      status: at === run.rows.length - 1 && at > 0 ? 3 : 0,
      endedAtMs: Date.now(),
      lastLine: "up 8 days",
    }));
    this.last = { ...run, rows, over: true };
    this.host.emit({ kind: "bulk-run-changed", run: this.last });
  }
}
