-- Version 7. A forward leads to a port or is a SOCKS proxy, so `destination` is JSON; a `bind_address` of NULL is loopback.
ALTER TABLE forwards ADD COLUMN bind_address TEXT;
ALTER TABLE forwards ADD COLUMN destination TEXT NOT NULL DEFAULT '';
UPDATE forwards SET destination = json_object('port', json_object('host', host, 'port', port));
ALTER TABLE forwards DROP COLUMN host;
ALTER TABLE forwards DROP COLUMN port;
UPDATE meta SET value = '7' WHERE key = 'schema';
