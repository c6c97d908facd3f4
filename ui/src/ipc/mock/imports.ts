/** Files of connections in the page's own stand-in: one that can be imported, and team files that are always there. */
import type { ImportEntryView, ImportRequest, ImportReviewView, SavedChangeView, TeamFileView } from "../contract";
import { type MockHost, refusal } from "./host";

/** A file by this name is encrypted. */
const ENCRYPTED = ".encrypted";

export class MockImports {
  #reviews = 0;
  #files: TeamFileView[] = [];

  constructor(readonly host: MockHost) {}

  review(request: ImportRequest): ImportReviewView {
    if (request.path.endsWith(ENCRYPTED) && request.password === null)
      throw refusal("import-needs-password", "The file is encrypted.");
    this.#reviews += 1;
    return {
      id: this.#reviews,
      format: request.format ?? "network-manager",
      formatTitle: "NETworkManager profiles",
      groups: [entry("Shop", { state: "new", target: "" })],
      connections: [
        entry("web-1", { group: "Shop", state: "new" }),
        entry("db-1", {
          group: "Shop",
          state: "changed",
          changes: [{ field: "region", before: "", after: "eu-west-1" }],
        }),
        entry("cache-1", { group: "Shop", state: "same", chosen: false }),
        entry("batch", {
          state: "new",
          chosen: false,
          caution: "It brings parameters of a document, which may be commands: command=reboot",
        }),
      ],
      unusable: [
        { name: "router", place: "group Shop, profile 3", reason: "It is for other tools: it has no instance ID." },
      ],
      remarks: [],
    };
  }

  apply(id: number): SavedChangeView {
    if (id !== this.#reviews) throw refusal("unknown-review", "This review no longer exists.");
    return { undo: 1, added: [] };
  }

  files(): TeamFileView[] {
    return this.#files;
  }

  add(path: string): null {
    const name = path.split("/").at(-1) ?? path;
    const id = this.#files.length + 1;
    const file = {
      id,
      path,
      name,
      collapsed: false,
      groups: [],
      connections: [],
      unusable: [],
      readAt: null,
      problem: null,
    };
    return this.#put([...this.#files, file]);
  }

  remove(id: number): null {
    return this.#put(this.#files.filter((file) => file.id !== id));
  }

  fold(id: number, collapsed: boolean): null {
    return this.#put(this.#files.map((file) => (file.id === id ? { ...file, collapsed } : file)));
  }

  #put(files: TeamFileView[]): null {
    this.#files = files;
    this.host.emit({ kind: "team-files-changed", files });
    return null;
  }
}

function entry(name: string, more: Partial<ImportEntryView>): ImportEntryView {
  const scope = { profile: "", region: "", group: "", place: "" };
  return {
    name,
    target: "i-0a1b2c3d4e5f67890",
    ...scope,
    state: "new",
    changes: [],
    caution: null,
    chosen: true,
    ...more,
  };
}
