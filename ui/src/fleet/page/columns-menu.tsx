/** Which columns the table has, and in which order: in a popover with all of them. */
import { Popover } from "@base-ui/react/popover";
import { ChevronDown, ChevronUp } from "lucide-react";
import { type ReactElement, useId } from "react";
import { Button, IconButton } from "../../kit/button";
import { CheckBox } from "../../kit/controls";
import { COLUMNS, columnOf, moved, toggled, USUAL_COLUMNS } from "./columns";
import styles from "./columns-menu.module.css";
import { showColumns, useFleetPage } from "./fleet-page";

/** Keys of tags that are offered as columns. */
const MOST_TAGS = 40;

export function ColumnsMenu({ children }: { children: ReactElement<Record<string, unknown>> }) {
  return (
    <Popover.Root>
      <Popover.Trigger render={children} />
      <Popover.Portal>
        <Popover.Positioner className={styles.place ?? ""} sideOffset={4} align="end">
          <Popover.Popup className={styles.popup ?? ""} aria-label="Columns" data-testid="fleet-columns-menu">
            <ColumnList />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function ColumnList() {
  const columns = useFleetPage((now) => now.columns);
  const tagKeys = useFleetPage((now) => now.view?.tagKeys ?? NONE);
  const named = COLUMNS.map(({ field }) => field);
  const tags = tagKeys.slice(0, MOST_TAGS).map(({ key }) => `tag:${key}`);
  const others = [...named, ...tags].filter((field) => !columns.includes(field));
  return (
    <>
      <ul className={styles.list}>
        {[...columns, ...others].map((field) => (
          <ColumnItem key={field} field={field} />
        ))}
      </ul>
      <footer className={styles.foot}>
        <Button look="ghost" size="sm" onClick={() => showColumns(USUAL_COLUMNS)}>
          The usual columns
        </Button>
      </footer>
    </>
  );
}

function ColumnItem({ field }: { field: string }) {
  const columns = useFleetPage((now) => now.columns);
  const id = useId();
  const title = columnOf(field)?.title ?? field;
  const shown = columns.includes(field);
  return (
    <li className={styles.item} data-field={field}>
      <CheckBox
        label={title}
        labelledBy={id}
        checked={shown}
        disabled={field === "name"}
        onChange={() => showColumns(toggled(columns, field))}
      />
      <span id={id} className="line">
        {field.startsWith("tag:") ? `Tag: ${title}` : title}
      </span>
      {shown && field !== "name" && (
        <>
          <IconButton small label={`Move ${title} forward`} onClick={() => showColumns(moved(columns, field, -1))}>
            <ChevronUp size={13} />
          </IconButton>
          <IconButton small label={`Move ${title} back`} onClick={() => showColumns(moved(columns, field, 1))}>
            <ChevronDown size={13} />
          </IconButton>
        </>
      )}
    </li>
  );
}

const NONE: readonly never[] = [];
