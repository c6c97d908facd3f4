/** The head of the table: what the rows are sorted by, and the order of the columns. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { Tip } from "../../kit/button";
import { CheckBox } from "../../kit/controls";
import { type Column, moved } from "./columns";
import { clearPicks, showColumns, sortBy, useFleetPage } from "./fleet-page";
import { pickAll } from "./picking";
import styles from "./table.module.css";

export function TableHead({ columns }: { columns: readonly Column[] }) {
  const matching = useFleetPage((now) => now.view?.matching ?? 0);
  const picked = useFleetPage((now) => now.picked.size);
  const all = picked > 0 && picked >= matching;
  return (
    <div role="row" className={styles.head} aria-rowindex={1}>
      <span role="columnheader" className={styles.check} aria-label="Selection">
        <CheckBox
          label="Select all that match"
          checked={all}
          mixed={picked > 0 && !all}
          onChange={(on) => (on ? void pickAll() : clearPicks())}
          data-testid="fleet-pick-all"
        />
      </span>
      {columns.map((column) => (
        <HeadCell key={column.field} column={column} />
      ))}
    </div>
  );
}

/** A click sorts; dragging moves the column, and so do Alt and the arrows. */
function HeadCell({ column: { field, title } }: { column: Column }) {
  const { sort, descending } = useFleetPage((now) => now.ask);
  const [over, setOver] = useState(false);
  const sorted = sort === field;
  const direction = descending ? "descending" : "ascending";
  const Arrow = descending ? ArrowDown : ArrowUp;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    moveTo(event.dataTransfer.getData(DRAGGED), field);
  };
  return (
    <span
      role="columnheader"
      className={styles.headCell}
      aria-sort={sorted ? direction : "none"}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Tip text={field === "name" ? `Sort by ${title}` : `Sort by ${title}. Alt and arrows move the column.`}>
        <button
          type="button"
          draggable={field !== "name"}
          onDragStart={(event) => event.dataTransfer.setData(DRAGGED, field)}
          onClick={() => sortBy(field)}
          onKeyDown={(event) => onHeadKey(event, field)}
          data-testid={`fleet-sort-${field}`}
        >
          <span className="line">{title}</span>
          {sorted && <Arrow size={12} />}
        </button>
      </Tip>
    </span>
  );
}

const DRAGGED = "application/x-postern-column";

function moveTo(dragged: string, target: string) {
  const { columns } = useFleetPage.getState();
  const [from, to] = [columns.indexOf(dragged), columns.indexOf(target)];
  if (from >= 0 && to >= 0 && from !== to) showColumns(moved(columns, dragged, to - from));
}

function onHeadKey(event: KeyboardEvent, field: string) {
  if (!event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  event.preventDefault();
  event.stopPropagation();
  showColumns(moved(useFleetPage.getState().columns, field, event.key === "ArrowLeft" ? -1 : 1));
}
