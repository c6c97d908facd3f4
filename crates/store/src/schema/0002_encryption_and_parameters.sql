-- Version 2. `parameters` is a JSON list of [name, [values]] in the user's order; `encryption` is the JSON of a demand on
-- encryption, and NULL where it is inherited. Rows of version 1 have no parameters and inherit.
ALTER TABLE groups ADD COLUMN encryption TEXT;
ALTER TABLE connections ADD COLUMN parameters TEXT NOT NULL DEFAULT '[]';
ALTER TABLE connections ADD COLUMN encryption TEXT;
UPDATE meta SET value = '2' WHERE key = 'schema';
