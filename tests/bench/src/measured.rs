//! One run of one client, checked and measured.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use postern_bench::client::Said;
use postern_bench::content::{hash_of, hash_of_output, typed};
use postern_bench::gateway::{Gateway, Outcome};
use postern_bench::work::{ForwardWork, PAYLOAD_BYTES, Work};
use wait4::Wait4;

use crate::contender::{Contender, Kind};
use crate::{forwards, programs};

pub type Failure = Box<dyn std::error::Error>;

/// A run that takes longer is broken off.
const LONGEST: Duration = Duration::from_secs(120);
/// Between two looks at the memory of a process. The kernel keeps the most itself, so that little is missed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a run gave.
#[derive(Debug, Default)]
pub struct Run {
    /// Bytes per second, for output and input.
    pub rate: Option<f64>,
    /// Microseconds from each keystroke to its echo.
    pub echoes: Vec<f64>,
    /// Milliseconds from the start of the process to the prompt.
    pub prompt: Option<f64>,
    /// User and system time of the process, in seconds.
    pub cpu: f64,
    /// The most memory that it held, in MB, as far as it was seen before the process ended.
    pub peak: f64,
    /// Bytes that should have come and did not.
    pub lost: u64,
    /// What went wrong.
    pub failure: Option<String>,
    /// Messages that the stand-in sent again, and got again.
    pub repeats: (u64, u64),
}

/// What the side of the client saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub prompt: Option<Duration>,
    pub output: Option<(u64, u64, f64)>,
    pub echoes: Vec<f64>,
}

impl Run {
    /// Does `work` once with `contender`.
    pub fn of(contender: &Contender, work: Work, gateway: &Gateway) -> Self {
        match Self::tried(contender, work, gateway) {
            Ok(run) => run,
            Err(error) => Self {
                failure: Some(error.to_string()),
                ..Self::default()
            },
        }
    }

    fn tried(contender: &Contender, work: Work, gateway: &Gateway) -> Result<Self, Failure> {
        while gateway.outcomes().try_recv().is_ok() {}
        let started = Instant::now();
        let mut child = contender.start(gateway.address(), work)?;
        let watch = Watch::over(&child);
        let seen = match contender.kind {
            Kind::Library | Kind::Proxy => said(&mut child, started),
            Kind::Plugin => programs::converse(&mut child, work, started),
        };
        let used = child.wait4()?;
        let peak = watch.end();
        let outcome = gateway.outcomes().recv_timeout(LONGEST)?;
        let mut run = Self::judged(work, &seen?, &outcome)?;
        if !used.status.success() {
            run.failure = Some(format!("it ended with {}", used.status));
        }
        run.cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        run.peak = peak;
        Ok(run)
    }

    /// Does `work` once through a forward of `contender`, which leads to `destination` where it is a bare proxy.
    pub fn of_forward(contender: &Contender, work: ForwardWork, gateway: &Gateway, destination: u16) -> Self {
        Self::forwarded(contender, work, gateway, destination).unwrap_or_else(|error| Self {
            failure: Some(error.to_string()),
            ..Self::default()
        })
    }

    fn forwarded(
        contender: &Contender,
        work: ForwardWork,
        gateway: &Gateway,
        destination: u16,
    ) -> Result<Self, Failure> {
        while gateway.outcomes().try_recv().is_ok() {}
        let is_session = contender.kind != Kind::Proxy;
        let leads_to = if is_session {
            gateway.address().to_owned()
        } else {
            destination.to_string()
        };
        let mut child = contender.start(&leads_to, Work::Ports)?;
        let watch = Watch::over(&child);
        let run = programs::forwarded_port(&mut child).and_then(|port| forwards::drive(port, work));
        // They listen until somebody ends them, each in its own way: what that costs is not measured.
        child.kill()?;
        let used = child.wait4()?;
        let peak = watch.end();
        let mut run = run?;
        if is_session && let Some(complaint) = gateway.outcomes().recv_timeout(LONGEST)?.complaint {
            return Err(format!("the stand-in got {complaint}").into());
        }
        run.cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        run.peak = peak;
        Ok(run)
    }

    /// So many bytes in so long.
    pub fn at_rate(bytes: u64, took: Duration) -> Self {
        Self {
            rate: Some(bytes as f64 / took.as_secs_f64()),
            ..Self::default()
        }
    }

    fn judged(work: Work, seen: &Seen, outcome: &Outcome) -> Result<Self, Failure> {
        if let Some(complaint) = &outcome.complaint {
            return Err(format!("the stand-in got {complaint}").into());
        }
        let mut run = Self {
            echoes: seen.echoes.clone(),
            prompt: seen.prompt.map(|prompt| prompt.as_secs_f64() * 1e3),
            repeats: (outcome.resent, outcome.repeated_input),
            ..Self::default()
        };
        match work {
            Work::Output { messages } => {
                let (bytes, hash, seconds) = seen.output.ok_or("it told nothing of the output")?;
                let all = messages * PAYLOAD_BYTES as u64;
                run.lost = all.saturating_sub(bytes);
                run.rate = Some(bytes as f64 / seconds);
                if bytes > all || (bytes == all && hash != hash_of_output(messages)) {
                    return Err("the output is not what was sent".into());
                }
            }
            Work::Input { bytes } => {
                let (got, hash, seconds) = outcome.input;
                run.lost = bytes.saturating_sub(got);
                run.rate = Some(got as f64 / seconds);
                if got == bytes && hash != hash_of(&typed(usize::try_from(bytes)?)) {
                    return Err("the input is not what was typed".into());
                }
            }
            Work::Echo { keys } => run.lost = u64::from(keys) - run.echoes.len() as u64,
            Work::Start | Work::Idle { .. } | Work::Ports => {}
        }
        Ok(run)
    }
}

/// What a library's program tells.
fn said(child: &mut Child, started: Instant) -> Result<Seen, Failure> {
    let mut seen = Seen::default();
    let out = child.stdout.take().ok_or("it has no output")?;
    for line in BufReader::new(out).lines() {
        match serde_json::from_str(&line?)? {
            Said::Prompt => seen.prompt = Some(started.elapsed()),
            Said::Output { bytes, hash, seconds } => seen.output = Some((bytes, hash, seconds)),
            Said::Echo(echoes) => seen.echoes = echoes,
            Said::Listening(_) => {}
        }
    }
    Ok(seen)
}

/// Looks after a process: kills it when it takes too long, and notes its memory. What the kernel tells of a process
/// that has ended counts the memory of the one that started it.
struct Watch {
    over: Sender<()>,
    thread: JoinHandle<f64>,
}

impl Watch {
    fn over(child: &Child) -> Self {
        let (over, ended) = mpsc::channel();
        let id = child.id();
        let process = Pid::from_raw(i32::try_from(id).unwrap_or(i32::MAX));
        let started = Instant::now();
        let thread = thread::spawn(move || {
            let mut peak = 0.0;
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                peak = most_memory(id).unwrap_or(peak);
                if started.elapsed() > LONGEST {
                    let _gone = kill(process, Signal::SIGKILL);
                }
            }
            peak
        });
        Self { over, thread }
    }

    fn end(self) -> f64 {
        drop(self.over);
        self.thread.join().unwrap_or_default()
    }
}

fn most_memory(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kb * 1024.0 / 1e6)
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rate) = self.rate {
            write!(f, "{:7.1} MB/s ", rate / 1e6)?;
        }
        if let Some(prompt) = self.prompt {
            write!(f, "prompt {prompt:.1} ms ")?;
        }
        if !self.echoes.is_empty() {
            let mut echoes = self.echoes.clone();
            echoes.sort_by(f64::total_cmp);
            write!(f, "echo {:.0} µs ", echoes[echoes.len() / 2])?;
        }
        write!(f, "cpu {:.3} s peak {:.1} MB", self.cpu, self.peak)?;
        if self.lost > 0 {
            write!(f, " LOST {}", self.lost)?;
        }
        if self.repeats != (0, 0) {
            write!(f, " repeats {:?}", self.repeats)?;
        }
        self.failure
            .as_ref()
            .map_or(Ok(()), |failure| write!(f, " FAILED: {failure}"))
    }
}

/// The machine, in one line.
pub fn machine() -> String {
    let cpus = thread::available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{cpus} CPUs ({model}), Linux {}, loopback, no TLS. {}",
        kernel.trim(),
        load()
    )
}

/// How busy the machine is.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("Load: {}.", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}
