/** What the search in the shown terminal found. */
import { create } from "zustand";

export const useFind = create<{ text: string; current: number; count: number }>(() => ({
  text: "",
  current: 0,
  count: 0,
}));
