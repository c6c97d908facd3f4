-- Version 4. Profiles that live in Postern and not in the AWS files, and the sign-ins of Identity Center that they come
-- from. `source` is JSON; of an access key it has the public half and the name under which the keyring keeps the other.
CREATE TABLE own_profiles (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    region TEXT
) STRICT;
CREATE TABLE own_sessions (
    key       TEXT PRIMARY KEY NOT NULL,
    start_url TEXT NOT NULL,
    region    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
UPDATE meta SET value = '4' WHERE key = 'schema';
