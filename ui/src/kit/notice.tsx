/** An error in the place it belongs to: the cause, the next step, and what AWS said. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ErrorView } from "../ipc/contract";
import styles from "./notice.module.css";

export function Notice({ error, children }: { error: ErrorView; children?: ReactNode }) {
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
