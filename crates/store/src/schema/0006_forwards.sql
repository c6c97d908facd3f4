-- Version 6. Forwards: a port of this computer that leads to a port of a node, or of a host behind it. `via` is JSON, `host` is
-- NULL for the node itself, a `local_port` of 0 is any that is free, and an empty `group_name` is none.
CREATE TABLE forwards (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    name                TEXT NOT NULL,
    group_name          TEXT NOT NULL,
    via                 TEXT NOT NULL,
    local_port          INTEGER NOT NULL,
    host                TEXT,
    port                INTEGER NOT NULL,
    starts_with_postern INTEGER NOT NULL CHECK (starts_with_postern IN (0, 1)),
    is_web              INTEGER NOT NULL CHECK (is_web IN (0, 1))
) STRICT;
UPDATE meta SET value = '6' WHERE key = 'schema';
