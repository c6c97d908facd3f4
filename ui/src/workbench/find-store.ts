/** The search in the shown terminal: whether its field is open, and what was found. */
import { create } from "zustand";

export const useFind = create<{ open: boolean; text: string; current: number; count: number }>(() => ({
  open: false,
  text: "",
  current: 0,
  count: 0,
}));

/** Opens or closes the search field of the shown terminal. */
export function showFind(open: boolean) {
  useFind.setState({ open });
}
