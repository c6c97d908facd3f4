/** The parts of a question as they were read last, on what is typed now. */
import type { QuerySpanView } from "../ipc/contract";

/** The colours of what is typed follow by a moment: until then what did not change keeps its own, and the rest is plain. */
export function coloured(text: string, spans: readonly QuerySpanView[]): QuerySpanView[] {
  const parts: QuerySpanView[] = [];
  let at = 0;
  for (const span of spans) {
    if (!text.startsWith(span.text, at)) break;
    parts.push(span);
    at += span.text.length;
  }
  return at < text.length ? [...parts, { text: text.slice(at), role: "word" }] : parts;
}
