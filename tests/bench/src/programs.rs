//! The other side of a plugin: what a user types into its standard input and reads from its standard output.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::thread;
use std::time::Instant;

use memchr::memmem;
use postern_bench::client::{BETWEEN_KEYS, Said};
use postern_bench::content::{Tally, typed};
use postern_bench::work::{BYE, GO, PAYLOAD_BYTES, PROMPT, Work};

use crate::measured::{Failure, Seen};

/// A pipe gives at most this much at once.
const READ_BYTES: usize = 64 * 1024;

/// Does `work` through the pipes of `child`, to the end of its output.
pub fn converse(child: &mut Child, work: Work, started: Instant) -> Result<Seen, Failure> {
    let stdin = child.stdin.take().ok_or("it has no input")?;
    let stdout = child.stdout.take().ok_or("it has no output")?;
    let mut pipes = Pipes { stdin, stdout };
    pipes.prompt()?;
    let mut seen = Seen {
        prompt: Some(started.elapsed()),
        ..Seen::default()
    };
    match work {
        Work::Output { messages } => {
            pipes.stdin.write_all(GO)?;
            seen.output = Some(pipes.output(messages * PAYLOAD_BYTES as u64)?);
        }
        Work::Input { bytes } => return pipes.input(bytes, seen),
        Work::Echo { keys } => {
            seen.echoes = pipes.echo(keys)?;
            pipes.stdin.write_all(&[BYE])?;
        }
        Work::Start | Work::Idle { .. } | Work::Ports => pipes.stdin.write_all(&[BYE])?,
    }
    pipes.the_rest()?;
    Ok(seen)
}

/// The local port that `child` forwards, in the words of a plugin or of a library's program. What it says later is read and
/// thrown away.
pub fn forwarded_port(child: &mut Child) -> Result<u16, Failure> {
    let stdout = child.stdout.take().ok_or("it has no output")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = loop {
        let line = lines.next().ok_or("it ended without a port")??;
        if let Some(port) = port_in(&line) {
            break port;
        }
    };
    thread::spawn(move || lines.for_each(drop));
    Ok(port)
}

fn port_in(line: &str) -> Option<u16> {
    if let Ok(Said::Listening(port)) = serde_json::from_str(line) {
        return Some(port);
    }
    let (port, _) = line.strip_prefix("Port ")?.split_once(" opened")?;
    port.parse().ok()
}

struct Pipes {
    stdin: ChildStdin,
    stdout: ChildStdout,
}

impl Pipes {
    /// Reads its words up to the prompt.
    fn prompt(&mut self) -> Result<(), Failure> {
        let (mut words, mut chunk) = (Vec::new(), [0; 4096]);
        while memmem::find(&words, PROMPT).is_none() {
            match self.stdout.read(&mut chunk)? {
                0 => return Err("it ended without a prompt".into()),
                read => words.extend_from_slice(&chunk[..read]),
            }
        }
        if words.ends_with(PROMPT) {
            Ok(())
        } else {
            Err("something came behind the prompt".into())
        }
    }

    /// Reads the output; what comes behind it are its words of farewell.
    fn output(&mut self, bytes: u64) -> Result<(u64, u64, f64), Failure> {
        let (mut tally, mut chunk) = (Tally::default(), vec![0; READ_BYTES]);
        while tally.bytes() < bytes {
            let left = usize::try_from(bytes - tally.bytes()).unwrap_or(usize::MAX);
            match self.stdout.read(&mut chunk[..left.min(READ_BYTES)])? {
                0 => break,
                read => tally.take(&chunk[..read]),
            }
        }
        Ok((tally.bytes(), tally.hash(), tally.took().as_secs_f64()))
    }

    /// Types in a thread, because the program may write meanwhile, and keeps its input open to the end.
    fn input(mut self, bytes: u64, seen: Seen) -> Result<Seen, Failure> {
        let input = typed(usize::try_from(bytes)?);
        let mut stdin = self.stdin;
        let typist = thread::spawn(move || stdin.write_all(&input).map(|()| stdin));
        let mut rest = Vec::new();
        self.stdout.read_to_end(&mut rest)?;
        typist.join().map_err(|_| "the typist broke down")??;
        Ok(seen)
    }

    fn echo(&mut self, keys: u32) -> Result<Vec<f64>, Failure> {
        let (mut took, mut key) = (Vec::new(), [0]);
        for _ in 0..keys {
            thread::sleep(BETWEEN_KEYS);
            let typed = Instant::now();
            self.stdin.write_all(b"k")?;
            self.stdout.read_exact(&mut key)?;
            took.push(typed.elapsed().as_secs_f64() * 1e6);
        }
        Ok(took)
    }

    fn the_rest(&mut self) -> Result<(), Failure> {
        let mut rest = Vec::new();
        self.stdout.read_to_end(&mut rest)?;
        if rest.len() > 1024 {
            return Err(format!("{} bytes came behind the output", rest.len()).into());
        }
        Ok(())
    }
}
