-- Version 8. Groups stand in groups, and a name is unique among those beside it; a connection leads to a target or asks a
-- query. `parameters` and `guard` are JSON; a `position` of NULL leaves the place to the name. SQLite cannot take a UNIQUE or
-- a NOT NULL away, so both tables are written anew; no number of theirs is used twice.
CREATE TABLE before_groups AS SELECT * FROM groups;
CREATE TABLE before_connections AS SELECT * FROM connections;
CREATE TABLE before_sequence AS SELECT name, seq FROM sqlite_sequence WHERE name IN ('groups', 'connections');
DROP TABLE connections;
DROP TABLE groups;

CREATE TABLE groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    parent_id   INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    position    INTEGER,
    profile     TEXT,
    region      TEXT,
    document    TEXT,
    parameters  TEXT NOT NULL DEFAULT '[]',
    encryption  TEXT,
    colour      TEXT,
    guard       TEXT NOT NULL DEFAULT '{}',
    description TEXT NOT NULL,
    collapsed   INTEGER NOT NULL DEFAULT 0 CHECK (collapsed IN (0, 1)),
    import_key  TEXT
) STRICT;
INSERT INTO groups (id, name, name_key, profile, region, encryption, description, collapsed)
    SELECT id, name, name_key, profile, region, encryption, description, collapsed FROM before_groups;
CREATE UNIQUE INDEX groups_by_name ON groups (coalesce(parent_id, 0), name_key);
CREATE INDEX groups_by_parent ON groups (parent_id);

CREATE TABLE connections (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    group_id    INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    position    INTEGER,
    target      TEXT,
    query       TEXT,
    pick        TEXT,
    profile     TEXT,
    region      TEXT,
    document    TEXT,
    parameters  TEXT NOT NULL DEFAULT '[]',
    encryption  TEXT,
    colour      TEXT,
    guard       TEXT NOT NULL DEFAULT '{}',
    description TEXT NOT NULL,
    tags        TEXT NOT NULL,
    import_key  TEXT,
    CHECK ((target IS NULL) = (query IS NOT NULL) AND (query IS NULL) = (pick IS NULL))
) STRICT;
INSERT INTO connections (id, name, group_id, target, profile, region, document, parameters, encryption, description, tags)
    SELECT id, name, group_id, target, profile, region, document, parameters, encryption, description, tags
    FROM before_connections;
CREATE INDEX connections_by_group ON connections (group_id);

DELETE FROM sqlite_sequence WHERE name IN ('groups', 'connections');
INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM before_sequence;
DROP TABLE before_sequence;
DROP TABLE before_connections;
DROP TABLE before_groups;

CREATE TABLE smart_groups (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL,
    query     TEXT NOT NULL,
    collapsed INTEGER NOT NULL DEFAULT 1 CHECK (collapsed IN (0, 1))
) STRICT;

-- What was connected to. The order of use is that of `id`; `goal` is JSON.
CREATE TABLE used (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    goal       TEXT NOT NULL UNIQUE,
    times      INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL
) STRICT;

-- Tags that the user gave to nodes, by Region and id.
CREATE TABLE local_tags (
    region TEXT NOT NULL,
    node   TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (region, node, key)
) STRICT, WITHOUT ROWID;
UPDATE meta SET value = '8' WHERE key = 'schema';
