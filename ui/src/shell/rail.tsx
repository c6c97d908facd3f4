/** The rail: the pages there are. */
import { ArrowLeftRight, Server, Settings, SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import { useKeysOf } from "../actions/keymap";
import type { ActionId } from "../actions/table";
import { isOn, useForwards } from "../forwards/forwards";
import { Tip } from "../kit/button";
import { counted } from "../kit/words";
import { isLive, useSessions } from "../sessions/sessions";
import { frame, type Page, useFrame } from "../window/frame";
import styles from "./frame.module.css";

export function Rail() {
  const live = useSessions((now) => now.tabs.filter(isLive).length);
  const forwards = useForwards((now) => now.forwards.filter(isOn).length);
  return (
    <nav className={styles.rail} data-keeps-focus data-area="rail" aria-label="Pages">
      <RailButton
        page="workbench"
        label="Terminals"
        name={live > 0 ? `Terminals, ${counted(live, "session")}` : "Terminals"}
        testId="terminals-open"
        action="show-terminals"
      >
        <SquareTerminal size={18} />
        {live > 0 && <span className={styles.badge}>{live}</span>}
      </RailButton>
      <RailButton page="fleet" label="Fleet" testId="fleet-open" action="show-fleet">
        <Server size={18} />
      </RailButton>
      <RailButton
        page="forwards"
        label="Port forwards"
        name={forwards > 0 ? `Port forwards, ${counted(forwards, "forward")} on` : "Port forwards"}
        testId="forwards-open"
        action="show-forwards"
      >
        <ArrowLeftRight size={18} />
        {forwards > 0 && <span className={styles.badge}>{forwards}</span>}
      </RailButton>
      <span className={styles.grow} />
      <RailButton page="settings" label="Settings" testId="settings-open" action="settings">
        <Settings size={18} />
      </RailButton>
    </nav>
  );
}

interface RailButtonProps {
  page: Page;
  label: string;
  /** What it is called where the label leaves out what is written on it. */
  name?: string;
  testId: string;
  action: ActionId;
  children: ReactNode;
}

function RailButton(props: RailButtonProps) {
  const current = useFrame((now) => now.page === props.page);
  const keys = useKeysOf(props.action);
  return (
    <Tip text={props.label} side="right" keys={keys}>
      <button
        type="button"
        className={styles.railButton}
        aria-label={props.name ?? props.label}
        aria-current={current ? "page" : undefined}
        onClick={() => frame.show(props.page)}
        data-testid={props.testId}
      >
        {props.children}
      </button>
    </Tip>
  );
}
