/** The pairs of profile and Region that make up the fleet. */
import { ChevronDown, CircleAlert, Ellipsis, FileText, ListChecks, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { menuOf } from "../actions/menus";
import { ENVIRONMENT_NAMES, ENVIRONMENTS } from "../domain/environments";
import { EnvBar } from "../domain/glyphs";
import { sizeOf, totalOf, useFleet } from "../fleet/fleet";
import { isPartial } from "../fleet/sync-problem";
import { errorView } from "../ipc/client";
import type { Environment, ErrorView, PairView } from "../ipc/contract";
import { Button, IconButton, Tip } from "../kit/button";
import { Switch } from "../kit/controls";
import { LongList } from "../kit/long-list";
import { MenuButton, type MenuEntry } from "../kit/menu";
import { Notice } from "../kit/notice";
import { Progress } from "../kit/progress";
import { Card, Section } from "../kit/section";
import { useNow } from "../kit/time";
import { ago, clock, counted, figure } from "../kit/words";
import { profileNamed, useProgram } from "../program/program";
import { changePair, readProfiles, turnOnSync } from "../settings/actions";
import { openDialog } from "../window/dialogs";
import styles from "./accounts.module.css";
import { OwnProfiles } from "./own-profiles-list";
import { SignInCards } from "./sign-in-cards";
import { SignInCell } from "./sign-in-cell";

const PAIR_HEIGHT = 34;

const addPair = () => openDialog({ kind: "pair", pair: null });
const choose = () => openDialog({ kind: "choose-profiles" });
const chooseAll = () => openDialog({ kind: "choose-profiles", all: true });

export function AccountsSection() {
  const pairs = useFleet((fleet) => fleet.pairs);
  const error = useProgram((now) => now.profiles.error);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [only, setOnly] = useState<Environment | null>(null);
  const shown = only === null ? pairs : pairs.filter((pair) => pair.environment === only);
  return (
    <Section title="AWS accounts" note={<Counts />} tools={<Tools />} bodyRef={setScroller}>
      {error !== null && <Notice error={error} />}
      <SyncBanner />
      <SignInCards />
      <section>
        <TableTitle>
          <EnvironmentMenu only={only} onOnly={setOnly} />
        </TableTitle>
        <Card className={styles.table} role="table" aria-label="Profile and Region pairs">
          <TableHead />
          <LongList
            items={shown}
            keyOf={({ id }) => id}
            rowHeight={PAIR_HEIGHT}
            scroller={scroller}
            measured
            role="presentation"
          >
            {(pair) => <PairRow pair={pair} />}
          </LongList>
          {pairs.length === 0 && <NoPairs />}
          {pairs.length > 0 && shown.length === 0 && only !== null && (
            <div className={styles.empty}>
              <span>No pair is of the environment {ENVIRONMENT_NAMES[only]}.</span>
              <Button onClick={() => setOnly(null)}>Show all</Button>
            </div>
          )}
        </Card>
      </section>
      <OwnProfiles />
    </Section>
  );
}

function Counts() {
  const pairs = useFleet((fleet) => fleet.pairs);
  const nodes = useFleet(totalOf);
  const on = pairs.filter((pair) => pair.enabled).length;
  return `${figure(on)} of ${counted(pairs.length, "pair")} on, ${counted(nodes, "node")}`;
}

function Tools() {
  const none = useProgram((now) => now.profiles.profiles.length === 0);
  return (
    <>
      <Button icon={<FileText size={14} />} onClick={() => void readProfiles()} data-testid="read-profiles">
        Read ~/.aws again
      </Button>
      <Button icon={<ListChecks size={14} />} onClick={choose} disabled={none} data-testid="choose-profiles">
        Choose profiles…
      </Button>
      <Button look="primary" icon={<Plus size={14} />} onClick={addPair} data-testid="pair-add">
        Add pair…
      </Button>
    </>
  );
}

/** Whose pairs the table shows: all, or those of one environment that there is. */
function EnvironmentMenu({ only, onOnly }: { only: Environment | null; onOnly: (only: Environment | null) => void }) {
  const pairs = useFleet((fleet) => fleet.pairs);
  const there = ENVIRONMENTS.filter((known) => pairs.some((pair) => pair.environment === known));
  const entries: MenuEntry[] = [
    { label: "All environments", run: () => onOnly(null) },
    ...there.map((one) => ({ label: ENVIRONMENT_NAMES[one], run: () => onOnly(one) })),
  ];
  return (
    <MenuButton entries={entries} align="end">
      <Button look="link" size="sm" data-testid="pairs-environment">
        {only === null ? "All environments" : ENVIRONMENT_NAMES[only]}
        <ChevronDown size={12} />
      </Button>
    </MenuButton>
  );
}

function TableTitle({ children }: { children: ReactNode }) {
  const none = useProgram((now) => now.profiles.profiles.length === 0);
  return (
    <div className={styles.title}>
      <h2>Profile and Region pairs</h2>
      {children}
      <Button look="link" size="sm" onClick={chooseAll} disabled={none} data-testid="add-all-profiles">
        Add all profiles…
      </Button>
    </div>
  );
}

function TableHead() {
  return (
    <div className={`${styles.cells} ${styles.tableHead}`} role="row">
      <span role="columnheader">On</span>
      <span role="columnheader">Profile</span>
      <span role="columnheader">Region</span>
      <span role="columnheader" className={styles.narrowHidden}>
        Credentials
      </span>
      <span role="columnheader" className={styles.narrowHidden}>
        Sign-in
      </span>
      <span role="columnheader" className={`${styles.right} ${styles.tinyHidden}`}>
        Nodes
      </span>
      <span role="columnheader">Last sync</span>
      <span role="columnheader">
        <span className="visually-hidden">More</span>
      </span>
    </div>
  );
}

function NoPairs() {
  const { profiles, awsConfigPath } = useProgram();
  const found = profiles.profiles.length;
  return (
    <div className={styles.empty}>
      <span>
        No pairs yet. Found {counted(found, "profile")} in {awsConfigPath}.
      </span>
      <Button onClick={found > 0 ? choose : addPair}>{found > 0 ? "Choose profiles…" : "Add pair…"}</Button>
    </div>
  );
}

function SyncBanner() {
  const enabled = useProgram((now) => now.settings.syncEnabled);
  if (enabled) return null;
  return (
    <Card className={styles.banner}>
      <span className={styles.bannerText}>Sync is off: pairs are kept, and nothing is fetched.</span>
      <Button size="sm" onClick={() => void turnOnSync()}>
        Turn on sync
      </Button>
    </Card>
  );
}

function PairRow({ pair }: { pair: PairView }) {
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const enable = async (enabled: boolean) => {
    try {
      await changePair(pair, { profile: pair.profile, region: pair.region, enabled });
      setFailure(null);
    } catch (thrown) {
      setFailure(errorView(thrown));
    }
  };
  const wrong = failure ?? pair.problem;
  return (
    <>
      <PairCells pair={pair} enable={(on) => void enable(on)} />
      {wrong !== null && (
        <div className={styles.under} role="alert" data-testid="pair-problem">
          <CircleAlert size={13} />
          {wrong.message} {wrong.nextStep}
        </div>
      )}
    </>
  );
}

function PairCells({ pair, enable }: { pair: PairView; enable: (on: boolean) => void }) {
  const count = useFleet((fleet) => sizeOf(fleet, pair.id));
  const profile = useProgram((now) => profileNamed(pair.profile, now.profiles));
  const name = `${pair.profile} / ${pair.region}`;
  return (
    <div
      className={`${styles.cells} ${pair.enabled ? "" : styles.off}`}
      role="row"
      data-testid="pair-row"
      data-profile={pair.profile}
      data-region={pair.region}
      data-phase={pair.sync.phase}
    >
      <span role="cell">
        <Switch label={`Sync ${name}`} checked={pair.enabled} onChange={enable} data-testid="pair-enabled" />
      </span>
      <span role="cell" className={styles.profile}>
        <EnvBar environment={pair.environment} />
        <span className="line">{pair.profile}</span>
      </span>
      <span role="cell" className={`${styles.quiet} line`}>
        {pair.region}
      </span>
      <span role="cell" className={`${styles.quiet} ${styles.narrowHidden} line`}>
        {profile?.credentials ?? ""}
      </span>
      <span role="cell" className={`${styles.last} ${styles.narrowHidden}`} data-testid="pair-state">
        <SignInCell profile={profile} />
      </span>
      <span role="cell" className={`${styles.quiet} ${styles.right} ${styles.tinyHidden}`}>
        {figure(count)}
      </span>
      <span role="cell" className={styles.last}>
        <LastSync pair={pair} known={count} />
      </span>
      <span role="cell" className={styles.right}>
        <MenuButton entries={pairMenu(pair)} align="end">
          <IconButton label={`More for ${name}`} data-testid="pair-more">
            <Ellipsis size={14} />
          </IconButton>
        </MenuButton>
      </span>
    </div>
  );
}

function pairMenu(pair: PairView): MenuEntry[] {
  const labels = { "sync-pair": "Sync now", "edit-pair": "Edit…", "remove-pair": "Remove…" };
  return menuOf("pair", ["sync-pair", "edit-pair", "line", "remove-pair"], pair, labels);
}

function LastSync({ pair, known }: { pair: PairView; known: number }) {
  const now = useNow(10_000);
  const { phase, nodesRead, pagesRead, dataAtMs, againAtMs, error } = pair.sync;
  if (!pair.enabled) return "Off";
  if (phase === "queued") return "Waiting";
  if (phase === "running") {
    const share = known > 0 ? Math.min(0.95, nodesRead / known) : 0.9 * (nodesRead / (nodesRead + 200));
    return (
      <>
        <Progress width={40} share={share} label={`Syncing ${pair.profile} / ${pair.region}`} />
        <Tip text={counted(pagesRead, "page")}>
          <span>{figure(nodesRead)} read</span>
        </Tip>
      </>
    );
  }
  if (error !== null && pair.problem === null) {
    const part = isPartial(pair);
    const title = `${pair.profile} / ${pair.region} ${part ? "was read in part" : "could not be synced"}`;
    return (
      <>
        <CircleAlert className={styles.bad} size={13} />
        <span className={`${styles.bad} line`}>{part ? "In part" : "Failed"}</span>
        {againAtMs !== null && <span className="line">again at {clock(againAtMs, now)}</span>}
        <Button look="link" onClick={() => openDialog({ kind: "cause", title, error })}>
          Show cause
        </Button>
      </>
    );
  }
  if (phase === "cancelled") return "Stopped";
  return dataAtMs === null ? "Never" : ago(dataAtMs, now);
}
