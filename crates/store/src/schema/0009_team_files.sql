-- Version 9. Files of connections that others keep. `last_good` is what one held when it could last be read, in Postern's own form.
CREATE TABLE team_files (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    path            TEXT NOT NULL UNIQUE,
    collapsed       INTEGER NOT NULL DEFAULT 0 CHECK (collapsed IN (0, 1)),
    last_good       TEXT,
    last_good_at_ms INTEGER,
    CHECK ((last_good IS NULL) = (last_good_at_ms IS NULL))
) STRICT;
UPDATE meta SET value = '9' WHERE key = 'schema';
