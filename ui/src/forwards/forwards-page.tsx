/** The page of forwards: groups of switches that stay on, and what goes through each. */
import { ArrowLeftRight, ChevronDown, ChevronRight, Plus, Power, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo } from "react";
import { buttonOf } from "../actions/menus";
import type { ForwardView } from "../ipc/contract";
import { Button, IconButton, Keys } from "../kit/button";
import { TextField } from "../kit/controls";
import { Card } from "../kit/section";
import { size } from "../kit/words";
import { toggleGroup } from "./actions";
import { ForwardRow } from "./forward-row";
import { type ForwardGroup, foldForwards, groupsOf, isOn, useForwards } from "./forwards";
import styles from "./forwards.module.css";
import { rateOf, useTraffic } from "./traffic";
import { useLookup } from "./use-lookup";
import { memberWords, summary, throughOf, viaOf, wordsToFind } from "./words";

export default function ForwardsPage() {
  const forwards = useForwards((now) => now.forwards);
  return (
    <section className={styles.page} tabIndex={-1} data-area="page" data-testid="forwards-page">
      <header className={styles.head}>
        <h1>Port forwards</h1>
        {forwards.length > 0 && <Summary />}
        <span className={styles.grow} />
        {forwards.length > 0 && <Tools />}
      </header>
      {forwards.length === 0 ? <Empty /> : <Table />}
    </section>
  );
}

function Summary() {
  const forwards = useForwards((now) => now.forwards);
  const rate = useTraffic((now) => [...now.rates.values()].reduce((sum, rates) => sum + rateOf(rates), 0));
  return (
    <span className={styles.meta} data-testid="forwards-summary">
      {summary(forwards)}
      {rate >= 1 && `, ${size(rate)}/s`}
    </span>
  );
}

function Tools() {
  const filter = useForwards((now) => now.filter);
  const none = useForwards((now) => !now.forwards.some(isOn));
  const { label: off, onClick: turnOff } = buttonOf("forwards-off");
  return (
    <>
      <div className={styles.filter}>
        <TextField
          value={filter}
          onText={(text) => useForwards.setState({ filter: text })}
          icon={<Search size={13} />}
          placeholder="Filter forwards"
          aria-label="Filter forwards"
          data-testid="forwards-filter"
          data-search
        />
      </div>
      <Button icon={<Power size={14} />} onClick={turnOff} disabled={none} data-testid="forwards-off">
        {off}
      </Button>
      <AddButton />
    </>
  );
}

function AddButton() {
  const { label, keys, onClick } = buttonOf("add-forward");
  return (
    <Button look="primary" icon={<Plus size={14} />} onClick={onClick} data-testid="forward-add">
      {label} <Keys keys={keys} />
    </Button>
  );
}

function Empty() {
  return (
    <div className={styles.empty} data-testid="forwards-empty">
      <ArrowLeftRight size={28} />
      <h2>No forwards yet</h2>
      <p>
        A forward is a port of this computer that leads through a node to a database, a cache or a web page that only
        the node can reach. It stays open while the network drops and the session is resumed.
      </p>
      <AddButton />
    </div>
  );
}

function Table() {
  const { filter, folded, selected } = useForwards();
  const groups = useShownGroups();
  const shown = groups.flatMap(({ name, forwards }) => (folded.has(name) && filter === "" ? [] : forwards));
  const entry = shown.some(({ id }) => id === selected) ? selected : (shown[0]?.id ?? null);
  return (
    <div className={styles.body}>
      <div role="grid" aria-label="Port forwards" onKeyDown={walk} className={styles.grid}>
        <TableHead />
        {groups.map((group) => (
          <Group key={group.name} group={group} filtered={filter !== ""}>
            {group.forwards.map((forward) => (
              <ForwardRow key={forward.id} forward={forward} focusable={forward.id === entry} />
            ))}
          </Group>
        ))}
      </div>
      {groups.length === 0 && <NoMatch />}
    </div>
  );
}

function NoMatch() {
  return (
    <div className={styles.empty}>
      <p>No forward matches this filter.</p>
      <Button onClick={() => useForwards.setState({ filter: "" })}>Clear</Button>
    </div>
  );
}

function useShownGroups(): readonly ForwardGroup[] {
  const forwards = useForwards((now) => now.forwards);
  const filter = useForwards((now) => now.filter);
  const { fleet, connections, profiles } = useLookup();
  return useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (forward: ForwardView) => {
      const lookup = { fleet, connections, profiles };
      const text = wordsToFind(forward, viaOf(forward.draft.via, lookup), throughOf(forward, lookup));
      return words.every((word) => text.includes(word));
    };
    return groupsOf(words.length === 0 ? forwards : forwards.filter(fits));
  }, [forwards, filter, fleet, connections, profiles]);
}

const COLUMNS = ["On", "Name", "Listens on", "", "Via", "", "Reaches", "Connections", "Throughput", "Status"];

function TableHead() {
  return (
    <div className={`${styles.cells} ${styles.tableHead}`} role="row">
      {COLUMNS.map((column, at) =>
        column === "" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay
          <span key={at} role="presentation" />
        ) : (
          <span key={column} role="columnheader">
            {column}
          </span>
        ),
      )}
      <span role="columnheader">
        <span className="visually-hidden">More</span>
      </span>
    </div>
  );
}

interface GroupProps {
  group: ForwardGroup;
  filtered: boolean;
  /** Its rows. */
  children: ReactNode;
}

/** What has no group stands in a card without a title. */
function Group({ group: { name, forwards }, filtered, children }: GroupProps) {
  const folded = useForwards((now) => now.folded.has(name)) && !filtered && name !== "";
  const label = name === "" ? "Forwards without a group" : name;
  return (
    <div role="rowgroup" aria-label={label} className={styles.group} data-testid="forward-group" data-name={name}>
      {name !== "" && <GroupTitle name={name} forwards={forwards} folded={folded} />}
      {!folded && (
        <Card className={styles.card} role="presentation">
          {children}
        </Card>
      )}
    </div>
  );
}

function GroupTitle({ name, forwards, folded }: ForwardGroup & { folded: boolean }) {
  const anyOn = forwards.some(isOn);
  const words = anyOn ? "Turn all off" : "Turn all on";
  return (
    <div className={styles.groupTitle} role="row">
      <span role="gridcell">
        <IconButton
          small
          label={folded ? `Unfold ${name}` : `Fold ${name}`}
          aria-expanded={!folded}
          onClick={() => foldForwards(name, !folded)}
        >
          {folded ? <ChevronRight size={13} /> : <ChevronDown size={13} />}
        </IconButton>
      </span>
      <span role="rowheader" className={styles.groupName}>
        <b className="line">{name}</b>
        <span>{memberWords(forwards)}</span>
      </span>
      <span role="gridcell">
        <Button
          look="ghost"
          size="sm"
          aria-label={`${words}: ${name}`}
          onClick={() => void toggleGroup(forwards)}
          data-testid="forward-group-switch"
        >
          {words}
        </Button>
      </span>
    </div>
  );
}

/** Arrows lead from row to row, from wherever in a row the focus is. */
function walk(event: KeyboardEvent<HTMLElement>) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(event.target as Node));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
}
