import { expect, test } from "vitest";
import type { ConnectionView, GroupView, TeamFileView } from "../ipc/contract";
import { teamRows } from "./team-files";

const connection = (id: number, name: string, group: number | null, tags: string[] = []) =>
  ({
    id,
    draft: { name, group, target: `i-0a1b2c3${id}`, query: null, tags, description: "" },
    effectiveProfile: null,
    effectiveRegion: null,
  }) as unknown as ConnectionView;

const group = (id: number, name: string, parent: number | null) =>
  ({ id, draft: { name, parent } }) as unknown as GroupView;

const file = (more: Partial<TeamFileView>): TeamFileView => ({
  id: 1,
  path: "/srv/team.json",
  name: "team.json",
  collapsed: false,
  groups: [group(1, "Shop", null), group(2, "Web", 1), group(3, "Empty", null)],
  connections: [connection(1, "web", 2, ["blue"]), connection(2, "db", 1), connection(3, "top", null)],
  unusable: [],
  readAt: null,
  problem: null,
  ...more,
});

const shown = (files: TeamFileView[], search: string) =>
  teamRows(files, search).map((row) => {
    if (row.kind === "file") return `${row.file.name} ${row.count}`;
    const name = row.kind === "group" ? row.group.draft.name : row.connection.draft.name;
    return `${"  ".repeat(row.level)}${name}`;
  });

test("groups stand in groups, and one without connections is left out", () => {
  expect(shown([file({})], "")).toEqual(["team.json 3", "  Shop", "    Web", "      web", "    db", "  top"]);
});

test("a folded file shows its name alone, unless something in it is searched for", () => {
  expect(shown([file({ collapsed: true })], "")).toEqual(["team.json 3"]);
  expect(shown([file({ collapsed: true })], "blue WEB")).toEqual(["team.json 1", "  Shop", "    Web", "      web"]);
});

test("a file in which nothing matches goes", () => {
  expect(shown([file({})], "nothing")).toEqual([]);
});
