/** Asks before sessions end: which ones, and what may be running in them. */
import { SquareX } from "lucide-react";
import { useId, useRef, useState } from "react";
import { EnvChip } from "../domain/glyphs";
import type { TabView } from "../ipc/contract";
import { Button, Keys } from "../kit/button";
import { CheckBox } from "../kit/controls";
import { Dialog } from "../kit/dialog";
import { counted } from "../kit/words";
import { saveSettings } from "../settings/actions";
import { caps } from "../window/chords";
import type { Terminate } from "../window/dialogs";
import { isMac } from "../window/platform";
import { isAlwaysAsked, type Stake, stakeOf } from "./closing";
import { useSessions } from "./sessions";
import styles from "./terminate-dialog.module.css";

export function TerminateDialog({ tabs: ids, leaving, run, onClose }: Terminate & { onClose: () => void }) {
  const all = useSessions((now) => now.tabs);
  const tabs = all.filter((tab) => ids.includes(tab.id));
  const [noMore, setNoMore] = useState(false);
  const choice = useId();
  const safe = useRef<HTMLButtonElement>(null);
  const onlyIdle = !tabs.some(isAlwaysAsked);
  const go = () => {
    onClose();
    if (noMore) void saveSettings({ askBeforeTerminatingIdle: false });
    run();
  };
  return (
    <Dialog
      title={titleOf(tabs, leaving)}
      text={textOf(tabs)}
      icon={<SquareX className={styles.icon} size={18} />}
      width={480}
      onClose={onClose}
      onRun={go}
      initialFocus={safe}
      testId="terminate-dialog"
      actions={
        <>
          <Button ref={safe} size="lg" onClick={onClose} data-testid="terminate-keep">
            {tabs.length === 1 ? "Keep it" : "Keep them"} <Keys keys={["Esc"]} />
          </Button>
          <Button look="danger" size="lg" onClick={go} data-testid="terminate">
            {leaving === undefined ? "Terminate" : LEAVING[leaving].action} <Keys keys={caps("Mod+Enter", isMac)} />
          </Button>
        </>
      }
    >
      <ul className={styles.sessions}>
        {tabs.map((tab) => (
          <li key={tab.id} className={styles.session} data-testid="terminate-session" data-stake={stakeOf(tab)}>
            <EnvChip environment={tab.environment}>{tab.profile ?? "AWS default"}</EnvChip>
            <b className="line">{tab.title}</b>
            <span className={styles.stake} data-stake={stakeOf(tab)}>
              {STAKES[stakeOf(tab)]}
            </span>
          </li>
        ))}
      </ul>
      {onlyIdle && leaving !== "demo" && leaving !== "aws" && (
        <div className={styles.choice}>
          <CheckBox
            label="Do not ask again for an idle shell outside production"
            labelledBy={choice}
            checked={noMore}
            onChange={setNoMore}
            data-testid="terminate-no-more"
          />
          <span id={choice}>Do not ask again for an idle shell outside production</span>
        </div>
      )}
    </Dialog>
  );
}

const STAKES: Record<Stake, string> = {
  program: "A program is running",
  maybe: "A program may be running",
  idle: "Idle",
  nothing: "Over",
};

const LEAVING = {
  window: { title: "Close Postern and terminate", action: "Terminate and close" },
  demo: { title: "Open the demo and terminate", action: "Terminate and go on" },
  aws: { title: "Leave the demo and terminate", action: "Terminate and leave" },
} as const;

function titleOf(tabs: readonly TabView[], leaving: Terminate["leaving"]): string {
  const [first] = tabs;
  const what =
    tabs.length === 1 && first !== undefined ? `the session on ${first.title}` : counted(tabs.length, "session");
  return `${leaving === undefined ? "Terminate" : LEAVING[leaving].title} ${what}?`;
}

function textOf(tabs: readonly TabView[]): string {
  const isIdle = tabs.every((tab) => stakeOf(tab) === "idle" || stakeOf(tab) === "nothing");
  if (tabs.length === 1) return isIdle ? "Its shell ends for good." : "What runs in it stops.";
  return isIdle ? "Their shells end for good." : "What runs in them stops.";
}
