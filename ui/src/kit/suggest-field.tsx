/** A text field that suggests: any text may be typed. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { PLAIN_TEXT } from "./controls";
import styles from "./controls.module.css";
import { offered, type Suggestion, type SuggestionGroup } from "./suggestions";
import { counted } from "./words";

interface SuggestFieldProps {
  id?: string;
  value: string;
  onText: (text: string) => void;
  groups: readonly SuggestionGroup[];
  placeholder?: string | undefined;
  describedBy?: string | undefined;
  label?: string;
  invalid?: boolean;
  large?: boolean;
  mono?: boolean;
  autoFocus?: boolean;
  onFocus?: () => void;
  onBlur?: () => void;
  /** Enter while no suggestion is chosen. */
  onEnter?: () => void;
  "data-testid"?: string;
}

export function SuggestField(props: SuggestFieldProps) {
  const { value, onText, groups, large = false, invalid = false, mono = false } = props;
  // What stands in the field when the list opens is a value, not a search: everything is offered until something is typed.
  const [typed, setTyped] = useState(false);
  const { shown, more } = offered(groups, typed ? value : "");
  return (
    <Autocomplete.Root
      items={shown}
      value={value}
      onValueChange={(text, details) => {
        setTyped(details.reason === "input-change");
        onText(text);
      }}
      onOpenChange={(open) => {
        if (open) return;
        setTyped(false);
      }}
      itemToStringValue={(item: Suggestion) => item.value}
      // What is offered is narrowed already.
      filter={null}
    >
      <Autocomplete.InputGroup
        className={`${styles.field} ${large ? styles.large : ""}`}
        data-invalid={invalid || undefined}
      >
        <Autocomplete.Input
          {...PLAIN_TEXT}
          id={props.id}
          className={mono ? "mono" : undefined}
          placeholder={props.placeholder}
          aria-label={props.label}
          aria-describedby={props.describedBy}
          aria-invalid={invalid || undefined}
          autoFocus={props.autoFocus}
          onFocus={props.onFocus}
          onBlur={props.onBlur}
          onKeyDown={(event) => {
            const choosing = event.currentTarget.hasAttribute("aria-activedescendant");
            if (event.key === "Enter" && !choosing) props.onEnter?.();
          }}
          data-testid={props["data-testid"]}
        />
        <Autocomplete.Trigger aria-label="Show suggestions" tabIndex={-1}>
          <ChevronDown size={13} color="var(--text-3)" />
        </Autocomplete.Trigger>
      </Autocomplete.InputGroup>
      <SuggestionList more={more} mono={mono} />
    </Autocomplete.Root>
  );
}

/** What is suggested, in groups, and how many more there are. */
function SuggestionList({ more, mono }: { more: number; mono: boolean }) {
  return (
    <Autocomplete.Portal>
      <Autocomplete.Positioner className={styles.popup ?? ""} sideOffset={4} align="start">
        <Autocomplete.Popup>
          <Autocomplete.List className={styles.list ?? ""}>
            {(group: SuggestionGroup) => (
              <Autocomplete.Group key={group.label} items={group.items}>
                <Autocomplete.GroupLabel className={styles.listLabel ?? ""}>{group.label}</Autocomplete.GroupLabel>
                <Autocomplete.Collection>
                  {(item: Suggestion) => (
                    <Autocomplete.Item key={item.value} value={item} className={styles.listItem ?? ""}>
                      {item.mark}
                      <span className={mono ? "mono line" : "line"}>{item.value}</span>
                      {item.hint !== undefined && <small className="line">{item.hint}</small>}
                    </Autocomplete.Item>
                  )}
                </Autocomplete.Collection>
              </Autocomplete.Group>
            )}
          </Autocomplete.List>
          {more > 0 && (
            <p className={styles.listMore} data-testid="suggestions-more">
              {counted(more, "more", "more")}. Type a part of the name.
            </p>
          )}
        </Autocomplete.Popup>
      </Autocomplete.Positioner>
    </Autocomplete.Portal>
  );
}
