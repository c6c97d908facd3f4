/** The commands of the program as plain functions: an answer, or a `Failure` that names cause and next step. */
import { backend } from "#backend";
import type { AnswerOf, AppEvent, Commands, ErrorView } from "./contract";

/** Why a command failed, ready to be shown. */
export class Failure extends Error {
  constructor(readonly view: ErrorView) {
    super(view.message);
    this.name = "Failure";
  }
}

export type Client = {
  [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => Promise<AnswerOf<Name>>;
};

export const client = plain(backend.commands);

export function listen(listener: (event: AppEvent) => void): Promise<() => void> {
  return backend.listen(listener);
}

/** Any thrown value as an error that can be shown. */
export function errorView(thrown: unknown): ErrorView {
  if (thrown instanceof Failure) return thrown.view;
  if (isErrorView(thrown)) return thrown;
  return {
    code: "internal",
    message: "The program did not answer as expected.",
    nextStep: "Try again; restart Postern if it stays like this.",
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  };
}

function plain(commands: Commands): Client {
  const entries = Object.entries(commands).map(([name, command]) => [name, asking(command)]);
  return Object.fromEntries(entries) as Client;
}

type Command = (...args: never[]) => Promise<unknown>;

function asking(command: Command) {
  return async (...args: never[]) => {
    const answer = (await command(...args)) as { status: "ok"; data: unknown } | { status: "error"; error: unknown };
    if (answer.status === "ok") return answer.data;
    throw new Failure(errorView(answer.error));
  };
}

function isErrorView(value: unknown): value is ErrorView {
  return typeof value === "object" && value !== null && "message" in value && "nextStep" in value;
}
