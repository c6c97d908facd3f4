/** One parameter of a document as a control: typed, chosen, several rows or several checks. */
import { Plus, X } from "lucide-react";
import { useId } from "react";
import { Button, IconButton } from "../kit/button";
import { CheckBox, Labelled, Segments, TextField } from "../kit/controls";
import { Select } from "../kit/select";
import { type FormField, hintsOf } from "./parameter-form";
import styles from "./parameters.module.css";

interface ParameterFieldProps {
  field: FormField;
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
  error: string | null;
}

interface ControlProps extends Omit<ParameterFieldProps, "error"> {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

export function ParameterField({ field, values, onChange, error }: ParameterFieldProps) {
  const required = field.defaults === null;
  return (
    <div className={styles.field} data-testid="parameter" data-name={field.name} data-control={field.control}>
      <Labelled label={field.name} {...(required && { aside: "required" })} hint={<Hint field={field} />} error={error}>
        {(ids) => <Control {...ids} field={field} values={values} onChange={onChange} />}
      </Labelled>
    </div>
  );
}

function Hint({ field }: { field: FormField }) {
  const hints = hintsOf(field);
  return (
    <>
      {field.description !== "" && <span data-selectable>{field.description} </span>}
      {hints.length > 0 && <span className={styles.limits}>{hints.join(" · ")}</span>}
    </>
  );
}

function Control(props: ControlProps) {
  switch (props.field.control) {
    case "text":
      return <Text {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "rows":
      return <Rows {...props} />;
    case "checks":
      return <Checks {...props} />;
  }
}

function Text({ field, values, onChange, id, describedBy, invalid }: ControlProps) {
  return (
    <TextField
      id={id}
      aria-describedby={describedBy}
      aria-required={field.defaults === null}
      invalid={invalid}
      large
      mono
      value={values[0] ?? ""}
      onText={(text) => onChange([text])}
      placeholder={field.defaults?.[0] ?? ""}
      data-testid="parameter-value"
    />
  );
}

/** More than this does not fit beside each other. */
const SEGMENT_LETTERS = 44;

function Choice({ field, values, onChange, id, describedBy, invalid }: ControlProps) {
  const { choices, name } = field;
  const items = choices.map((value) => ({ value, label: value === "" ? "(empty)" : value }));
  const value = values[0] ?? null;
  const few = choices.length <= 4 && choices.join("").length <= SEGMENT_LETTERS;
  const common = { value, describedBy, invalid, onChange: (chosen: string) => onChange([chosen]) };
  if (few) return <Segments {...common} label={name} choices={items} data-testid="parameter-value" />;
  return (
    <Select {...common} id={id} label={name} items={items} mono placeholder="Choose a value" testId="parameter-value" />
  );
}

/** A list keeps an empty row to write into. */
function Rows({ field, values, onChange, id, describedBy, invalid }: ControlProps) {
  const rows = values.length === 0 ? [""] : values;
  const change = (at: number, text: string) => onChange(rows.map((value, index) => (index === at ? text : value)));
  return (
    <div className={styles.rows}>
      {rows.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values are told apart by their place only
        <div key={index} className={styles.row}>
          <TextField
            {...(index === 0 && { id })}
            aria-label={`${field.name}, value ${index + 1}`}
            aria-describedby={describedBy}
            invalid={invalid}
            large
            mono
            value={value}
            onText={(text) => change(index, text)}
            data-testid="parameter-value"
          />
          <IconButton
            label="Remove the value"
            disabled={rows.length === 1 && value === ""}
            onClick={() => onChange(rows.filter((_, other) => other !== index))}
          >
            <X size={13} />
          </IconButton>
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus size={13} />} onClick={() => onChange([...rows, ""])} data-testid="value-add">
          Add value
        </Button>
      </div>
    </div>
  );
}

function Checks({ field, values, onChange, describedBy }: ControlProps) {
  const group = useId();
  // The order of the document, whatever was checked first.
  const toggle = (choice: string, on: boolean) =>
    onChange(field.choices.filter((other) => (other === choice ? on : values.includes(other))));
  return (
    <div className={styles.checks} role="group" aria-label={field.name} aria-describedby={describedBy}>
      {field.choices.map((choice, index) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the check box holds its input
        <label key={choice} className={styles.check} id={`${group}-${index}`} data-value={choice}>
          <CheckBox
            label={choice}
            labelledBy={`${group}-${index}`}
            checked={values.includes(choice)}
            onChange={(on) => toggle(choice, on)}
          />
          <span className="mono line">{choice}</span>
        </label>
      ))}
    </div>
  );
}
