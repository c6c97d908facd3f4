/** An error in the place it belongs to: the cause, the next step, and what AWS said. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** What went wrong, in words. */
interface Problem {
  /** The cause, as a sentence. */
  message: string;
  nextStep: string;
  /** What the other side said, word for word. */
  detail: string | null;
}

export function Notice({ error, children }: { error: Problem; children?: ReactNode }) {
  return (
    <div className={styles.notice} role="alert">
      <CircleAlert size={13} />
      <div className={styles.words}>
        <b>{error.message}</b> {error.nextStep}
        {error.detail !== null && (
          <div className={styles.detail} data-selectable>
            {error.detail}
          </div>
        )}
        {children}
      </div>
    </div>
  );
}
