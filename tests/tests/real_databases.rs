//! Real PostgreSQL and Redis, with their own clients, at hosts behind a node, over `postern forward`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postern_tests::harness::{ForwardProcess, PortWorld, Postgres, Redis};

const PATIENCE: Duration = Duration::from_secs(30);

/// Twelve tables with 50,000 rows of every kind of byte in all.
const TABLES: &str = "
    SET client_min_messages = warning;
    DO $$ BEGIN FOR number IN 1..12 LOOP
        EXECUTE format('CREATE TABLE item_%s (id int PRIMARY KEY, name text, content bytea)', number);
        EXECUTE format('INSERT INTO item_%s SELECT id, ''name '' || id, sha512((id * %s)::text::bytea)
            FROM generate_series(1, 4000 + %s * 25) id', number, number, number);
    END LOOP; END $$;
";

/// One line for each table: its name, rows and digest.
const DIGEST: &str = r"
    SELECT format('SELECT %L, count(*), md5(string_agg(t::text, chr(10) ORDER BY id)) FROM %I t',
        tablename, tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename \gexec
";

/// A PostgreSQL behind a node, and a forward to it.
struct DatabaseWorld {
    postgres: Postgres,
    forward: ForwardProcess,
    _world: PortWorld,
}

impl DatabaseWorld {
    fn new() -> Self {
        let (world, postgres) = (PortWorld::new(), Postgres::start());
        world.open_host("postgres.internal", 5432, postgres.port());
        let forward = world.forward(&["0:postgres.internal:5432"]);
        Self {
            postgres,
            forward,
            _world: world,
        }
    }

    /// A client through the forward.
    fn client(&self, name: &str) -> Command {
        self.postgres.client(name, self.forward.port(0))
    }

    fn psql(&self) -> Command {
        quiet(self.client("psql"))
    }

    /// What psql answers without the forward: the judge of what came through it.
    fn straight(&self, database: &str, script: &str) -> String {
        let mut command = quiet(self.postgres.client("psql", self.postgres.port()));
        command.env("PGDATABASE", database);
        text(&self.finished(command, script))
    }

    fn finished(&self, command: Command, input: &str) -> Output {
        let output = fed(command, input.as_bytes());
        assert!(
            output.status.success(),
            "{}\nforward: {}\nserver: {}",
            String::from_utf8_lossy(&output.stderr),
            self.forward.said(),
            self.postgres.log()
        );
        output
    }
}

/// Without a user's own settings, and with the first error its last.
fn quiet(mut psql: Command) -> Command {
    psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
    psql
}

/// A program with this input, to its end.
fn fed(mut command: Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let typist = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _it_may_end_before = typist.join().unwrap();
    output
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits for something that another program does.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn psql_writes_and_reads_what_the_server_holds() {
    let database = DatabaseWorld::new();
    database.finished(database.psql(), TABLES);
    let through = text(&database.finished(database.psql(), DIGEST));
    assert_eq!(through.lines().count(), 12);
    assert_eq!(through, database.straight("postgres", DIGEST));
    let file = database.postgres.folder().join("rows");
    let script = format!(
        "\\copy item_7 TO '{file}'\nCREATE TABLE again (LIKE item_7);\n\\copy again FROM '{file}'\n\
         SELECT count(*) FROM (SELECT * FROM item_7 INTERSECT SELECT * FROM again) same;\n",
        file = file.display()
    );
    assert_eq!(text(&database.finished(database.psql(), &script)), "4175\n");
}

#[test]
fn an_interrupt_in_psql_cancels_its_query_over_a_connection_of_its_own() {
    let database = DatabaseWorld::new();
    let mut command = database.psql();
    command
        .args(["-c", "SELECT pg_sleep(600)"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let psql: Child = command.spawn().unwrap();
    let running =
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active';";
    until("the query", || database.straight("postgres", running) == "1\n");
    let interrupted = Command::new("kill")
        .args(["-s", "INT", &psql.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let error = String::from_utf8_lossy(&psql.wait_with_output().unwrap().stderr).into_owned();
    assert!(
        error.contains("canceling statement due to user request"),
        "{error}"
    );
}

#[test]
fn pg_dump_and_pg_restore_work_with_eight_connections_each() {
    let database = DatabaseWorld::new();
    database.straight("postgres", TABLES);
    let dump = database.postgres.folder().join("dump");
    let mut command = database.client("pg_dump");
    command.args(["-j", "8", "-Fd", "-f"]).arg(&dump);
    database.finished(command, "");
    database.finished(database.psql(), "CREATE DATABASE restored;");
    let mut command = database.client("pg_restore");
    command.args(["-j", "8", "-d", "restored"]).arg(&dump);
    database.finished(command, "");
    let restored = database.straight("restored", DIGEST);
    assert_eq!(restored.lines().count(), 12);
    assert_eq!(restored, database.straight("postgres", DIGEST));
}

/// A Redis behind a node, and a forward to it.
struct CacheWorld {
    redis: Redis,
    forward: ForwardProcess,
    _world: PortWorld,
}

impl CacheWorld {
    fn new() -> Self {
        let (world, redis) = (PortWorld::new(), Redis::start());
        world.open_host("cache.internal", 6379, redis.port());
        let forward = world.forward(&["0:cache.internal:6379"]);
        Self {
            redis,
            forward,
            _world: world,
        }
    }

    fn redis_cli(port: u16, arguments: &[&str]) -> Command {
        let mut command = Command::new("redis-cli");
        command
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Through the forward.
    fn answer(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = fed(Self::redis_cli(self.forward.port(0), arguments), input);
        assert!(output.status.success(), "{output:?} {}", self.forward.said());
        output.stdout
    }

    /// Without it.
    fn straight(&self, arguments: &[&str]) -> String {
        text(&Self::redis_cli(self.redis.port(), arguments).output().unwrap())
    }
}

#[test]
fn redis_cli_fills_a_cache_and_reads_it_back() {
    let cache = CacheWorld::new();
    let commands: String = (0..20_000)
        .map(|key| format!("SET key:{key} value:{key}\r\n"))
        .collect();
    let said = String::from_utf8(cache.answer(&["--pipe"], commands.as_bytes())).unwrap();
    assert!(said.contains("errors: 0, replies: 20000"), "{said}");
    assert_eq!(cache.straight(&["DBSIZE"]), "20000\n");
    let large: Vec<u8> = (0_u32..1_500_000).flat_map(u32::to_le_bytes).collect();
    cache.answer(&["-x", "SET", "large"], &large);
    assert_eq!(cache.straight(&["STRLEN", "large"]), format!("{}\n", large.len()));
    let mut back = cache.answer(&["GET", "large"], b"");
    assert_eq!(back.pop(), Some(b'\n'), "what redis-cli adds");
    assert!(back == large, "{} bytes came back changed", back.len());
}

#[test]
fn a_subscriber_hears_what_is_published_while_it_says_nothing_itself() {
    let cache = CacheWorld::new();
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = CacheWorld::redis_cli(cache.forward.port(0), &["SUBSCRIBE", "news"]);
    let mut subscriber = command.stdout(log.reopen().unwrap()).spawn().unwrap();
    until("the subscription", || {
        cache.straight(&["PUBSUB", "NUMSUB", "news"]) == "news\n1\n"
    });
    cache.straight(&["PUBLISH", "news", "the port is open"]);
    until("the news", || {
        fs::read_to_string(log.path())
            .unwrap()
            .contains("the port is open")
    });
    subscriber.kill().unwrap();
    subscriber.wait().unwrap();
    until("the end of the subscription", || {
        cache.straight(&["PUBSUB", "NUMSUB", "news"]) == "news\n0\n"
    });
}
