/** A bar that fills. */
import styles from "./progress.module.css";

/** How far something is, 0 to 1; it moves in steps as pages arrive. */
export function Progress({ share, width, label }: { share: number; width: number; label: string }) {
  return (
    <span
      className={styles.progress}
      style={{ width }}
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ transform: `scaleX(${Math.max(0, Math.min(1, share))})` }} />
    </span>
  );
}
