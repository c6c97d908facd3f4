/** Tabs that the user closed: a late event must not bring them back. */
export const closedTabs = new Set<number>();
