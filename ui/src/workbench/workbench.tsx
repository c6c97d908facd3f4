/** Tabs and panes; loaded after the frame, because it brings the terminal along. */
import "@xterm/xterm/css/xterm.css";
import type { ReactNode } from "react";
import { Panes } from "./panes";
import styles from "./panes.module.css";
import { TabStrip } from "./tab-strip";

/** The inspector is not this feature's own; it shares the place below the tabs. */
export default function Workbench({ inspector }: { inspector: ReactNode }) {
  return (
    <>
      <TabStrip />
      <div className={styles.body}>
        <Panes />
        {inspector}
      </div>
    </>
  );
}
