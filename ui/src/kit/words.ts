/** Figures and times as Postern writes them. */

const FIGURES = new Intl.NumberFormat("en-US");

/** 12438 as "12,438". */
export function figure(count: number): string {
  return FIGURES.format(count);
}

/** "1 node", "2 nodes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

/** 1840000 as "1.84 MB". */
export function size(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 999.5 && unit < SIZES.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return `${amount.toFixed(digits)} ${SIZES[unit]}`;
}

/** How long ago a moment was: "just now", "40 s ago", "4 min ago", "6 h ago", "3 d ago". */
export function ago(atMs: number, nowMs: number): string {
  const length = span(nowMs - atMs);
  return length === "" ? "just now" : `${length} ago`;
}

/** For how long something has been so: "0 s", "40 s", "4 min", "6 h". */
export function since(atMs: number, nowMs: number): string {
  return span(nowMs - atMs) || "0 s";
}

/** The length of a time in its largest unit: "40 s", "4 min", "6 h", "3 d"; empty below one second. */
function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A length in two units: "3 d 3 h", "6 h 12 m", "4 m 10 s". */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600)];
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} m`;
  if (minutes > 0) return `${minutes} m ${seconds % 60} s`;
  return `${seconds} s`;
}

/** The time of day, "09:12", with the date in front when it was another day. */
export function clock(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
