-- Version 1. Nothing secret has a column here. `settings.value` and `connections.tags` are JSON.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('schema', '1');

-- Only what was changed is here; keys of other versions stay.
CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pairs (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    profile  TEXT NOT NULL,
    region   TEXT NOT NULL,
    enabled  INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    position INTEGER NOT NULL,
    UNIQUE (profile, region)
) STRICT;
INSERT INTO pairs (profile, region, enabled, position) VALUES
    ('default', 'eu-central-1', 0, 1),
    ('default', 'us-east-1', 0, 2);

-- `name_key` is the name in lower case as Rust folds it: SQLite's NOCASE knows ASCII only.
CREATE TABLE groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    profile     TEXT,
    region      TEXT,
    description TEXT NOT NULL,
    collapsed   INTEGER NOT NULL DEFAULT 0 CHECK (collapsed IN (0, 1))
) STRICT;

CREATE TABLE connections (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    group_id    INTEGER REFERENCES groups (id) ON DELETE SET NULL,
    target      TEXT NOT NULL,
    profile     TEXT,
    region      TEXT,
    document    TEXT,
    description TEXT NOT NULL,
    tags        TEXT NOT NULL
) STRICT;
CREATE INDEX connections_by_group ON connections (group_id);

-- The order of use is that of `id`, because the clock of a computer may go back.
CREATE TABLE history (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    used_at_ms INTEGER NOT NULL,
    UNIQUE (kind, value)
) STRICT;

CREATE TABLE cached_pairs (
    pair_id    INTEGER PRIMARY KEY REFERENCES pairs (id) ON DELETE CASCADE,
    read_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE cached_nodes (
    pair_id INTEGER NOT NULL REFERENCES cached_pairs (pair_id) ON DELETE CASCADE,
    key     TEXT NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (pair_id, key)
) STRICT, WITHOUT ROWID;
