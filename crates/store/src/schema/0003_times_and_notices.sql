-- Version 3. `agents_read_at_ms` is when Systems Manager told of the pair last, NULL if never: one of the two calls of a
-- sync may fail. `notices` holds what the user must be told of an opening, as JSON, until it was seen.
ALTER TABLE cached_pairs ADD COLUMN agents_read_at_ms INTEGER;
UPDATE cached_pairs SET agents_read_at_ms = read_at_ms;
CREATE TABLE notices (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    json TEXT NOT NULL UNIQUE
) STRICT;
UPDATE meta SET value = '3' WHERE key = 'schema';
