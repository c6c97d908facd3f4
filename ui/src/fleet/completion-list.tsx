/** The suggestions under the search field. */
import { Keys } from "../kit/button";
import { figure } from "../kit/words";
import type { CompletionBox } from "./completing";
import styles from "./completion-list.module.css";

export function CompletionList({ completion: { suggestions, chosen, take, id } }: { completion: CompletionBox }) {
  if (suggestions.length === 0) return null;
  return (
    <div className={styles.list} data-testid="completion">
      <div role="listbox" id={id} aria-label="Completions">
        {suggestions.map((suggestion, index) => (
          <div
            key={suggestion.text}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={styles.item}
            data-testid="completion-item"
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggestion)}
            onKeyDown={undefined}
          >
            <span className={`${styles.shown} line mono`}>{suggestion.shown}</span>
            <span className={styles.more}>
              {suggestion.count === null ? suggestion.meaning : figure(suggestion.count)}
            </span>
          </div>
        ))}
      </div>
      <div className={styles.foot}>
        <Keys keys={["Tab"]} /> Take <Keys keys={["Alt", "↓"]} /> Choose
      </div>
    </div>
  );
}
