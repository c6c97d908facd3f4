/** The colours of the window: as the user chose, or as the system says. */
import { useEffect, useSyncExternalStore } from "react";
import type { ThemeChoice } from "../ipc/contract";
import { useProgram } from "../program/program";

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

/** Writes the theme to the document, for the tokens, and keeps the choice for a page that is loaded anew. */
export function useThemeOnDocument() {
  const theme = useTheme();
  const choice = useProgram((program) => program.settings.theme);
  useEffect(() => showTheme(theme), [theme]);
  useEffect(() => keep(choice), [choice]);
}

/** Before the first frame, so that nothing flashes: what the program wrote to the document, until it tells its settings. */
export function showFirstTheme() {
  const { themeChoice } = document.documentElement.dataset;
  const theme: ThemeChoice = themeChoice === "light" || themeChoice === "dark" ? themeChoice : "system";
  useProgram.setState(({ settings }) => ({ settings: { ...settings, theme } }));
  showTheme(themeOf(theme, system.matches));
}

function keep(choice: ThemeChoice) {
  try {
    sessionStorage.setItem("postern.theme", choice);
  } catch {
    // Without storage the page begins with what the program started with.
  }
}

function showTheme(theme: Theme) {
  document.documentElement.dataset.theme = theme;
}

function onSystemChange(changed: () => void) {
  system.addEventListener("change", changed);
  return () => system.removeEventListener("change", changed);
}
