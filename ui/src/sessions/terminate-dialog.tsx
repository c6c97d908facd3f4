/** Asks before sessions end: which ones, and what may be running in them. */
import { ArrowLeftRight, SquareX } from "lucide-react";
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

export function TerminateDialog({
  tabs: ids,
  forwards = 0,
  leaving,
  run,
  onClose,
}: Terminate & { onClose: () => void }) {
  const all = useSessions((now) => now.tabs);
  const tabs = all.filter((tab) => ids.includes(tab.id));
  const [noMore, setNoMore] = useState(false);
  const choice = useId();
  const safe = useRef<HTMLButtonElement>(null);
  const onlyIdle = tabs.length > 0 && !tabs.some(isAlwaysAsked);
  const go = () => {
    onClose();
    if (noMore) void saveSettings({ askBeforeTerminatingIdle: false });
    run();
  };
  return (
    <Dialog
      title={titleOf(tabs, forwards, leaving)}
      text={textOf(tabs, forwards)}
      icon={<SquareX className={styles.icon} size={18} />}
      width={480}
      onClose={onClose}
      onRun={go}
      initialFocus={safe}
      testId="terminate-dialog"
      actions={
        <>
          <Button ref={safe} size="lg" onClick={onClose} data-testid="terminate-keep">
            {tabs.length + forwards === 1 ? "Keep it" : "Keep them"} <Keys keys={["Esc"]} />
          </Button>
          <Button look="danger" size="lg" onClick={go} data-testid="terminate">
            {actionOf(tabs, leaving)} <Keys keys={caps("Mod+Enter", isMac)} />
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
        {forwards > 0 && (
          <li className={styles.session} data-testid="terminate-forwards">
            <ArrowLeftRight size={14} />
            <b className="line">{counted(forwards, "port forward")}</b>
            <span className={styles.stake}>On</span>
          </li>
        )}
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

/** A forward is stopped, a session terminated. */
function actionOf(tabs: readonly TabView[], leaving: Terminate["leaving"]): string {
  const action = leaving === undefined ? "Terminate" : LEAVING[leaving].action;
  return tabs.length === 0 ? action.replace("Terminate", "Stop") : action;
}

function titleOf(tabs: readonly TabView[], forwards: number, leaving: Terminate["leaving"]): string {
  const [first] = tabs;
  const what =
    tabs.length === 1 && first !== undefined ? `the session on ${first.title}` : counted(tabs.length, "session");
  const begin = leaving === undefined ? "Terminate" : LEAVING[leaving].title;
  if (forwards === 0) return `${begin} ${what}?`;
  const stopped = counted(forwards, "forward");
  if (tabs.length > 0) return `${begin} ${what} and ${stopped}?`;
  return `${begin.replace("terminate", "stop")} ${stopped}?`;
}

function textOf(tabs: readonly TabView[], forwards: number): string {
  if (tabs.length === 0)
    return `${forwards === 1 ? "Its port closes" : "Their ports close"} for the programs that use them.`;
  const isIdle = tabs.every((tab) => stakeOf(tab) === "idle" || stakeOf(tab) === "nothing");
  if (tabs.length === 1) return isIdle ? "Its shell ends for good." : "What runs in it stops.";
  return isIdle ? "Their shells end for good." : "What runs in them stops.";
}
