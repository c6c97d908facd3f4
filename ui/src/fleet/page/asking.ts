/** Asks the program for the rows in view: one question at a time, and again when something changed. */
import { client, errorView } from "../../ipc/client";
import type { FleetPageAsk, NodeView } from "../../ipc/contract";
import { useProgram } from "../../program/program";
import { useFleet } from "../fleet";
import { useFleetPage } from "./fleet-page";

/** Rows that are asked for around those in view. */
const AROUND = 60;
/** Rows that are kept besides those in view. */
const KEPT = 2000;
/** Between two answers to changes of the fleet: more often nobody can read. */
const PAUSE_MS = 250;
/** While typing, so that a word is searched for and not each of its letters. */
const TYPING_MS = 80;

let inView = { from: 0, to: 40 };
/** Tells answers to what is asked now from those to what was asked before. */
let asked = 0;
let busy = false;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What the page asks for, with what the settings leave out. */
export function askNow(): FleetPageAsk {
  return { ...useFleetPage.getState().ask, onlyRunning: useProgram.getState().settings.onlyRunning };
}

/** Everything is asked anew. While a question is open, one more follows it. */
export async function refresh(): Promise<void> {
  asked += 1;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    await askOnce();
  } while (again);
  busy = false;
}

async function askOnce() {
  const number = asked;
  const from = Math.max(0, inView.from - AROUND);
  const began = performance.now();
  try {
    const { rows, from: at, ...view } = await client.fleetPage(askNow(), from, inView.to - from + AROUND);
    if (number !== asked) return;
    const tookMs = performance.now() - began;
    const current = Math.min(useFleetPage.getState().current, Math.max(0, view.matching - 1));
    useFleetPage.setState({ view, rows: placed(rows, at), tookMs, error: null, current });
  } catch (thrown) {
    if (number === asked) useFleetPage.setState({ error: errorView(thrown) });
  }
}

/** Other rows came into view; those that are not known yet are asked for. */
export function look(from: number, to: number) {
  inView = { from, to };
  const { rows, view } = useFleetPage.getState();
  const end = Math.min(to, (view?.matching ?? 0) - 1);
  for (let at = from; at <= end; at += 1) if (!rows.has(at)) return void askMore();
}

async function askMore() {
  if (busy) return;
  busy = true;
  const [number, from] = [asked, Math.max(0, inView.from - AROUND)];
  try {
    const answer = await client.fleetPage(askNow(), from, inView.to - from + AROUND);
    if (number === asked) addRows(answer.rows, answer.from);
  } catch (thrown) {
    useFleetPage.setState({ error: errorView(thrown) });
  }
  busy = false;
  if (again || number !== asked) void refresh();
  else look(inView.from, inView.to);
}

function addRows(rows: readonly NodeView[], at: number) {
  const known = new Map(useFleetPage.getState().rows);
  for (const [place, row] of placed(rows, at)) known.set(place, row);
  for (const place of known.keys()) if (Math.abs(place - inView.from) > KEPT) known.delete(place);
  useFleetPage.setState({ rows: known });
}

function placed(rows: readonly NodeView[], at: number): Map<number, NodeView> {
  return new Map(rows.map((row, offset) => [at + offset, row]));
}

/** Keys of the rows from one place to another, both included, be they known or not. */
export async function keysBetween(from: number, to: number): Promise<string[]> {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const { rows } = useFleetPage.getState();
  const known = Array.from({ length: last - first + 1 }, (_, offset) => rows.get(first + offset)?.key);
  if (known.every((key) => key !== undefined)) return known;
  return client.fleetPageKeys(askNow(), first, last - first + 1);
}

/** Follows what is asked for, the settings and the fleet, until the returned function is called. */
export function watchFleet(): () => void {
  let last = 0;
  const soon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      last = Date.now();
      void refresh();
    }, ms);
  };
  // What waits already will know of this change too.
  const onChange = () => {
    if (timer === undefined) soon(Math.max(0, last + PAUSE_MS - Date.now()));
  };
  const ends = [
    useFleet.subscribe(onChange),
    useProgram.subscribe(({ settings }, before) => {
      if (settings.onlyRunning !== before.settings.onlyRunning) soon(0);
    }),
    useFleetPage.subscribe(({ ask }, before) => {
      if (ask !== before.ask) soon(ask.query === before.ask.query ? 0 : TYPING_MS);
    }),
  ];
  void refresh();
  return () => {
    clearTimeout(timer);
    timer = undefined;
    for (const end of ends) end();
  };
}
