-- Version 5. `endpoints` is a JSON object: where services of the pair are dialled, by their names in host names.
ALTER TABLE pairs ADD COLUMN endpoints TEXT;
UPDATE meta SET value = '5' WHERE key = 'schema';
