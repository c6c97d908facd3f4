/** Chooses a group of saved connections, or none. */
import { Select } from "@base-ui/react/select";
import { ChevronDown } from "lucide-react";
import type { GroupView } from "../ipc/contract";
import styles from "./group-select.module.css";

interface GroupSelectProps {
  id: string;
  groups: readonly GroupView[];
  value: number | null;
  onChange: (group: number | null) => void;
}

/** The choice for "no group"; group numbers begin at 1. */
const NONE = 0;

export function GroupSelect({ id, groups, value, onChange }: GroupSelectProps) {
  const items = [
    { value: NONE, label: "None" },
    ...groups.map((group) => ({ value: group.id, label: group.draft.name })),
  ];
  return (
    <Select.Root
      items={items}
      value={value ?? NONE}
      onValueChange={(chosen) => onChange(chosen === NONE ? null : (chosen as number))}
    >
      <Select.Trigger id={id} className={styles.trigger ?? ""} data-testid="connection-group">
        <Select.Value className={`${styles.value} line`} />
        <Select.Icon>
          <ChevronDown size={13} color="var(--text-3)" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className={styles.place ?? ""} sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup>
            <Select.List className={styles.list ?? ""}>
              {items.map((item) => (
                <Select.Item key={item.value} value={item.value} className={styles.item ?? ""}>
                  <Select.ItemText className="line">{item.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
