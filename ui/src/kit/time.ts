/** The time, for texts that say how old something is. A window that nobody sees keeps no time. */
import { useEffect, useState } from "react";

/** The time in milliseconds, renewed at this pace while the component is shown. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => whileVisible(everyMs, () => setNow(Date.now())), [everyMs]);
  return now;
}

/** A text of the time, which is drawn only when it has become another one: each drawing costs, where no card does it. */
export function useTimeText(everyMs: number, text: (nowMs: number) => string): string {
  const [, setDrawn] = useState("");
  useEffect(() => whileVisible(everyMs, () => setDrawn(text(Date.now()))), [everyMs, text]);
  return text(Date.now());
}

/** Calls `tick` at this pace while the page is visible, and at once when it is visible again. */
function whileVisible(everyMs: number, tick: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const follow = () => {
    clearInterval(timer);
    if (document.hidden) return;
    tick();
    timer = setInterval(tick, everyMs);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", follow);
  };
}
