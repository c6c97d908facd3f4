/** At the end of a Region's row: how many nodes the profile has there. */
import { useEffect } from "react";
import { useFleet } from "../fleet/fleet";
import { Tip } from "../kit/button";
import { counted } from "../kit/words";
import { askCount, countKey, useNodeCounts } from "./node-counts";

interface RegionCountProps {
  profile: string;
  region: string;
  /** Whether it may be asked for. */
  ask: boolean;
}

export function RegionCount({ profile, region, ask }: RegionCountProps) {
  const isPair = useFleet((fleet) => fleet.pairs.some((pair) => pair.profile === profile && pair.region === region));
  const count = useNodeCounts((now) => now.counts.get(countKey(profile, region)));
  useEffect(() => {
    if (ask && !isPair) askCount(profile, region);
  }, [ask, isPair, profile, region]);
  if (isPair) return "a pair already";
  if (count === undefined) return null;
  if (count.kind === "asked") return "counting";
  if (count.kind === "failed")
    return (
      <Tip text={`${count.error.message} ${count.error.nextStep}`}>
        <span>{FAILED[count.error.code] ?? "not counted"}</span>
      </Tip>
    );
  const words = count.nodes === 0 ? "no nodes" : `${counted(count.nodes, "node")} found`;
  if (count.error === null) return words;
  return (
    <Tip text={`${count.error.message} ${count.error.nextStep}`}>
      <span>{count.nodes === 0 ? "not counted" : `${words}, maybe more`}</span>
    </Tip>
  );
}

const FAILED: Record<string, string> = {
  denied: "may not list nodes",
  "region-not-enabled": "not enabled for the account",
  "waits-for-you": "waits for you",
};
