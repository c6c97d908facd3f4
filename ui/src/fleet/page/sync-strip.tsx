/** How the sync of each profile stands, Region by Region. */
import { EnvBar } from "../../domain/glyphs";
import type { PairView } from "../../ipc/contract";
import { Button, Tip } from "../../kit/button";
import { syncPair } from "../../settings/actions";
import { useFleet } from "../fleet";
import { problemOf, problemText } from "../sync-problem";
import styles from "./sync-strip.module.css";

/** More profiles than this do not fit; those where something is wrong or going on come first. */
const MOST = 6;

type Phase = "done" | "running" | "failed" | "queued";

export function SyncStrip() {
  const pairs = useFleet((now) => now.pairs).filter(({ enabled }) => enabled);
  if (pairs.length < 2) return null;
  const failed = pairs.filter((pair) => problemOf(pair) !== null);
  const profiles = profilesOf(pairs);
  return (
    <div className={styles.strip} data-testid="fleet-strip">
      {profiles.slice(0, MOST).map(([profile, own]) => (
        <Profile key={profile} profile={profile} pairs={own} />
      ))}
      <div className={styles.sum}>
        <b>
          {pairs.filter((pair) => phaseOf(pair) === "done").length} of {pairs.length} synced
        </b>
        <span>
          {failed.length > 0 && (
            <>
              <i data-tone="danger">{failed.length} failed</i>
              <Button look="link" size="sm" onClick={() => retry(failed)}>
                Retry
              </Button>
            </>
          )}
          {profiles.length > MOST && <i>{profiles.length - MOST} more profiles</i>}
        </span>
      </div>
    </div>
  );
}

function retry(failed: readonly PairView[]) {
  for (const { id } of failed) void syncPair(id);
}

function Profile({ profile, pairs }: { profile: string; pairs: readonly PairView[] }) {
  const first = pairs[0];
  return (
    <div className={styles.profile}>
      <span className={styles.name}>
        {first !== undefined && <EnvBar environment={first.environment} small />}
        <span className="line">{profile}</span>
      </span>
      <span className={styles.bars}>
        {pairs.slice(0, 6).map((pair) => (
          <Bar key={pair.id} pair={pair} />
        ))}
      </span>
    </div>
  );
}

function Bar({ pair }: { pair: PairView }) {
  const problem = problemOf(pair);
  const phase = phaseOf(pair);
  const words = problem === null ? PHASES[phase] : problemText(pair, Date.now());
  return (
    <Tip text={`${pair.profile} / ${pair.region}: ${words}`}>
      <button type="button" data-phase={phase} onClick={() => void syncPair(pair.id)}>
        <i />
        <span className="visually-hidden">{`Sync ${pair.profile} / ${pair.region}, ${words}`}</span>
        <small aria-hidden="true">{shortRegion(pair.region)}</small>
      </button>
    </Tip>
  );
}

const PHASES: Record<Phase, string> = { done: "synced", running: "syncing", failed: "failed", queued: "waiting" };

function phaseOf(pair: PairView): Phase {
  if (pair.sync.phase === "running") return "running";
  if (problemOf(pair) !== null) return "failed";
  return pair.sync.phase === "done" || pair.sync.dataAtMs !== null ? "done" : "queued";
}

/** "euc1" for eu-central-1, as people write it. */
function shortRegion(region: string): string {
  const [area = "", ...rest] = region.split("-");
  const number = rest.at(-1) ?? "";
  return `${area}${rest.slice(0, -1).map(short).join("")}${number}`;
}

function short(part: string): string {
  const two = /^(north|south)(east|west)$/.exec(part);
  return two === null ? part.charAt(0) : `${two[1]?.charAt(0)}${two[2]?.charAt(0)}`;
}

/** Profiles with their pairs; those where something is wrong or going on first. */
function profilesOf(pairs: readonly PairView[]): readonly [string, readonly PairView[]][] {
  const profiles = new Map<string, PairView[]>();
  for (const pair of pairs) profiles.set(pair.profile, [...(profiles.get(pair.profile) ?? []), pair]);
  const weight = (own: readonly PairView[]) => (own.some((pair) => phaseOf(pair) !== "done") ? 0 : 1);
  return [...profiles].sort(([, one], [, other]) => weight(one) - weight(other));
}
