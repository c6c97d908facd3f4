/** The team files in the sidebar: connections of others to be opened, and how each file stands. */
import { ChevronRight, CircleAlert, FileText, Folder } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef } from "react";
import { EnvBar } from "../domain/glyphs";
import { useSelection } from "../fleet/selection";
import type { TeamFileView } from "../ipc/contract";
import { IconButton, Tip } from "../kit/button";
import { LongList, type LongListHandle } from "../kit/long-list";
import { MenuButton, type MenuEntry } from "../kit/menu";
import { ago, counted } from "../kit/words";
import { environmentOf, useProgram } from "../program/program";
import { connect } from "../sessions/actions";
import { openDialog } from "../window/dialogs";
import { removeTeamFile } from "./actions";
import { foldTeamFile, type TeamRow, teamRows, useTeamFiles } from "./team-files";
import styles from "./team-files.module.css";

const ROW_HEIGHT = 26;

export function TeamFilesSection() {
  const files = useTeamFiles((now) => now.files);
  const search = useSelection((now) => now.query);
  const rows = useMemo(() => teamRows(files, search), [files, search]);
  const list = useRef<LongListHandle>(null);
  if (rows.length === 0) return null;
  return (
    <section className={styles.section} aria-label="Team files" data-testid="team-files">
      <LongList
        items={rows}
        keyOf={(row) => row.key}
        rowHeight={ROW_HEIGHT}
        label="Team files"
        className={styles.list}
        handle={list}
        onKeyDown={(event) => walk(event, rows, list.current)}
      >
        {(row) => <Row row={row} />}
      </LongList>
    </section>
  );
}

/** Up and Down walk through files and connections, Left and Right fold a file. */
function walk(event: KeyboardEvent, rows: readonly TeamRow[], list: LongListHandle | null) {
  const slot = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
  const at = Number(slot?.dataset.index ?? -1);
  const row = rows[at];
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step !== 0) {
    let next = at + step;
    while (rows[next]?.kind === "group") next += step;
    if (rows[next] !== undefined) list?.focus(next, "button");
  } else if (row?.kind === "file" && event.key === (row.file.collapsed ? "ArrowRight" : "ArrowLeft")) {
    foldTeamFile(row.file);
  } else return;
  event.preventDefault();
}

function Row({ row }: { row: TeamRow }) {
  switch (row.kind) {
    case "file":
      return <FileRow file={row.file} count={row.count} />;
    case "group":
      return (
        <div className={styles.row} style={{ paddingLeft: indent(row.level) }} data-testid="team-group">
          <Folder size={13} />
          <span className={styles.name}>{row.group.draft.name}</span>
        </div>
      );
    case "connection":
      return <ConnectionRow {...row} />;
  }
}

const indent = (level: number) => 10 + level * 14;

function FileRow({ file, count }: { file: TeamFileView; count: number }) {
  return (
    <div className={styles.row} data-head data-broken={file.problem !== null || undefined}>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={!file.collapsed}
        onClick={() => foldTeamFile(file)}
        data-testid="team-file"
      >
        <ChevronRight size={13} className={styles.twisty} data-open={!file.collapsed || undefined} />
        <FileText size={13} />
        <span className={styles.name}>{file.name}</span>
        <span className={styles.count}>{count}</span>
      </button>
      {file.problem !== null && <Problem file={file} />}
      <MenuButton entries={() => menuOfFile(file)} align="end">
        <IconButton small label={`What can be done with ${file.name}`} data-testid="team-file-menu">
          …
        </IconButton>
      </MenuButton>
    </div>
  );
}

/** A file that cannot be read: what is shown is what it held last. */
function Problem({ file }: { file: TeamFileView }) {
  const error = file.problem;
  if (error === null) return null;
  const kept =
    file.readAt === null ? "Nothing is known of it yet." : `Shown is what it held ${ago(file.readAt, Date.now())}.`;
  const open = () =>
    openDialog({ kind: "cause", title: file.name, error: { ...error, detail: `${kept} ${file.path}` } });
  return (
    <Tip text={`${error.message} ${kept}`}>
      <button
        type="button"
        className={styles.problem}
        aria-label={`${file.name} cannot be read`}
        onClick={open}
        data-testid="team-file-problem"
      >
        <CircleAlert size={13} />
      </button>
    </Tip>
  );
}

function menuOfFile(file: TeamFileView): MenuEntry[] {
  const unusable = file.unusable.map(({ name, reason }) => `${name}: ${reason}`).join("\n");
  const about: MenuEntry = {
    label: `${counted(file.unusable.length, "entry", "entries")} not usable…`,
    disabled: file.unusable.length === 0,
    run: () =>
      openDialog({
        kind: "cause",
        title: file.name,
        error: {
          code: "unusable",
          message: "Some entries cannot be used.",
          nextStep: "Whoever keeps the file can change them.",
          detail: unusable,
        },
      }),
  };
  const remove: MenuEntry = { label: "Take out of the list", run: () => void removeTeamFile(file.id) };
  return [about, remove];
}

function ConnectionRow({ file, connection, level }: Extract<TeamRow, { kind: "connection" }>) {
  const profiles = useProgram((now) => now.profiles);
  const environment = environmentOf(connection.effectiveProfile?.value ?? null, profiles);
  const { name, target, query } = connection.draft;
  const open = () => void connect({ kind: "team-file", file: file.id, id: connection.id, run: null });
  const scope = [connection.effectiveProfile?.value, connection.effectiveRegion?.value].filter(Boolean).join(" / ");
  return (
    <Tip text={[query?.text ?? target, scope].filter(Boolean).join(" — ")} side="right">
      <button
        type="button"
        className={styles.row}
        style={{ paddingLeft: indent(level) }}
        aria-label={`${name}, ${query?.text ?? target}, of ${file.name}`}
        onDoubleClick={open}
        onKeyDown={(event) => event.key === "Enter" && open()}
        data-testid="team-connection"
      >
        <EnvBar environment={environment} />
        <span className={styles.name}>{name}</span>
      </button>
    </Tip>
  );
}
