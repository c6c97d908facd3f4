/** A list of any length to pick from: a search above, all that it shows at once, and rows with a check box each. */
import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useRef } from "react";
import { CheckBox, TextField } from "./controls";
import { LongList, type LongListHandle } from "./long-list";
import styles from "./pick-list.module.css";

interface PickListProps<Item> {
  /** What the rows are: "Profiles". */
  label: string;
  /** Those that the search leaves. */
  items: readonly Item[];
  keyOf: (item: Item) => string;
  rowHeight: number;
  sought: string;
  onSought: (text: string) => void;
  /** "Search profiles". */
  placeholder: string;
  /** Beside the search: "12 of 480". */
  count: ReactNode;
  isPicked: (item: Item) => boolean;
  /** Whether a row can be picked; all can, if it is left out. */
  isPickable?: (item: Item) => boolean;
  /** Picks these or gives them up. */
  pick: (items: readonly Item[], on: boolean) => void;
  /** Beside the box that picks all. */
  all: string;
  /** Behind it. */
  note?: ReactNode;
  handle?: RefObject<LongListHandle | null>;
  /** What is said where nothing is left. */
  none: string;
  /** Of what scrolls, where it is not as high as usual. */
  className?: string | undefined;
  autoFocus?: boolean;
  /** Whether what is picked is wrong. */
  invalid?: boolean;
  /** Before the names that tests hold on to. */
  testId: string;
  /** A row with a check box of the test id `…-pick`. */
  children: (item: Item) => ReactNode;
}

export function PickList<Item>(props: PickListProps<Item>) {
  const { items, sought, pick, isPicked, testId } = props;
  const own = useRef<LongListHandle>(null);
  const list = props.handle ?? own;
  const pickable = props.isPickable === undefined ? items : items.filter(props.isPickable);
  const picked = pickable.filter(isPicked).length;
  /** Enter takes what is found if it is only one; it picks nothing that nobody looked at. */
  const onSearchKey = (event: KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.metaKey;
    if (event.key === "ArrowDown") list.current?.focus(0);
    else if (event.key === "Enter" && plain && sought !== "") pickable.length === 1 && pick(pickable, true);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.pickList}>
      <div className={styles.search}>
        <TextField
          value={sought}
          onText={props.onSought}
          icon={<Search size={13} />}
          large
          autoFocus={props.autoFocus}
          invalid={props.invalid === true}
          placeholder={props.placeholder}
          aria-label={props.placeholder}
          data-testid={`${testId}-search`}
          onKeyDown={onSearchKey}
        />
        <span className={styles.count} aria-live="polite">
          {props.count}
        </span>
      </div>
      <div className={styles.box}>
        <div className={styles.all}>
          <CheckBox
            label={props.all}
            checked={picked > 0 && picked === pickable.length}
            mixed={picked > 0 && picked < pickable.length}
            disabled={pickable.length === 0}
            onChange={(on) => pick(pickable, on)}
            data-testid={`${testId}-all`}
          />
          <span className={styles.allWords}>{props.all}</span>
          {props.note}
        </div>
        <LongList
          items={items}
          keyOf={props.keyOf}
          rowHeight={props.rowHeight}
          className={props.className ?? styles.list}
          handle={list}
          focusOn="[role=checkbox]"
          label={props.label}
          onKeyDown={(event) => walk(event, items.length, list.current)}
        >
          {props.children}
        </LongList>
        {items.length === 0 && <p className={styles.none}>{props.none}</p>}
      </div>
    </div>
  );
}

/** Arrows lead from check box to check box; in a field of a row they are the field's own. */
function walk(event: KeyboardEvent, count: number, list: LongListHandle | null) {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-index]");
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (row === null || step === 0 || target.getAttribute("role") !== "checkbox") return;
  event.preventDefault();
  list?.focus(Math.max(0, Math.min(count - 1, Number(row.dataset.index) + step)));
}
