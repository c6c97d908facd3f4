/** The colours of the window: as the user chose, or as the system says. */
import { useEffect, useSyncExternalStore } from "react";
import type { ThemeChoice } from "../ipc/contract";
import { useProgram } from "./settings";

export type Theme = "dark" | "light";

const system = matchMedia("(prefers-color-scheme: light)");

export function themeOf(choice: ThemeChoice, systemIsLight: boolean): Theme {
  if (choice === "system") return systemIsLight ? "light" : "dark";
  return choice;
}

/** The theme that applies now. */
export function useTheme(): Theme {
  const choice = useProgram((program) => program.settings.theme);
  const light = useSyncExternalStore(onSystemChange, () => system.matches);
  return themeOf(choice, light);
}

/** Writes the theme to the document, for the tokens. */
export function useThemeOnDocument() {
  const theme = useTheme();
  useEffect(() => showTheme(theme), [theme]);
}

/** Before the first frame, so that nothing flashes. */
export function showSystemTheme() {
  showTheme(system.matches ? "light" : "dark");
}

function showTheme(theme: Theme) {
  document.documentElement.dataset.theme = theme;
}

function onSystemChange(changed: () => void) {
  system.addEventListener("change", changed);
  return () => system.removeEventListener("change", changed);
}
