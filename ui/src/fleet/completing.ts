/** Completion of a question at the cursor: Tab takes the first suggestion, Alt and an arrow choose another one. */
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { client } from "../ipc/client";
import type { CompletionView, SuggestionView } from "../ipc/contract";
import { selection } from "./selection";

export interface CompletionBox {
  suggestions: readonly SuggestionView[];
  /** The place of the chosen one; -1 while none is. */
  chosen: number;
  take: (suggestion: SuggestionView) => void;
  close: () => void;
  /** The text was changed by typing. */
  typed: () => void;
  /** Whether the key was for the list. */
  onKey: (event: KeyboardEvent<HTMLInputElement>) => boolean;
  /** What the field says of the list. */
  field: Record<string, string | boolean | undefined>;
  id: string;
}

const NONE: CompletionView = { from: 0, to: 0, suggestions: [] };

export function useCompletion(input: RefObject<HTMLInputElement | null>): CompletionBox {
  const id = useId();
  const [completion, setCompletion] = useState(NONE);
  const [chosen, setChosen] = useState(-1);
  const caret = useRef<number | null>(null);
  const close = () => {
    setCompletion(NONE);
    setChosen(-1);
  };
  const typed = () => void completionOf(input).then((found) => show(found));
  const show = (found: CompletionView | null) => {
    if (found === null) return;
    setCompletion(found);
    setChosen(-1);
  };
  const take = ({ text }: SuggestionView) => {
    const before = input.current?.value ?? "";
    selection.search(before.slice(0, completion.from) + text + before.slice(completion.to));
    caret.current = completion.from + text.length;
    close();
  };
  // The caret can only go where the text is, and what follows a key is completed at once.
  useEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
    typed();
  });
  const { suggestions } = completion;
  const onKey = (event: KeyboardEvent<HTMLInputElement>): boolean => {
    if (event.ctrlKey && event.key === " ") typed();
    else if (suggestions.length === 0) return false;
    else if (event.altKey && event.key === "ArrowDown") setChosen((chosen + 1) % suggestions.length);
    else if (event.altKey && event.key === "ArrowUp") setChosen((chosen <= 0 ? suggestions.length : chosen) - 1);
    else if (event.key === "Escape") close();
    else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && chosen >= 0))
      take(suggestions[Math.max(0, chosen)] as SuggestionView);
    else return false;
    return true;
  };
  const isOpen = suggestions.length > 0;
  const field = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": isOpen,
    "aria-controls": isOpen ? id : undefined,
    "aria-activedescendant": isOpen && chosen >= 0 ? `${id}-${chosen}` : undefined,
  };
  return { suggestions, chosen, take, close, typed, onKey, field, id };
}

/** Null where the text was changed meanwhile, or nothing can be said. */
async function completionOf(input: RefObject<HTMLInputElement | null>): Promise<CompletionView | null> {
  const field = input.current;
  if (field === null || field.selectionStart !== field.selectionEnd) return NONE;
  const { value, selectionStart } = field;
  if (value.trim() === "") return NONE;
  const found = await client.fleetComplete(value, selectionStart ?? value.length).catch(() => NONE);
  if (input.current?.value !== value || document.activeElement !== field) return null;
  // What stands there already needs no completion.
  const there = value.slice(found.from, found.to);
  return { ...found, suggestions: found.suggestions.filter(({ text }) => text !== there) };
}
