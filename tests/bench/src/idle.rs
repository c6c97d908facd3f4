//! Many sessions that do nothing: the memory of each further one, and the CPU time of a while.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::thread;
use std::time::Duration;

use memchr::memmem;
use postern_bench::gateway::Gateway;
use postern_bench::work::{PROMPT, Work};

use crate::contender::{Contender, Kind};
use crate::measured::Failure;

/// The first so many are there before the further ones are counted: what all sessions share is loaded by then.
const FIRST: u32 = 10;
/// Until everything is asleep.
const SETTLE: Duration = Duration::from_secs(3);

/// What idle sessions cost.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// Proportional set size of each session beyond the first ones, in kB.
    pub each_kb: f64,
    /// Of all, in MB.
    pub all_mb: f64,
    /// CPU seconds of all in a minute.
    pub cpu_per_minute: f64,
}

impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            each_kb,
            all_mb,
            cpu_per_minute,
        } = self;
        write!(
            f,
            "{each_kb:.0} kB each further, {all_mb:.1} MB, {cpu_per_minute:.3} CPU-s a minute"
        )
    }
}

/// Watches idle sessions: of a library in one process, of a plugin in a process each.
pub fn watch(contender: &Contender, gateway: &Gateway, sessions: u32, seconds: u64) -> Result<Idle, Failure> {
    let few = Sessions::start(contender, gateway, FIRST)?;
    thread::sleep(SETTLE);
    let first = few.memory_kb()?;
    drop(few);
    let many = Sessions::start(contender, gateway, sessions)?;
    thread::sleep(SETTLE);
    let (all, before) = (many.memory_kb()?, many.cpu_seconds()?);
    thread::sleep(Duration::from_secs(seconds));
    let used = many.cpu_seconds()? - before;
    Ok(Idle {
        each_kb: (all - first) / f64::from(sessions - FIRST),
        all_mb: all / 1e3,
        cpu_per_minute: used * 60.0 / seconds as f64,
    })
}

/// The processes; they end when this is dropped.
struct Sessions {
    processes: Vec<Child>,
}

impl Sessions {
    fn start(contender: &Contender, gateway: &Gateway, sessions: u32) -> Result<Self, Failure> {
        let mut started = Self {
            processes: Vec::new(),
        };
        let (processes, each) = match contender.kind {
            Kind::Library | Kind::Proxy => (1, sessions),
            Kind::Plugin => (sessions, 1),
        };
        for _ in 0..processes {
            let child = contender.start(gateway.address(), Work::Idle { sessions: each })?;
            started.processes.push(child);
            let child = started.processes.last_mut().ok_or("no process")?;
            let out = child.stdout.as_mut().ok_or("it has no output")?;
            match contender.kind {
                Kind::Library | Kind::Proxy => {
                    BufReader::new(out).read_line(&mut String::new())?;
                }
                Kind::Plugin => {
                    let (mut words, mut chunk) = (Vec::new(), [0; 4096]);
                    while memmem::find(&words, PROMPT).is_none() {
                        match out.read(&mut chunk)? {
                            0 => return Err(format!("{} ended without a prompt", contender.name).into()),
                            read => words.extend_from_slice(&chunk[..read]),
                        }
                    }
                }
            }
        }
        Ok(started)
    }

    fn memory_kb(&self) -> Result<f64, Failure> {
        self.sum(|process| {
            let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
            let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
            let kb = pss.and_then(|line| line.trim().split(' ').next());
            Ok(kb.ok_or("no Pss")?.parse()?)
        })
    }

    /// From the scheduler's clock, which counts nanoseconds; all threads that live.
    fn cpu_seconds(&self) -> Result<f64, Failure> {
        self.sum(|process| {
            let mut seconds = 0.0;
            for thread in fs::read_dir(format!("/proc/{process}/task"))? {
                let clock = fs::read_to_string(thread?.path().join("schedstat"))?;
                let nanoseconds: f64 = clock.split(' ').next().ok_or("no schedstat")?.parse()?;
                seconds += nanoseconds / 1e9;
            }
            Ok(seconds)
        })
    }

    fn sum(&self, of: impl Fn(u32) -> Result<f64, Failure>) -> Result<f64, Failure> {
        self.processes.iter().map(|child| of(child.id())).sum()
    }
}

impl Drop for Sessions {
    fn drop(&mut self) {
        for child in &mut self.processes {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }
}
