/** One of several values in a list that opens under its field. */
import { Select as BaseSelect } from "@base-ui/react/select";
import { ChevronDown } from "lucide-react";
import styles from "./select.module.css";

interface SelectProps {
  id: string;
  items: readonly { value: string; label: string }[];
  /** Null while nothing is chosen. */
  value: string | null;
  onChange: (value: string) => void;
  placeholder?: string;
  label?: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  mono?: boolean;
  testId: string;
}

export function Select(props: SelectProps) {
  const { id, items, value, onChange, placeholder, invalid = false, mono = false } = props;
  const letters = mono ? "mono line" : "line";
  return (
    <BaseSelect.Root items={[...items]} value={value} onValueChange={(chosen) => chosen !== null && onChange(chosen)}>
      <BaseSelect.Trigger
        id={id}
        className={styles.trigger ?? ""}
        data-testid={props.testId}
        data-invalid={invalid || undefined}
        aria-label={props.label}
        aria-invalid={invalid || undefined}
        aria-describedby={props.describedBy}
      >
        <BaseSelect.Value className={`${styles.value} ${letters}`} data-empty={value === null || undefined}>
          {() => items.find((item) => item.value === value)?.label ?? placeholder}
        </BaseSelect.Value>
        <BaseSelect.Icon>
          <ChevronDown size={13} color="var(--text-3)" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner className={styles.place ?? ""} sideOffset={4} alignItemWithTrigger={false}>
          <BaseSelect.Popup>
            <BaseSelect.List className={styles.list ?? ""}>
              {items.map((item) => (
                <BaseSelect.Item key={item.value} value={item.value} className={styles.item ?? ""}>
                  <BaseSelect.ItemText className={letters}>{item.label}</BaseSelect.ItemText>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
