/** What is being started, stopped or rebooted now. */
import { Power } from "lucide-react";
import { Progress } from "../kit/progress";
import { taskWords, usePower } from "../power/power";
import styles from "./status-bar.module.css";

/** In the status bar, while there is something under way. */
export function PowerState() {
  const tasks = usePower((now) => now.tasks);
  const [task] = [...tasks.values()].slice(-1);
  if (task === undefined) return null;
  const others = tasks.size === 1 ? "" : ` and ${tasks.size - 1} more`;
  const reached = task.done + task.failures.length;
  return (
    <span className={styles.item} data-testid="status-power" aria-live="polite">
      <Power size={12} />
      {`${taskWords(task)}${others}`}
      {task.total > 1 && <Progress width={54} share={reached / task.total} label={taskWords(task)} />}
    </span>
  );
}
