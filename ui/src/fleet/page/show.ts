/** Which part of the fleet page is shown. */
import { create } from "zustand";
import { frame } from "../../window/frame";

export type FleetPart = "nodes" | "containers";

export const useFleetPart = create<{ part: FleetPart }>(() => ({ part: "nodes" }));

export function showFleet(part: FleetPart) {
  useFleetPart.setState({ part });
  frame.show("fleet");
}
