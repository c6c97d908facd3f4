/** The time, for texts that say how old something is. */
import { useEffect, useState } from "react";

/** The time in milliseconds, renewed at this pace while the component is shown. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
