/** Facets: what nodes have in common, with how many have it. */
import { ChevronDown, ChevronRight, ListFilter, Plus } from "lucide-react";
import { useId, useState } from "react";
import { EnvBar, Glyph, PlatformIcon } from "../../domain/glyphs";
import type { FacetView, PlatformView } from "../../ipc/contract";
import { Button, IconButton } from "../../kit/button";
import { CheckBox, TextField } from "../../kit/controls";
import { MenuButton } from "../../kit/menu";
import { figure } from "../../kit/words";
import { environmentOf, useProgram } from "../../program/program";
import { facetTitle, facetValue, GLYPHS } from "./facet-words";
import styles from "./facets.module.css";
import { changeAsk, chooseValue, chosenIn, clearFacet, resetAsk, useFleetPage } from "./fleet-page";

/** Values of a facet that are shown before one asks for more. */
const SHORT = 8;

export function Facets() {
  const view = useFleetPage((now) => now.view);
  const { findValue, chosen, query } = useFleetPage((now) => now.ask);
  const idle = chosen.length === 0 && query === "" && findValue === "";
  return (
    <aside className={styles.facets} data-area="sidebar" aria-label="Filters" data-testid="fleet-facets">
      <header className={styles.head}>
        <h2>Filters</h2>
        <Button look="ghost" size="sm" disabled={idle} onClick={resetAsk} data-testid="fleet-reset">
          Reset
        </Button>
      </header>
      <div className={styles.find}>
        <TextField
          value={findValue}
          onText={(text) => changeAsk({ findValue: text })}
          icon={<ListFilter size={13} />}
          placeholder="Find a filter value"
          aria-label="Find a filter value"
          data-area-focus
          data-testid="fleet-find-value"
        />
      </div>
      <div className={styles.list}>
        {view?.facets.map((facet) => (
          <Facet key={facet.facet} facet={facet} />
        ))}
        <AddTag />
      </div>
    </aside>
  );
}

function Facet({ facet: { facet, values, more } }: { facet: FacetView }) {
  const [folded, setFolded] = useState(false);
  const [all, setAll] = useState(false);
  const chosen = chosenIn(
    useFleetPage((now) => now.ask.chosen),
    facet,
  );
  const finding = useFleetPage((now) => now.ask.findValue) !== "";
  if (values.length === 0 || (finding && values.length === 0)) return null;
  const shown = all || finding ? values : values.slice(0, Math.max(SHORT, chosen.length));
  const hidden = values.length - shown.length;
  const title = facetTitle(facet);
  return (
    <section className={styles.facet} aria-label={title} data-facet={facet}>
      <h3>
        <button type="button" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          <span className="line">{title}</span>
          {folded ? <ChevronRight size={13} /> : <ChevronDown size={13} />}
        </button>
        {chosen.length > 0 && (
          <Button look="link" size="sm" onClick={() => clearFacet(facet)}>
            Clear
          </Button>
        )}
      </h3>
      {!folded &&
        shown.map((one) => (
          <Value key={one.value} facet={facet} value={one.value} count={one.count} on={chosen.includes(one.value)} />
        ))}
      {!folded && hidden > 0 && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {figure(hidden)} more
        </button>
      )}
      {!folded && hidden === 0 && more > 0 && <p className={styles.more}>{figure(more)} more: find them by name</p>}
    </section>
  );
}

interface ValueProps {
  facet: string;
  value: string;
  count: number;
  on: boolean;
}

function Value({ facet, value, count, on }: ValueProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box in it
    // biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys
    <div
      className={styles.value}
      data-value={value}
      data-none={count === 0 || undefined}
      onClick={({ target }) => {
        if (!(target as Element).closest("[role=checkbox]")) chooseValue(facet, value, !on);
      }}
    >
      <CheckBox
        label={facetValue(facet, value)}
        labelledBy={id}
        checked={on}
        onChange={(chosen) => chooseValue(facet, value, chosen)}
      />
      <Mark facet={facet} value={value} />
      <span id={id} className="line">
        {facetValue(facet, value)}
        <span className="visually-hidden">, {figure(count)}</span>
      </span>
      <small aria-hidden="true">{figure(count)}</small>
    </div>
  );
}

function Mark({ facet, value }: { facet: string; value: string }) {
  const profiles = useProgram((now) => now.profiles);
  if (facet === "profile") return <EnvBar environment={environmentOf(value, profiles)} />;
  if (facet === "platform" && value !== "") return <PlatformIcon platform={value as PlatformView} />;
  const glyph = facet === "state" ? GLYPHS[value] : undefined;
  return glyph === undefined ? null : <Glyph state={glyph} />;
}

/** Another tag whose values are to be counted. */
function AddTag() {
  const keys = useFleetPage((now) => now.view?.tagKeys ?? NONE);
  const shown = useFleetPage((now) => now.view?.facets ?? NONE);
  const tags = shown.flatMap(({ facet }) => (facet.startsWith("tag:") ? [facet.slice(4)] : []));
  if (keys.length === 0) return null;
  const entries = keys.slice(0, 30).map(({ key, nodes }) => ({
    label: tags.includes(key) ? `Hide ${key}` : `${key} (${figure(nodes)})`,
    run: () => changeAsk({ tagFacets: tags.includes(key) ? tags.filter((tag) => tag !== key) : [...tags, key] }),
  }));
  return (
    <div className={styles.add}>
      <MenuButton entries={entries}>
        <IconButton label="Choose tags to filter by" data-testid="fleet-add-facet">
          <Plus size={14} />
        </IconButton>
      </MenuButton>
      <span>Tags</span>
    </div>
  );
}

const NONE: readonly never[] = [];
