/** Asks before several lines are pasted into a shell that would run each of them. */
import { ClipboardPaste } from "lucide-react";
import { useRef, useState } from "react";
import { EnvChip } from "../domain/glyphs";
import { Button, Keys } from "../kit/button";
import { CheckBox } from "../kit/controls";
import { Dialog } from "../kit/dialog";
import { counted } from "../kit/words";
import { useSessions } from "../sessions/sessions";
import { caps } from "../window/chords";
import { closeDialog, type Paste } from "../window/dialogs";
import { isMac } from "../window/platform";
import styles from "./paste-dialog.module.css";

/** More lines than these are counted, not shown. */
const SHOWN_LINES = 200;

export function PasteDialog({ tab: tabId, text, paste }: Paste) {
  const tab = useSessions((now) => now.tabs.find((other) => other.id === tabId));
  const ends = text.endsWith("\n");
  const [dropLast, setDropLast] = useState(true);
  const safe = useRef<HTMLButtonElement>(null);
  const lines = (ends ? text.slice(0, -1) : text).split("\n");
  const production = tab?.environment === "prod";
  const go = () => {
    closeDialog();
    paste(ends && dropLast ? text.slice(0, -1) : text);
  };
  return (
    <Dialog
      title={
        production
          ? `Paste ${counted(lines.length, "line")} into production?`
          : `Paste ${counted(lines.length, "line")}?`
      }
      text="Every line break acts as Enter."
      icon={<ClipboardPaste className={styles.icon} size={18} />}
      width={600}
      onClose={closeDialog}
      initialFocus={safe}
      testId="paste-dialog"
      actions={
        <>
          <Button ref={safe} size="lg" onClick={closeDialog}>
            Do not paste <Keys keys={["Esc"]} />
          </Button>
          <Button look={production ? "danger" : "primary"} size="lg" onClick={go} data-testid="paste-confirm">
            Paste <Keys keys={caps("Mod+Enter", isMac)} />
          </Button>
        </>
      }
    >
      <div
        className={styles.body}
        role="presentation"
        ref={(element) => {
          const dialog = element?.closest("form");
          const onKey = (event: KeyboardEvent) => {
            if (event.key !== "Enter" || !(isMac ? event.metaKey : event.ctrlKey)) return;
            event.preventDefault();
            go();
          };
          dialog?.addEventListener("keydown", onKey);
          return () => dialog?.removeEventListener("keydown", onKey);
        }}
      >
        {tab !== undefined && (
          <div className={styles.scope}>
            <EnvChip environment={tab.environment}>{tab.profile ?? "AWS default"}</EnvChip>
            <b className="line">{tab.title}</b>
            <small>{counted(text.length, "character")}</small>
          </div>
        )}
        <PastedLines lines={lines} />
        {ends && (
          <div className={styles.choice}>
            <CheckBox
              label="Drop the last line break"
              labelledBy="drop-last"
              checked={dropLast}
              onChange={setDropLast}
            />
            <span id="drop-last">Drop the last line break</span>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function PastedLines({ lines }: { lines: readonly string[] }) {
  return (
    <>
      <ol className={styles.lines} data-selectable>
        {lines.slice(0, SHOWN_LINES).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <li key={index} data-line={index + 1}>
            <span>{line}</span>
          </li>
        ))}
      </ol>
      {lines.length > SHOWN_LINES && <p>{counted(lines.length - SHOWN_LINES, "more line")}</p>}
    </>
  );
}
