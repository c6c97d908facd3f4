// @vitest-environment node
import { expect, test } from "vitest";
import { Listening } from "./listening";

function listening() {
  const heard: string[] = [];
  const one = new Listening((bytes, isNews) =>
    heard.push(`${new TextDecoder().decode(bytes)} ${isNews ? "news" : "old"}`),
  );
  return { heard, one, hear: (text: string) => one.hear(new TextEncoder().encode(text)) };
}

test("what a page before has drawn is old, and what comes behind it is news", () => {
  const { heard, one, hear } = listening();
  one.begin(5);
  for (const text of ["abc", "de", "fg", "h"]) hear(text);
  expect(heard).toEqual(["abc old", "de old", "fg news", "h news"]);
});

test("a piece that reaches beyond what is old has news in it", () => {
  const { heard, one, hear } = listening();
  one.begin(2);
  hear("abc");
  expect(heard).toEqual(["abc news"]);
});

test("what comes before the answer waits for it, in order", () => {
  const { heard, one, hear } = listening();
  hear("ab");
  hear("cd");
  expect(heard).toEqual([]);
  one.begin(2);
  hear("e");
  expect(heard).toEqual(["ab old", "cd news", "e news"]);
});

test("nothing is heard after the end", () => {
  const { heard, one, hear } = listening();
  hear("ab");
  one.stop();
  one.begin(0);
  hear("cd");
  expect(heard).toEqual([]);
});
