/** A field and the list of what it finds: the field keeps the focus, arrows move the choice, Enter takes it. */
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";

interface ComboboxOptions {
  /** The field's text that the list was found for. */
  text: string;
  /** Whatever else begins the choice anew when it changes. */
  since?: string;
  /** What is listed, in its order. */
  ids: readonly string[];
  /** What Enter takes when nobody looked at the list. */
  best: string | null;
  run: (id: string) => void;
}

const PAGE = 8;

/**
 * The choice belongs to the text: it begins at the best of every new text and then stays with its item, wherever that
 * moves while the list changes under it. If the item goes, nothing is chosen and Enter does nothing.
 */
export function useCombobox({ text, since = "", ids, best, run }: ComboboxOptions) {
  const base = useId();
  const [selected, choose] = useChoice(`${since}\n${text}`, ids, best);
  const list = useScrolledTo(selected, ids);
  const pointer = useRef<string | null>(null);
  const idOf = (id: string) => `${base}-${ids.indexOf(id)}`;

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = targetOf(event.key, ids.length, selected === null ? -1 : ids.indexOf(selected));
    if (to !== null) choose(ids[to] ?? null);
    else if (event.key !== "Enter") return;
    else if (selected !== null && event.currentTarget.value === text) run(selected);
    event.preventDefault();
  };

  const onPointerMove = (id: string) => (event: PointerEvent) => {
    // Web views also tell of moves of a pointer that rests while the list changes under it.
    const at = `${event.clientX} ${event.clientY}`;
    if (pointer.current !== null && pointer.current !== at && id !== selected) choose(id);
    pointer.current = at;
  };

  return {
    selected,
    field: {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": true,
      "aria-controls": base,
      "aria-activedescendant": selected === null ? undefined : idOf(selected),
      autoComplete: "off",
      autoCorrect: "off",
      spellCheck: false,
      onKeyDown,
    },
    list: { ref: list, id: base },
    item: (id: string) => ({
      id: idOf(id),
      role: "option",
      "aria-selected": id === selected,
      "data-selected": id === selected,
      onPointerMove: onPointerMove(id),
      // The field keeps the focus.
      onMouseDown: (event: { preventDefault: () => void }) => event.preventDefault(),
      onClick: () => run(id),
    }),
  } as const;
}

export type Combobox = ReturnType<typeof useCombobox>;

function useChoice(about: string, ids: readonly string[], best: string | null) {
  const [held, hold] = useState({ about, id: best });
  let now = held;
  if (held.about !== about || (held.id === null && best !== null)) {
    now = { about, id: best };
    hold(now);
  }
  const selected = now.id !== null && ids.includes(now.id) ? now.id : null;
  return [selected, (id: string | null) => hold({ about, id })] as const;
}

/** Brings the choice into view; the first one with what stands above it. */
function useScrolledTo(selected: string | null, ids: readonly string[]) {
  const list = useRef<HTMLDivElement>(null);
  const isFirst = selected !== null && selected === ids[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new choice is brought into view
  useEffect(() => {
    if (list.current === null) return;
    if (isFirst) list.current.scrollTop = 0;
    else list.current.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selected, isFirst]);
  return list;
}

/** Where a key leads from an item; from nowhere to an end. The list is a ring for single steps. */
function targetOf(key: string, count: number, from: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowDown":
      return (from + 1) % count;
    case "ArrowUp":
      return from <= 0 ? count - 1 : from - 1;
    case "PageDown":
      return Math.min(count - 1, from + PAGE);
    case "PageUp":
      return Math.max(0, from - PAGE);
  }
  return null;
}
