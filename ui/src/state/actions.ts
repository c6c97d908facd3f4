/** What the user can do, as functions over the stores; each failure is shown with its cause and next step. */
export * from "./attempt";
export * from "./closing";
export * from "./mode-actions";
export * from "./run-actions";
export * from "./saved-actions";
export * from "./session-actions";
export * from "./settings-actions";
