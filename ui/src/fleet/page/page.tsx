/** The fleet page: every node in one table with facets beside it, or the containers of ECS. */
import { Box, Columns3, ListFilter, RefreshCw, Server, Square } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { buttonOf } from "../../actions/menus";
import { Button, IconButton } from "../../kit/button";
import { Segments } from "../../kit/controls";
import { figure } from "../../kit/words";
import { isSyncing, useFleet } from "../fleet";
import { watchFleet } from "./asking";
import { BulkBar } from "./bulk-bar";
import { ColumnsMenu } from "./columns-menu";
import { Containers } from "./containers";
import { Facets } from "./facets";
import { toggleFacets, useFacetsShown, useFleetPage } from "./fleet-page";
import styles from "./fleet-page.module.css";
import { QueryBar } from "./query-bar";
import { RunResults } from "./run-results";
import { type FleetPart, useFleetPart } from "./show";
import { SyncStrip } from "./sync-strip";
import { NodeTable } from "./table";

export default function FleetPage({ inspector }: { inspector: ReactNode }) {
  const { part } = useFleetPart();
  return (
    <section className={styles.page} tabIndex={-1} data-area="page" data-testid="fleet-page">
      {part === "nodes" ? <Nodes inspector={inspector} /> : <ContainersPart />}
    </section>
  );
}

const PARTS = [
  { value: "nodes", label: "Nodes", icon: <Server size={13} /> },
  { value: "containers", label: "Containers", icon: <Box size={13} /> },
] as const;

function Head({ meta, children }: { meta: string; children?: ReactNode }) {
  const { part } = useFleetPart();
  return (
    <header className={styles.head}>
      <h1>Fleet</h1>
      <Segments<FleetPart>
        label="What of the fleet"
        value={part}
        choices={PARTS}
        onChange={(chosen) => useFleetPart.setState({ part: chosen })}
        data-testid="fleet-part"
      />
      <span className={`${styles.meta} line`} data-testid="fleet-count">
        {meta}
      </span>
      {children}
    </header>
  );
}

function ContainersPart() {
  return (
    <div className={styles.main}>
      <Head meta="" />
      <Containers />
    </div>
  );
}

function Nodes({ inspector }: { inspector: ReactNode }) {
  useEffect(watchFleet, []);
  const facetsShown = useFacetsShown();
  return (
    <>
      {facetsShown && <Facets />}
      <div className={styles.main}>
        <Head meta={useCounts()}>
          <FacetsButton />
          <ColumnsMenu>
            <Button look="ghost" icon={<Columns3 size={14} />} data-testid="fleet-columns">
              <span className={styles.wide}>Columns</span>
            </Button>
          </ColumnsMenu>
          <SyncButton />
        </Head>
        <QueryBar />
        <SyncStrip />
        <NodeTable />
        <RunResults />
        <BulkBar />
      </div>
      {inspector}
    </>
  );
}

/** "4,182 of 12,438 nodes, 24 profile and Region pairs". */
function useCounts(): string {
  const view = useFleetPage((now) => now.view);
  const pairs = useFleet((now) => now.pairs.filter(({ enabled }) => enabled).length);
  if (view === null) return "";
  const nodes = `${figure(view.matching)} of ${figure(view.total)} ${view.total === 1 ? "node" : "nodes"}`;
  return `${nodes}, ${figure(pairs)} profile and Region ${pairs === 1 ? "pair" : "pairs"}`;
}

function FacetsButton() {
  const ask = useFleetPage((now) => now.ask);
  const shown = useFacetsShown();
  const chosen = ask.chosen.reduce((sum, { values }) => sum + values.length, 0);
  const label = shown ? "Hide the filters" : "Show the filters";
  return (
    <IconButton
      label={chosen > 0 ? `${label} (${chosen} chosen)` : label}
      on={chosen > 0}
      aria-pressed={shown}
      onClick={toggleFacets}
      data-testid="fleet-facets-toggle"
    >
      <ListFilter size={15} />
    </IconButton>
  );
}

function SyncButton() {
  const busy = useFleet(isSyncing);
  const { label, onClick } = buttonOf(busy ? "cancel-sync" : "sync-all");
  return (
    <Button
      icon={busy ? <Square size={10} fill="currentColor" /> : <RefreshCw size={13} />}
      onClick={onClick}
      data-testid="fleet-sync"
    >
      <span className={styles.wide}>{label}</span>
    </Button>
  );
}
