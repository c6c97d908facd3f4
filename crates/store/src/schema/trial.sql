-- Run after each opening and taken back: one change of every kind, with names that nobody has.
INSERT INTO settings (key, value) VALUES (char(1), 'x') ON CONFLICT (key) DO UPDATE SET value = excluded.value;
INSERT INTO groups (name, name_key, parent_id, position, profile, region, document, parameters, encryption, colour, guard,
        description, import_key)
    VALUES ('x', char(1), NULL, 1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x');
INSERT INTO groups (name, name_key, parent_id, description) SELECT 'x', char(2), id, 'x' FROM groups WHERE name_key = char(1);
UPDATE groups SET name = 'y', parent_id = NULL, position = NULL, profile = NULL, region = NULL, document = NULL,
    parameters = 'y', encryption = NULL, colour = NULL, guard = 'y', description = 'y', collapsed = 1, import_key = NULL
    WHERE name_key = char(1);
INSERT INTO connections (name, group_id, position, target, profile, region, document, parameters, encryption, colour, guard,
        description, tags, import_key)
    SELECT char(1), id, 1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x' FROM groups WHERE name_key = char(1);
UPDATE connections SET name = 'y', position = NULL, target = NULL, query = 'y', pick = 'y', profile = NULL, region = NULL,
    document = NULL, parameters = 'y', encryption = NULL, colour = NULL, guard = 'y', description = 'y', tags = 'y',
    import_key = NULL WHERE group_id = (SELECT id FROM groups WHERE name_key = char(1));
UPDATE connections SET group_id = NULL WHERE group_id = (SELECT id FROM groups WHERE name_key = char(1));
DELETE FROM groups WHERE name_key = char(1);
DELETE FROM connections WHERE name = 'y' AND query = 'y';
INSERT INTO smart_groups (name, query) VALUES (char(1), 'x');
UPDATE smart_groups SET name = char(2), query = 'y', collapsed = 0 WHERE name = char(1);
DELETE FROM smart_groups WHERE name = char(2);
INSERT INTO team_files (path) VALUES (char(1)) ON CONFLICT (path) DO NOTHING;
UPDATE team_files SET collapsed = 1, last_good = 'x', last_good_at_ms = 1 WHERE path = char(1);
DELETE FROM team_files WHERE path = char(1);
INSERT INTO used (goal, times, last_at_ms) VALUES (char(1), 1, 1);
DELETE FROM used WHERE goal = char(1) AND id NOT IN (SELECT id FROM used WHERE goal = char(1) ORDER BY id DESC LIMIT 0);
INSERT INTO local_tags (region, node, key, value) VALUES (char(1), 'x', 'x', 'x')
    ON CONFLICT (region, node, key) DO UPDATE SET value = excluded.value;
DELETE FROM local_tags WHERE region = char(1) AND node = 'x' AND key = 'x';
INSERT INTO pairs (profile, region, enabled, position, endpoints)
    VALUES (char(1), 'x', 1, (SELECT coalesce(max(position), 0) + 1 FROM pairs), 'x');
UPDATE pairs SET region = 'y', enabled = 0, endpoints = NULL WHERE profile = char(1);
INSERT INTO cached_pairs (pair_id, read_at_ms, agents_read_at_ms) SELECT id, 1, 1 FROM pairs WHERE profile = char(1);
INSERT INTO cached_nodes (pair_id, key, json) SELECT id, 'x', 'x' FROM pairs WHERE profile = char(1)
    ON CONFLICT (pair_id, key) DO UPDATE SET json = excluded.json WHERE json <> excluded.json;
DELETE FROM pairs WHERE profile = char(1);
INSERT INTO history (kind, value, used_at_ms) VALUES (char(1), 'x', 1);
DELETE FROM history WHERE kind = char(1) AND id NOT IN
    (SELECT id FROM history WHERE kind = char(1) ORDER BY id DESC LIMIT 0);
INSERT INTO notices (json) VALUES (char(1));
DELETE FROM notices WHERE json = char(1);
INSERT INTO own_profiles (name, source, region) VALUES (char(1), 'x', 'x');
UPDATE own_profiles SET name = char(2), source = 'y', region = NULL WHERE name = char(1);
DELETE FROM own_profiles WHERE name = char(2);
INSERT INTO own_sessions (key, start_url, region) VALUES (char(1), 'x', 'x')
    ON CONFLICT (key) DO UPDATE SET start_url = excluded.start_url, region = excluded.region;
DELETE FROM own_sessions WHERE key = char(1);
INSERT INTO forwards (name, group_name, via, local_port, bind_address, destination, starts_with_postern, is_web)
    VALUES (char(1), 'x', 'x', 0, 'x', 'x', 1, 1);
UPDATE forwards SET name = char(2), group_name = 'y', via = 'y', local_port = 1, bind_address = NULL, destination = 'y',
    starts_with_postern = 0, is_web = 0 WHERE name = char(1);
DELETE FROM forwards WHERE name = char(2);
