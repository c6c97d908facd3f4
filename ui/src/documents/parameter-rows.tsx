/** Parameters by name and value, where no document says what there is. */
import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import type { FreeRow } from "./parameter-form";
import styles from "./parameters.module.css";

interface ParameterRowsProps {
  rows: readonly FreeRow[];
  onChange: (rows: readonly FreeRow[]) => void;
  error: string | null;
}

/** Where there is no row yet, an empty one invites. */
export function ParameterRows({ rows: given, onChange, error }: ParameterRowsProps) {
  const rows = given.length === 0 ? [{ row: 1, name: "", value: "" }] : given;
  const change = (row: number, part: Partial<FreeRow>) =>
    onChange(rows.map((other) => (other.row === row ? { ...other, ...part } : other)));
  const add = () => onChange([...rows, { row: (rows.at(-1)?.row ?? 0) + 1, name: "", value: "" }]);
  return (
    <Labelled label="Parameters" aside="by name" error={error}>
      {({ id }) => (
        <div className={styles.rows} id={id} data-testid="parameter-rows">
          {rows.map(({ row, name, value }) => (
            <div key={row} className={styles.pair} data-testid="parameter-row">
              <TextField
                mono
                value={name}
                onText={(text) => change(row, { name: text })}
                placeholder="name"
                aria-label="Parameter name"
              />
              <TextField
                mono
                value={value}
                onText={(text) => change(row, { value: text })}
                placeholder="value"
                aria-label="Parameter value"
              />
              <IconButton
                label="Remove the parameter"
                onClick={() => onChange(rows.filter((other) => other.row !== row))}
              >
                <X size={13} />
              </IconButton>
            </div>
          ))}
          <div>
            <Button size="sm" icon={<Plus size={13} />} onClick={add} data-testid="parameter-add">
              Add parameter
            </Button>
          </div>
        </div>
      )}
    </Labelled>
  );
}
