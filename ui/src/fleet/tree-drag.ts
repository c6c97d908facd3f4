/** Saved rows are dragged by the pointer, as tabs are: onto a group, in front of a row, or behind it. */
import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { PlaceView, SavedItemView } from "../ipc/contract";
import { useConnections } from "../saved/connections";
import { type DropPart, moveTo, placeOfDrop } from "../saved/moving";
import type { Row } from "./row";
import type { RowList } from "./row-list";

/** A press that moves this far is a drag and no click. */
const DRAG_PX = 5;

/** The row that something would be dropped on. */
export interface Drop {
  key: string;
  part: DropPart;
  place: PlaceView;
}

interface Drag {
  item: SavedItemView;
  key: string;
  y: number;
  moving: boolean;
}

/** A group or a connection as what can be moved; null for any other row. */
export function itemOf(row: Row | undefined): SavedItemView | null {
  if (row?.kind === "group") return { kind: "group", id: row.group.id };
  return row?.kind === "connection" ? { kind: "connection", id: row.connection.id } : null;
}

export function useTreeDrag(rows: RowList) {
  const drag = useRef<Drag | null>(null);
  const [drop, setDrop] = useState<Drop | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const end = () => {
    drag.current = null;
    setDrop(null);
    setDragged(null);
  };
  useEscape(dragged !== null, end);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const row = rowAt(rows, event.target as Element);
    const item = itemOf(row);
    if (event.button !== 0 || item === null || row === undefined) return;
    drag.current = { item, key: row.key, y: event.clientY, moving: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const now = drag.current;
    if (now === null || (!now.moving && Math.abs(event.clientY - now.y) < DRAG_PX)) return;
    if (!now.moving) {
      now.moving = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(now.key);
    }
    setDrop(dropAt(rows, now.item, event.clientX, event.clientY));
  };
  const onPointerUp = () => {
    const now = drag.current;
    if (now?.moving === true && drop !== null) void moveTo(now.item, drop.place);
    end();
  };
  return { drop, dragged, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: end } };
}

/** Escape leaves everything where it is. */
function useEscape(active: boolean, end: () => void) {
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") end();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  });
}

function dropAt(rows: RowList, item: SavedItemView, x: number, y: number): Drop | null {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-row]") ?? null;
  const row = element === null ? undefined : rowAt(rows, element);
  const on = itemOf(row);
  if (element === null || row === undefined || on === null) return null;
  const { top, height } = element.getBoundingClientRect();
  const part = partOf((y - top) / height, on.kind);
  const place = placeOfDrop(item, on, part, useConnections.getState());
  return place === null ? null : { key: row.key, part, place };
}

/** A group takes what is dropped on its middle. */
function partOf(share: number, kind: SavedItemView["kind"]): DropPart {
  if (kind === "connection") return share < 0.5 ? "before" : "after";
  if (share < 0.25) return "before";
  return share > 0.75 ? "after" : "into";
}

function rowAt(rows: RowList, target: Element): Row | undefined {
  const key = target.closest("button") === null ? target.closest<HTMLElement>("[data-row]")?.dataset.row : undefined;
  return key === undefined ? undefined : rows.at(rows.indexOf(key));
}
