/** What the parts of the stand-in share: how fast it is, how it emits events, and how it refuses. */
import type { AppEvent, ErrorView, Mode } from "../contract";

export interface MockOptions {
  mode: Mode;
  nodes: number;
  pairs: number;
  profiles: "found" | "none" | "error";
  /** How many accounts the sign-ins open. */
  accounts: number;
  /** Whether the demo has forwards. */
  forwards: boolean;
  /** How long the stand-in takes to answer; 0 answers within the same turn of the loop. */
  pace: number;
}

export interface MockHost {
  readonly options: MockOptions;
  emit(event: AppEvent): void;
  /** Does it after so many milliseconds, or soon in a stand-in without a pace. */
  later(ms: number, run: () => void): void;
}

export function refusal(
  code: string,
  message: string,
  nextStep = "Correct it, then try again.",
  detail: string | null = null,
): ErrorView {
  return { code, message, nextStep, detail };
}
