/** One row of the table of nodes. */
import { memo } from "react";
import { nodeStateWords, nodeTitle } from "../../domain/node";
import type { NodeView, PairView } from "../../ipc/contract";
import { CheckBox } from "../../kit/controls";
import { cellOf } from "./cells";
import type { Column } from "./columns";
import { togglePick } from "./fleet-page";
import styles from "./table.module.css";

export interface RowProps {
  index: number;
  /** Undefined until the program has answered. */
  node: NodeView | undefined;
  pair: PairView | undefined;
  columns: readonly Column[];
  picked: boolean;
  /** Whether the focus of the table is here. */
  current: boolean;
  now: number;
}

export const TableRow = memo(function TableRow(props: RowProps) {
  const { index, node, pair, columns, picked, current, now } = props;
  return (
    <div
      role="row"
      className={styles.row}
      aria-rowindex={index + 2}
      aria-selected={picked}
      aria-label={node === undefined ? undefined : labelOf(node, pair)}
      tabIndex={current ? 0 : -1}
      data-place={index}
      data-node={node?.key}
      data-area-focus={current || undefined}
    >
      <span role="gridcell" className={styles.check}>
        {node !== undefined && (
          <CheckBox
            label={`Select ${nodeTitle(node)}`}
            checked={picked}
            onChange={() => togglePick(node.key)}
            tabIndex={-1}
          />
        )}
      </span>
      {columns.map(({ field }) => (
        <span key={field} role="gridcell" className={styles.cell} data-field={field}>
          {node !== undefined && cellOf(field, node, pair, now)}
        </span>
      ))}
    </div>
  );
});

/** "checkout-api-2, running, agent online, acme-stage, eu-central-1". */
function labelOf(node: NodeView, pair: PairView | undefined): string {
  const place = pair === undefined ? [] : [pair.profile, pair.region];
  return [nodeTitle(node), ...nodeStateWords(node), ...place].join(", ");
}
