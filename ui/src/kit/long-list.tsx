/** A list of any length: only the rows in view are in the document, and the one that has the focus. */
import { type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import styles from "./long-list.module.css";

export interface LongListHandle {
  /** Puts the focus into a row, wherever the list is scrolled to; `on` names a part of it. */
  focus: (index: number, on?: string) => void;
}

interface LongListProps<Item> {
  items: readonly Item[];
  keyOf: (item: Item) => string | number;
  rowHeight: number;
  children: (item: Item, index: number) => ReactNode;
  /** What scrolls, where it is not the list itself. */
  scroller?: HTMLElement | null;
  /** Rows may be higher than they are thought to be. */
  measured?: boolean;
  handle?: RefObject<LongListHandle | null>;
  /** Within a row, what takes the focus. */
  focusOn?: string;
  className?: string | undefined;
  /** `list` with its items; `presentation` where the rows say themselves what they are. */
  role?: "list" | "presentation";
  label?: string;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function LongList<Item>(props: LongListProps<Item>) {
  const { items, keyOf, rowHeight, children, measured = false, focusOn = "button", role = "list" } = props;
  const own = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const margin = useMargin(own, props.scroller);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => (props.scroller === undefined ? own.current : props.scroller),
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: margin,
    rangeExtractor: (range) => drawnOf(range, focused),
  });
  const focusWhenDrawn = useFocusWhenDrawn(own);
  useImperativeHandle(props.handle, () => ({
    focus: (index, on = focusOn) => {
      focusWhenDrawn(`[data-index="${index}"] ${on}`);
      setFocused(index);
      virtualizer.scrollToIndex(index, { align: "auto" });
    },
  }));
  const onFocus = ({ target }: FocusEvent) => {
    const row = target.closest<HTMLElement>("[data-index]");
    if (row !== null) setFocused(Number(row.dataset.index));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes where the focus is
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is a property
    <div
      ref={own}
      className={props.className}
      role={role}
      aria-label={props.label}
      onFocus={onFocus}
      onKeyDown={props.onKeyDown}
    >
      <div className={styles.sizer} style={{ height: virtualizer.getTotalSize() }} role="presentation">
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role depends on the list's
            <div
              key={key}
              ref={measured ? virtualizer.measureElement : undefined}
              data-index={index}
              className={styles.slot}
              style={{ transform: `translateY(${start - margin}px)`, ...(!measured && { height: rowHeight }) }}
              role={role === "list" ? "listitem" : "presentation"}
              aria-setsize={role === "list" ? items.length : undefined}
              aria-posinset={role === "list" ? index + 1 : undefined}
            >
              {children(item, index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The rows to draw: those in view with some around them, and the one that has the focus. */
function drawnOf({ startIndex, endIndex, overscan, count }: Range, focused: number | null): number[] {
  const [from, to] = [Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan)];
  const shown = Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
  if (focused === null || focused >= count || (focused >= from && focused <= to)) return shown;
  return [...shown, focused].sort((a, b) => a - b);
}

/** Puts the focus on what a selector names in the list, once it is drawn. */
function useFocusWhenDrawn(list: RefObject<HTMLElement | null>): (selector: string) => void {
  const wanted = useRef<string | null>(null);
  const [, setAsked] = useState(0);
  useEffect(() => {
    const element = wanted.current === null ? null : list.current?.querySelector<HTMLElement>(wanted.current);
    if (element == null) return;
    wanted.current = null;
    element.focus({ preventScroll: true });
  });
  return (selector) => {
    wanted.current = selector;
    setAsked((before) => before + 1);
  };
}

/** How far below the top of what scrolls the list begins. */
function useMargin(own: RefObject<HTMLElement | null>, scroller: HTMLElement | null | undefined): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const list = own.current;
    if (list === null || scroller == null) return;
    const top = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    setMargin((before) => (Math.abs(before - top) < 1 ? before : top));
  });
  return margin;
}
