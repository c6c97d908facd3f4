/** Tags that nodes are chosen by, as they are typed: `role=bastion env=prod,stage owner`. */
import type { NodeView, TagFilterView } from "../ipc/contract";

/** "role=bastion", "env=prod,stage", "owner" for any value. */
export function tagWords({ key, values }: TagFilterView): string {
  return values.length === 0 ? key : `${key}=${values.join(",")}`;
}

/** As they are typed: what has a space inside stands in quotes. */
export function tagText(tags: readonly TagFilterView[]): string {
  return tags.map(tagWords).map(quoted).join(" ");
}

function quoted(text: string): string {
  return /\s/.test(text) ? `"${text}"` : text;
}

/** The tags of a text; none where it names none. A quote holds what has spaces inside together. */
export function tagsOf(text: string): TagFilterView[] {
  const parts = text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
  return parts.flatMap((part) => {
    const [key = "", ...rest] = part.replaceAll('"', "").split("=");
    if (key === "") return [];
    const values = rest.join("=").split(",").filter(Boolean);
    return [{ key, values: rest.length === 0 ? [] : values }];
  });
}

/** Whether a node has all of these tags, each with one of its values. */
export function hasTags(node: NodeView, tags: readonly TagFilterView[]): boolean {
  return tags.every(({ key, values }) =>
    node.tags.some((tag) => tag.key === key && (values.length === 0 || values.includes(tag.value))),
  );
}

/** The question that finds nodes with these tags. */
export function tagQuestion(tags: readonly TagFilterView[]): string {
  const text = (value: string) => `"${value.replaceAll('"', "")}"`;
  return tags
    .map(({ key, values }) =>
      values.length === 0 ? `tag:${text(key)}` : `tag:${text(key)}=${values.map(text).join(",")}`,
    )
    .join(" ");
}
