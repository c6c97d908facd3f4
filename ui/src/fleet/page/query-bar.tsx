/** The query of the fleet page, and whether stopped instances are shown. */
import { Search, X } from "lucide-react";
import { useId, useRef } from "react";
import { IconButton, Keys } from "../../kit/button";
import { Switch, TextField } from "../../kit/controls";
import { useProgram } from "../../program/program";
import { setOnlyRunning } from "../../settings/actions";
import { changeAsk, useFleetPage } from "./fleet-page";
import styles from "./fleet-page.module.css";

export function QueryBar() {
  const query = useFleetPage((now) => now.ask.query);
  const bar = useRef<HTMLDivElement>(null);
  const toTable = () => bar.current?.parentElement?.querySelector<HTMLElement>('[data-place][tabindex="0"]')?.focus();
  return (
    <div className={styles.queryBar} ref={bar}>
      <div className={styles.query}>
        <TextField
          large
          mono
          value={query}
          onText={(text) => changeAsk({ query: text })}
          icon={<Search size={14} />}
          placeholder="Search names, ids and tags"
          aria-label="Search the fleet: words, or tag:key=value"
          data-testid="fleet-query"
          data-search
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Escape" && query !== "") changeAsk({ query: "" });
            else if (event.key === "ArrowDown" || event.key === "Enter") toTable();
            else return;
            event.preventDefault();
          }}
        />
        <span className={styles.queryEnd}>
          <Took />
          {query === "" ? (
            <Keys keys={["/"]} />
          ) : (
            <IconButton label="Clear the search" onClick={() => changeAsk({ query: "" })}>
              <X size={13} />
            </IconButton>
          )}
        </span>
      </div>
      <OnlyRunning />
      <UnknownKeys />
    </div>
  );
}

/** How long the program took to answer, as the page waited for it. */
function Took() {
  const took = useFleetPage((now) => now.tookMs);
  return took === null ? null : <small data-testid="fleet-took">{Math.max(1, Math.round(took))} ms</small>;
}

function OnlyRunning() {
  const onlyRunning = useProgram((now) => now.settings.onlyRunning);
  const id = useId();
  return (
    <span className={styles.running}>
      <Switch
        label="Running only"
        labelledBy={id}
        checked={onlyRunning}
        onChange={(on) => void setOnlyRunning(on)}
        data-testid="fleet-only-running"
      />
      <span id={id}>Running only</span>
    </span>
  );
}

function UnknownKeys() {
  const unknown = useFleetPage((now) => now.view?.unknownKeys ?? NONE);
  if (unknown.length === 0) return null;
  const names = unknown.map((key) => `${key}:`).join(", ");
  return (
    <p className={styles.unknown} role="status" data-testid="fleet-unknown">
      {unknown.length === 1 ? `${names} is no key.` : `${names} are no keys.`} What is known: name, id, profile, region,
      account, state, ping, platform, type, ip, agent, tag.
    </p>
  );
}

const NONE: readonly string[] = [];
