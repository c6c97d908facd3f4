// What `npm run measure` prints, and the limits of `npm run measure -- --check`.
import { circles, groupBy, runsUp } from "./graph.mjs";

export const LIMITS = { median: 8, p99: 40, typescript: 80, twice: 18 };

/**
 * The order of crates in docs/ARCHITECTURE.md, lowest first. A crate needs only crates of lower rows; those of one row do not know
 * each other. `features` is no code, and what is below `tests/` may name everything.
 */
export const ORDER = [
  ["model", "protocol", "aws-files"],
  ["dial", "subprocess"],
  ["aws", "fleet", "import", "scripted", "session", "store", "transcripts", "simulator", "secrets"],
  ["exec", "forward", "doctor"],
  ["transfer", "remote-desktop"],
  ["app"],
  ["cli", "desktop"],
];
/**
 * The states of a state machine name each the next one, and the type of them all names each of them. A SOCKS proxy is a forward, and
 * behind each destination that it is asked for stands a forward again.
 */
const KEPT_CIRCLES = [
  "crates/protocol/src/stage.rs crates/protocol/src/stage/opening.rs crates/protocol/src/stage/streaming.rs",
  "crates/forward/src/forward.rs crates/forward/src/socks/proxy.rs crates/forward/src/socks/route.rs",
  "forward::arrivals forward::entrance forward::forward forward::local forward::socks forward::state forward::tunnel forward::web",
];
const OUTSIDE = ["features", "tests", "deep", "fuzz-targets", "measure"];

/** The lines to print, and a sentence for each limit that is passed. */
export function report(rust, typescript, { all = false } = {}) {
  const sections = [
    lengths("Rust functions", rust.functions, LIMITS.p99, { median: LIMITS.median, p99: LIMITS.p99 }),
    fileSizes("Rust files", rust.files),
    lengths("TypeScript functions of more than one line", typescript.functions, LIMITS.typescript, { max: LIMITS.typescript }),
    fileSizes("TypeScript files", typescript.files),
    circleSection("Circles in crates", rust.arrows),
    // Features know stores and actions of each other: their folders form circles, and their files none.
    circleSection("Circles in ui/src", typescript.arrows, { folders: false }),
    crateSection(rust.crates),
    upSection(rust.arrows, all),
    twiceSection("Names of Rust types", rust.types, LIMITS.twice),
    twiceSection("Names of TypeScript types", typescript.types),
    { title: `Public Rust docs of one line that only repeat the name: ${rust.echoes.length}`, items: all ? rust.echoes.map((echo) => `${place(echo)} ${echo.name}: ${echo.text}`) : [] },
  ];
  return {
    lines: sections.flatMap(({ title, items }) => [title, ...items.map((item) => `    ${item}`)]),
    broken: sections.flatMap(({ broken = [] }) => broken),
  };
}

const place = ({ path, line }) => `${path}:${line}`;

/** The median, the ninth tenth, the 99th hundredth and the largest; a share's value is the first above it. */
export function spread(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

function lengths(title, functions, listed, limits) {
  const figures = spread(functions.map(({ lines }) => lines));
  const long = functions.filter(({ lines }) => lines > listed).sort((left, right) => right.lines - left.lines);
  const { median, p90, p99, max } = figures;
  return {
    title: `${title}: ${functions.length}; median ${median}, p90 ${p90}, p99 ${p99}, max ${max} lines; over ${listed}: ${long.length}`,
    items: long.map((one) => `${one.lines} lines  ${place(one)} ${one.name}`),
    broken: Object.entries(limits)
      .filter(([name, limit]) => figures[name] > limit)
      .map(([name, limit]) => `${title}: ${name} is ${figures[name]}, more than ${limit}`),
  };
}

function fileSizes(title, files) {
  const over = (lines) => files.filter((file) => file.lines > lines);
  return {
    title: `${title}: ${files.length}; over 400 lines: ${over(400).length}, over 600: ${over(600).length}`,
    items: over(400).map(({ path, lines }) => `${lines} lines  ${path}`),
  };
}

/** `folders: false` leaves neighbouring modules out of the limit. */
function circleSection(title, arrows, { folders: limited = true } = {}) {
  const { files, folders } = circles(arrows);
  const faults = [...(limited ? folders : []), ...files].filter((circle) => !KEPT_CIRCLES.includes(circle.join(" ")));
  return {
    title: `${title}: ${folders.length} of neighbouring modules, ${files.length} of files`,
    items: [...folders, ...files].map((circle) => circle.join(" ⇄ ")),
    broken: faults.length > 0 ? [`${title}: ${faults.length}`] : [],
  };
}

function crateSection(crates) {
  const row = (name) => ORDER.findIndex((names) => names.includes(name));
  const inOrder = crates.filter(({ name }) => !OUTSIDE.includes(name));
  const wrong = inOrder.flatMap(({ name, needs }) => needs.filter((need) => !OUTSIDE.includes(need) && row(need) >= row(name)).map((need) => `${name} → ${need}`));
  const unknown = inOrder.filter(({ name }) => row(name) < 0).map(({ name }) => `${name} has no place in the order (scripts/measure/report.mjs)`);
  const items = [...wrong, ...unknown];
  return {
    title: `Crates that need one which is not below them: ${items.length}`,
    items,
    broken: items.length > 0 ? [`Arrows between crates run up: ${items.join(", ")}`] : [],
  };
}

function upSection(arrows, all) {
  const up = groupBy(arrows.filter(runsUp), ({ from, to }) => `${from} → ${to}`);
  const names = ([pair, found]) => `${pair} (${[...new Set(found.map(({ name }) => name))].join(", ")})`;
  return { title: `Rust files that need what the file of a module around them defines: ${up.size}`, items: all ? [...up].map(names) : [] };
}

function twiceSection(title, types, limit) {
  const byName = groupBy(types, ({ name }) => name);
  const files = (found) => new Set(found.map(({ path }) => path));
  const twice = [...byName].filter(([, found]) => files(found).size > 1).sort(([left], [right]) => left.localeCompare(right));
  const passed = limit !== undefined && twice.length > limit;
  return {
    title: `${title}: ${byName.size}, defined in more than one file: ${twice.length}`,
    items: twice.map(([name, found]) => `${name}: ${[...files(found)].join(", ")}`),
    broken: passed ? [`${title}: ${twice.length} are defined in more than one file, more than ${limit}`] : [],
  };
}
