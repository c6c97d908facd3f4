/** What is said where the table has no row, and what helps. */
import { buttonOf } from "../../actions/menus";
import type { ExclusionView } from "../../ipc/contract";
import { Button } from "../../kit/button";
import { useProgram } from "../../program/program";
import { setOnlyRunning } from "../../settings/actions";
import { isSyncing, useFleet } from "../fleet";
import { changeAsk, resetAsk } from "./fleet-page";
import styles from "./fleet-page.module.css";

export function NothingFound({ excludedBy }: { excludedBy: ExclusionView | null }) {
  return (
    <div className={styles.empty} data-testid="fleet-empty">
      {excludedBy === "facets" ? <ByFacets /> : excludedBy === "query" ? <ByQuery /> : <NoNodes />}
    </div>
  );
}

function ByFacets() {
  return (
    <>
      <p>The filters leave no node.</p>
      <Button onClick={() => changeAsk({ chosen: [] })}>Clear the filters</Button>
    </>
  );
}

function ByQuery() {
  const onlyRunning = useProgram((now) => now.settings.onlyRunning);
  return (
    <>
      <p>No {onlyRunning ? "running node" : "node"} matches this query.</p>
      <span>
        <Button onClick={resetAsk}>Clear</Button>
        {onlyRunning && <Button onClick={() => void setOnlyRunning(false)}>Show stopped instances too</Button>}
      </span>
    </>
  );
}

function NoNodes() {
  const pairs = useFleet((now) => now.pairs.filter(({ enabled }) => enabled).length);
  const busy = useFleet(isSyncing);
  const { label, onClick } = buttonOf(pairs === 0 ? "add-pair" : "sync-all");
  if (busy) return <p>Reading the nodes.</p>;
  return (
    <>
      <p>{pairs === 0 ? "No accounts yet." : "No nodes yet."}</p>
      <Button onClick={onClick}>{label}</Button>
    </>
  );
}
