/** What the palette shows: nodes and saved connections are found by the program, which answers a moment after the letter. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { client } from "../ipc/client";
import type { BestView } from "../ipc/contract";
import { usedKeys } from "../sessions/recently-used";
import { type Everything, find, MANY, questionOf, type SearchResult } from "./search";

const NOTHING: BestView = { nodes: [], matchingNodes: 0, connections: [], matchingConnections: 0 };

interface PaletteAnswer {
  /** The text that it answers. */
  text: string;
  view: BestView;
}

/** All kinds at once when the program has answered: what is listed and chosen is of one text. */
export function useResult(text: string, everything: Everything): SearchResult {
  const answer = useAnswer(text, everything);
  const [found, setFound] = useState(() => ({ result: find("", everything, NOTHING), of: NOTHING }));
  const { result, of } = found;
  if (result.text === answer.text && result.all === everything && of === answer.view) return result;
  const next = find(answer.text, everything, answer.view, result);
  setFound({ result: next, of: answer.view });
  return next;
}

function useAnswer(text: string, everything: Everything): PaletteAnswer {
  const question = questionOf(text);
  const [answer, setAnswer] = useState<PaletteAnswer>({ text: "", view: NOTHING });
  const latest = useRef(text);
  latest.current = text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another fleet or other connections give another answer
  useEffect(() => {
    if (question === null) return;
    const request = { ask: { query: question, onlyRunning: false }, limit: MANY, used: [...usedKeys()] };
    // Without an answer the rest is found all the same.
    const asked = client.fleetBest(request).catch(() => NOTHING);
    void asked.then((view) => latest.current === text && setAnswer({ text, view }));
  }, [text, question, everything]);
  return question === null ? { text, view: NOTHING } : answer;
}

/** Enter on a text that is not answered yet takes what is meant once it is. */
export function useEnterLater({ text, best }: SearchResult, run: (id: string) => void) {
  const waiting = useRef<string | null>(null);
  useEffect(() => {
    const isMeant = waiting.current === text;
    if (!isMeant) return;
    waiting.current = null;
    if (best !== null) run(best);
  });
  return (event: KeyboardEvent<HTMLInputElement>): boolean => {
    const { value } = event.currentTarget;
    const { isComposing } = event.nativeEvent;
    if (event.key !== "Enter" || isComposing || value === text) {
      waiting.current = null;
      return false;
    }
    waiting.current = value;
    event.preventDefault();
    return true;
  };
}
