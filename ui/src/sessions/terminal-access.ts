/** How actions reach the terminals, which live outside React and load later than the rest. */

export interface TerminalAccess {
  /** Columns and rows that a terminal in the pane would have now. */
  size(): { cols: number; rows: number };
  focus(tab: number): void;
  copy(tab: number): Promise<void>;
  paste(tab: number): Promise<void>;
  hasSelection(tab: number): boolean;
  /** `program`: something runs. `maybe`: nothing says that the shell waits at its prompt. */
  activity(tab: number): "idle" | "program" | "maybe";
  selectAll(tab: number): void;
}

const NONE_YET: TerminalAccess = {
  size: () => ({ cols: 80, rows: 24 }),
  focus: () => {},
  copy: async () => {},
  paste: async () => {},
  hasSelection: () => false,
  activity: () => "maybe",
  selectAll: () => {},
};

let access = NONE_YET;

export function terminals(): TerminalAccess {
  return access;
}

export function provideTerminals(provided: TerminalAccess) {
  access = provided;
}
