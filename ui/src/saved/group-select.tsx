/** One of the groups, with those that it stands in before its name; or none. */
import type { GroupView } from "../ipc/contract";
import { Labelled } from "../kit/controls";
import { Select } from "../kit/select";
import { groupsInOrder } from "./connections";

interface GroupSelectProps {
  id: string;
  groups: readonly GroupView[];
  value: number | null;
  onChange: (group: number | null) => void;
  /** Groups that cannot be chosen. */
  without?: ReadonlySet<number>;
  testId: string;
}

/** The choice for "no group"; group numbers begin at 1. */
const NONE = "0";

export function GroupSelect({ id, groups, value, onChange, without, testId }: GroupSelectProps) {
  const offered = groupsInOrder(groups).filter(({ group }) => without?.has(group.id) !== true);
  const items = [
    { value: NONE, label: "None" },
    ...offered.map(({ group, path }) => ({ value: String(group.id), label: path })),
  ];
  return (
    <Select
      id={id}
      items={items}
      value={value === null ? NONE : String(value)}
      onChange={(chosen) => onChange(chosen === NONE ? null : Number(chosen))}
      testId={testId}
    />
  );
}

/** The same with its label. */
export function LabelledGroup({
  label,
  error,
  ...select
}: { label: string; error: string | null } & Omit<GroupSelectProps, "id">) {
  return (
    <Labelled label={label} error={error}>
      {({ id }) => <GroupSelect {...select} id={id} />}
    </Labelled>
  );
}
