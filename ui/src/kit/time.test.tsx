import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useNow, useTimeText } from "./time";

let drawn = 0;
const minutes = (now: number) => `${Math.floor(now / 60_000)} min`;

function Age() {
  drawn += 1;
  return <p>{useTimeText(1000, minutes)}</p>;
}

function Clock() {
  return <p>{useNow(1000)}</p>;
}

function hide(hidden: boolean) {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
}

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  drawn = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a text of the time is drawn when it has become another one, and not each second", () => {
  render(<Age />);
  pass(1000);
  const before = drawn;
  pass(58_000);
  expect(drawn).toBe(before);
  pass(1000);
  expect(screen.getByText("1 min")).toBeDefined();
  expect(drawn).toBeGreaterThan(before);
});

test("a hidden page keeps no time, and knows it at once when it is shown again", () => {
  render(<Clock />);
  hide(true);
  expect(vi.getTimerCount()).toBe(0);
  pass(5000);
  expect(screen.getByText("0")).toBeDefined();
  hide(false);
  expect(screen.getByText("5000")).toBeDefined();
});
