/** The link under the pointer, in words, and the tab that it is in. */
import { create } from "zustand";

export const useLink = create<{ tab: number | null; words: string }>(() => ({ tab: null, words: "" }));
