/** Links that a program on the node printed: shown as they are, opened only on purpose. */

/** The address if it is a plain web address; null for every other scheme, and where a user name hides the host. */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(text);
    const web = url.protocol === "http:" || url.protocol === "https:";
    return web && url.username === "" && url.password === "" && url.hostname !== "" ? url.href : null;
  } catch {
    return null;
  }
}

/** A title or other short text from the node, without controls and marks that reorder what stands beside it. */
export function plainTitle(text: string): string {
  return text.replace(HIDDEN, "").trim().slice(0, 256);
}

const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** No web view opens a longer address; a node could fill the memory with them. */
const MOST_LINK_CHARACTERS = 2048;

/** Whether the body of an OSC 8 sequence is longer than any link, and is to be swallowed. */
export function isLinkTooLong(body: string): boolean {
  return body.length > MOST_LINK_CHARACTERS;
}
