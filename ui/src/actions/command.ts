/** An action by its name: what it is called, and what it does. */

export interface Command {
  id: string;
  title: string;
  run: () => void;
  /** Words it is also found by. */
  also?: string;
}
