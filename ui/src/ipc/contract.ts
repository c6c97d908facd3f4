/** The words that page and program share; generated from the program's own types. */
import type { commands } from "./bindings";

export type * from "./bindings";

/** Every command of the window, as the program answers it. */
export type Commands = typeof commands;

/** What a command answers when it does not fail. */
export type AnswerOf<Name extends keyof Commands> = Extract<
  Awaited<ReturnType<Commands[Name]>>,
  { status: "ok" }
>["data"];
