/** Colours, font and renderer of the terminals, from the tokens that the chrome uses too. */
import type { ITheme, Terminal } from "@xterm/xterm";
import { isLinux } from "../window/platform";

const ANSI = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;

export const FONT_FAMILY = '"JetBrains Mono Variable", "Box Drawing", "JetBrains Mono", ui-monospace, monospace';

/** A letter of every file that the fonts come in: Latin, Cyrillic, Greek, Vietnamese, box drawing. */
const LETTERS = "WŁ\u1c80Жβ₫│";
/** Over the font's own 1.32; together the 1.44 of the design. */
export const LINE_HEIGHT = 1.09;
/** Programs bring pairs of colours that no theme can choose for; letters are made lighter or darker until they can be read. */
export const READABLE = 4.5;

/** The cursor is the lamp where keys land; a session that is over has none. */
export function terminalTheme(live = true): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colours = ANSI.map((name, index) => [name, token(`--ansi-${index}-${kebab(name)}`)]);
  return {
    background: token("--bg-terminal"),
    foreground: token("--term-fg"),
    cursor: live ? token("--lamp") : token("--bg-terminal"),
    cursorAccent: live ? token("--term-cursor-text") : token("--term-fg"),
    selectionBackground: token("--term-selection"),
    scrollbarSliderBackground: token("--line-strong"),
    scrollbarSliderHoverBackground: token("--line-field"),
    scrollbarSliderActiveBackground: token("--line-control"),
    ...Object.fromEntries(colours),
  };
}

/** Colours of search hits. The addon wants #rrggbb, so the lamp is mixed into the background here. */
export function findColours() {
  const style = getComputedStyle(document.documentElement);
  const background = style.getPropertyValue("--bg-terminal").trim();
  const lamp = style.getPropertyValue("--lamp").trim();
  return {
    matchBackground: mixed(lamp, background, 0.28),
    activeMatchBackground: mixed(lamp, background, 0.55),
    matchOverviewRuler: lamp,
    activeMatchColorOverviewRuler: lamp,
  };
}

/** Widths are measured once and kept, so every font must be there when a terminal opens. */
export async function fontsReady(sizePx: number) {
  const font = `${sizePx}px ${FONT_FAMILY}`;
  await Promise.all([document.fonts.load(font, LETTERS), document.fonts.load(`bold ${font}`, LETTERS)]).catch(() => []);
}

/** The graphics card draws where there surely is one; a software renderer would be slower than the document. */
export async function drawWithGraphicsCard(terminal: Terminal) {
  if (isLinux || !hasGraphicsCard()) return;
  const { WebglAddon } = await import("@xterm/addon-webgl");
  try {
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    terminal.loadAddon(addon);
  } catch {
    // Without a context the document renderer stays.
  }
}

function hasGraphicsCard(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = info === null || info === undefined ? "" : String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL));
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  const software = /swiftshader|llvmpipe|software|basic render|softpipe/i.test(renderer);
  return !software && /nvidia|geforce|radeon|amd|intel|apple|adreno|mali/i.test(renderer);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function mixed(over: string, under: string, share: number): string {
  const channel = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  const mix = (at: number) => Math.round(channel(over, at) * share + channel(under, at) * (1 - share));
  return `#${[1, 3, 5].map((at) => mix(at).toString(16).padStart(2, "0")).join("")}`;
}
