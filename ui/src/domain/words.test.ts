// @vitest-environment node
import { expect, test } from "vitest";
import { exitBadge, exitWords, heldKeys, nextTry, waitWords } from "./words";

test("an exit status is said as it is, and -1 is a signal", () => {
  expect([0, 1, 255].map(exitWords)).toEqual(["Exit status 0", "Exit status 1", "Exit status 255"]);
  expect(exitWords(-1)).toBe("Killed by a signal");
  expect([0, 3, -1].map(exitBadge)).toEqual(["Exit 0", "Exit 3", "Killed"]);
});

test("the next try counts down in whole seconds and never below one", () => {
  const now = 1_000_000;
  expect(nextTry(now + 4000, now)).toBe("Next try in 4 s.");
  expect(nextTry(now + 3001, now)).toBe("Next try in 4 s.");
  expect(nextTry(now + 1, now)).toBe("Next try in 1 s.");
  expect(nextTry(now + 65_000, now)).toBe("Next try in 1 m 5 s.");
});

test("a try that is due or under way is happening now", () => {
  expect(nextTry(null, 0)).toBe("Trying now.");
  expect(nextTry(10, 10)).toBe("Trying now.");
  expect(nextTry(10, 9999)).toBe("Trying now.");
});

test("held keys are said in bytes as soon as there are any", () => {
  expect(heldKeys(0)).toBe("What you type is held.");
  expect(heldKeys(1)).toBe("What you typed is held (1 byte).");
  expect(heldKeys(12_438)).toBe("What you typed is held (12,438 bytes).");
});

test("a wait is counted up to its limit, with the attempts where there are some", () => {
  expect(waitWords({ sinceMs: 1000, limitS: 60, attempts: 4 }, 13_900)).toBe("12 s of 60 s, attempt 4");
  expect(waitWords({ sinceMs: 1000, limitS: 60, attempts: 20 }, 90_000)).toBe("60 s of 60 s, attempt 20");
  expect(waitWords({ sinceMs: 5000, limitS: 600, attempts: null }, 4000)).toBe("0 s");
});
