/** The colour of a group or a connection: inherited, or one of the environments. */
import { ENVIRONMENT_NAMES, ENVIRONMENTS } from "../domain/environments";
import type { Environment } from "../ipc/contract";
import { Labelled } from "../kit/controls";
import { Select } from "../kit/select";

interface ColourFieldProps {
  value: Environment | null;
  onChange: (value: Environment | null) => void;
  /** What an own choice replaces: "Staging, from Payments". */
  inherits: string | null;
  testId: string;
}

const INHERIT = "inherit";

export function ColourField({ value, onChange, inherits, testId }: ColourFieldProps) {
  const items = [
    { value: INHERIT, label: inherits === null ? "Inherit" : `Inherit: ${inherits}` },
    ...ENVIRONMENTS.map((one) => ({ value: one as string, label: ENVIRONMENT_NAMES[one] })),
  ];
  return (
    <Labelled label="Colour" hint="A profile of production stays production.">
      {({ id }) => (
        <Select
          id={id}
          items={items}
          value={value ?? INHERIT}
          onChange={(chosen) => onChange(ENVIRONMENTS.find((one) => one === chosen) ?? null)}
          testId={testId}
        />
      )}
    </Labelled>
  );
}
