/** Searches in the terminal that is shown. */
import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { useEffect } from "react";
import { IconButton } from "../kit/button";
import { TextField } from "../kit/controls";
import { figure } from "../kit/words";
import { terminalOf } from "../terminal/terminals";

import { showFind, useFind } from "./find-store";
import styles from "./panes.module.css";

export function FindBar({ tab }: { tab: number }) {
  const { text, current, count } = useFind();
  const find = (direction: 1 | -1) => terminalOf(tab)?.find(text, direction, false);
  useEffect(() => {
    if (text === "") useFind.setState({ current: 0, count: 0 });
    terminalOf(tab)?.find(text, 1, true);
  }, [tab, text]);
  useEffect(() => () => terminalOf(tab)?.endFind(), [tab]);
  const close = () => {
    showFind(false);
    terminalOf(tab)?.focus();
  };
  return (
    <search className={styles.find}>
      <TextField
        autoFocus
        aria-label="Find in the terminal"
        icon={<Search size={13} />}
        value={text}
        onText={(typed) => useFind.setState({ text: typed })}
        data-testid="find"
        onKeyDown={(event) => {
          if (event.key === "Enter") find(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") close();
          else return;
          event.preventDefault();
        }}
      />
      <span className={styles.found} aria-live="polite" data-testid="find-count">
        {text === "" ? "" : count === 0 ? "No match" : `${figure(Math.max(current, 1))} of ${figure(count)}`}
      </span>
      <IconButton label="Previous match" onClick={() => find(-1)}>
        <ChevronUp size={14} />
      </IconButton>
      <IconButton label="Next match" onClick={() => find(1)}>
        <ChevronDown size={14} />
      </IconButton>
      <IconButton label="Close" onClick={close}>
        <X size={14} />
      </IconButton>
    </search>
  );
}
