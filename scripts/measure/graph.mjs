// Circles and arrows that run up, among the files and folders of one crate or of the interface.

/** The names from the source folder down to a file: `crates/app/src/tab/life.rs` is app's `tab`, `life`. */
export function moduleOf(path) {
  const inside = path.slice(path.indexOf("/src/") + "/src/".length);
  const names = inside.replace(/\.(rs|tsx?)$/, "").split("/");
  if (/^(mod|index)$/.test(names.at(-1)) || (names.length === 1 && /^(lib|main)$/.test(names[0]))) names.pop();
  return names;
}

/** Whether an arrow runs from a module to one that contains it: a child that needs what its parent's file defines. */
export function runsUp({ from, to }) {
  const [inner, outer] = [moduleOf(from), moduleOf(to)];
  return inner.length > outer.length && outer.every((name, index) => name === inner[index]);
}

/**
 * All circles of a crate, each a sorted list of what takes part. A circle is either one of files that need each other, or one of
 * neighbours in a folder where each stands for all that is below it. Every set of things that all reach each other counts once.
 */
export function circles(arrows) {
  const files = strongly(arrows.map(({ from, to }) => [from, to]));
  const levels = groupBy(arrows.flatMap(neighbours), ({ above }) => above);
  const folders = [...levels.values()].flatMap((level) => strongly(level.map(({ from, to }) => [from, to])));
  return { files, folders };
}

/** The two neighbours that an arrow connects: the first modules in which the ways to its ends differ. */
function neighbours({ crate, from, to }) {
  const [left, right] = [moduleOf(from), moduleOf(to)];
  const same = left.findIndex((name, index) => name !== right[index]);
  if (same < 0 || right.length <= same) return []; // one contains the other
  const above = [crate, ...left.slice(0, same)].join("::");
  return [{ above, from: `${above}::${left[same]}`, to: `${above}::${right[same]}` }];
}

/** The strongly connected parts of more than one thing (Tarjan), each sorted. */
export function strongly(pairs) {
  const next = groupBy(pairs, ([from]) => from);
  const [order, low, open, found] = [new Map(), new Map(), [], []];
  const visit = (node) => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    open.push(node);
    for (const [, to] of next.get(node) ?? []) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) low.set(node, Math.min(low.get(node), low.get(to)));
    }
    if (low.get(node) !== order.get(node)) return;
    const part = open.splice(open.indexOf(node));
    if (part.length > 1) found.push(part.sort());
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return found;
}

/** The values of each key, in order. `Map.groupBy` has not come to every Node that Postern is built with. */
export function groupBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
