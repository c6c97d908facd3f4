/** Chooses a group of saved connections, or none. */
import type { GroupView } from "../ipc/contract";
import { Select } from "../kit/select";

interface GroupSelectProps {
  id: string;
  groups: readonly GroupView[];
  value: number | null;
  onChange: (group: number | null) => void;
}

/** The choice for "no group"; group numbers begin at 1. */
const NONE = "0";

export function GroupSelect({ id, groups, value, onChange }: GroupSelectProps) {
  const items = [
    { value: NONE, label: "None" },
    ...groups.map((group) => ({ value: String(group.id), label: group.draft.name })),
  ];
  return (
    <Select
      id={id}
      items={items}
      value={value === null ? NONE : String(value)}
      onChange={(chosen) => onChange(chosen === NONE ? null : Number(chosen))}
      testId="connection-group"
    />
  );
}
