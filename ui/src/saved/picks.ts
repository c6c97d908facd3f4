/** Which of the nodes that a query finds is meant, in words. */
import type { PickRuleView } from "../ipc/contract";

export const PICKS: readonly { value: PickRuleView; label: string }[] = [
  { value: "ask", label: "Ask which" },
  { value: "newest", label: "The newest" },
  { value: "healthiest", label: "The healthiest" },
  { value: "all", label: "All of them" },
];
