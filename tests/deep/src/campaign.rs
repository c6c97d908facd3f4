//! Many runs on all cores: progress for whoever watches, and for each failure the words that run it alone.
#![expect(clippy::print_stdout, reason = "a person watches, for minutes")]

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::conversation::Report;
use crate::matrix::ENOUGH_MESSAGES;

const CELL: &str = "POSTERN_DEEP_CELL";
const SEED: &str = "POSTERN_DEEP_SEED";
const SEEDS: &str = "POSTERN_DEEP_SEEDS";
const NEWS: Duration = Duration::from_secs(10);
/// More of them tell nothing new.
const SHOWN_FAILURES: usize = 20;

/// Named cells, each of which is run with each seed.
pub struct Campaign<C> {
    /// What it is called on the screen.
    pub title: &'static str,
    /// The test to name in the command that runs one cell alone: `--test <file> <name>`.
    pub test: &'static str,
    /// The cells and their names.
    pub cells: Vec<(String, C)>,
    /// The seeds.
    pub seeds: Range<u64>,
}

/// One run.
#[derive(Debug, Clone)]
pub struct Job {
    /// The index of the cell.
    pub cell: usize,
    /// The seed.
    pub seed: u64,
}

/// What came of all runs.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The runs that did what they should.
    pub reports: Vec<(Job, Report)>,
    /// The others, each with its cell, its seed and the command that runs it alone.
    pub failures: Vec<String>,
}

impl<C: Sync> Campaign<C> {
    /// The same campaign, cut down to what the environment asks for: `POSTERN_DEEP_CELL` (a name, or the beginning of
    /// some), `POSTERN_DEEP_SEED` (one seed) and `POSTERN_DEEP_SEEDS` (how many).
    ///
    /// # Errors
    /// When nothing is left.
    pub fn from_environment(mut self) -> Result<Self, String> {
        let number = |name| {
            std::env::var(name)
                .ok()
                .and_then(|text: String| text.parse::<u64>().ok())
        };
        if let Ok(wanted) = std::env::var(CELL) {
            self.cells.retain(|(name, _)| name.starts_with(&wanted));
        }
        if let Some(count) = number(SEEDS) {
            self.seeds.end = self.seeds.start.saturating_add(count);
        }
        if let Some(seed) = number(SEED) {
            self.seeds = seed..seed.saturating_add(1);
        }
        if self.cells.is_empty() || self.seeds.is_empty() {
            return Err(format!(
                "{CELL}, {SEED} or {SEEDS} leave nothing to run of {}",
                self.title
            ));
        }
        Ok(self)
    }

    /// Runs everything, on as many threads as there are cores.
    pub fn run(&self, play: impl Fn(&C, u64) -> Result<Report, String> + Sync) -> Outcome {
        let started = Instant::now();
        let outcome = Mutex::new(Outcome::default());
        let next = AtomicUsize::new(0);
        let news = Mutex::new(started);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    while let Some(job) = self.job(next.fetch_add(1, Ordering::Relaxed)) {
                        self.note(&job, self.play(&job, &play), &outcome);
                        self.tell(started, &news, &outcome);
                    }
                });
            }
        });
        let outcome = outcome.into_inner().unwrap_or_default();
        self.sum_up(started, &outcome);
        outcome
    }

    /// All cells with one seed, then all with the next: a defect shows itself early.
    fn job(&self, number: usize) -> Option<Job> {
        let cell = number % self.cells.len().max(1);
        let round = u64::try_from(number / self.cells.len().max(1)).ok()?;
        let seed = self.seeds.start.checked_add(round)?;
        self.seeds.contains(&seed).then_some(Job { cell, seed })
    }

    fn play(&self, job: &Job, play: impl Fn(&C, u64) -> Result<Report, String>) -> Result<Report, String> {
        self.cells.get(job.cell).map_or_else(
            || Err("no such cell".to_owned()),
            |(_, cell)| play(cell, job.seed),
        )
    }

    fn note(&self, job: &Job, result: Result<Report, String>, outcome: &Mutex<Outcome>) {
        let Ok(mut outcome) = outcome.lock() else {
            return;
        };
        match result {
            Ok(report) => outcome.reports.push((job.clone(), report)),
            Err(fault) => outcome.failures.push(self.failure(job, &fault)),
        }
    }

    fn failure(&self, job: &Job, fault: &str) -> String {
        let cell = self.cells.get(job.cell).map_or("", |(name, _)| name);
        let (seed, test) = (job.seed, self.test);
        format!(
            "{cell}, seed {seed}: {fault}\n    {CELL}={cell} {SEED}={seed} cargo test -p postern-deep {test} -- \
             --ignored --nocapture"
        )
    }

    fn tell(&self, started: Instant, news: &Mutex<Instant>, outcome: &Mutex<Outcome>) {
        if let Ok(mut last) = news.lock()
            && last.elapsed() >= NEWS
            && let Ok(outcome) = outcome.lock()
        {
            *last = Instant::now();
            println!("{}: {}", self.title, self.count(started, &outcome));
        }
    }

    fn count(&self, started: Instant, outcome: &Outcome) -> String {
        let runs = u64::try_from(self.cells.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(self.seeds.end - self.seeds.start);
        let (done, failed) = (
            outcome.reports.len() + outcome.failures.len(),
            outcome.failures.len(),
        );
        format!(
            "{done} of {runs} runs, {failed} failed, {} s",
            started.elapsed().as_secs()
        )
    }

    fn sum_up(&self, started: Instant, outcome: &Outcome) {
        let most = |value: fn(&Report) -> Duration| {
            outcome
                .reports
                .iter()
                .map(|(_, report)| value(report))
                .max()
                .unwrap_or_default()
        };
        println!(
            "{}: {}; {} cells, longest run {:.1?} of virtual time, longest standstill {:.1?}, slowest return {:.1?}{}",
            self.title,
            self.count(started, outcome),
            self.cells.len(),
            most(|report| report.took),
            most(|report| report.longest_standstill),
            most(|report| report.slowest_return),
            amplification(outcome),
        );
        for failure in outcome.failures.iter().take(SHOWN_FAILURES) {
            println!("  FAILED {failure}");
        }
    }
}

/// The most frames that we wrote for each message in any one run; nothing when no run had enough messages to tell.
fn amplification(outcome: &Outcome) -> String {
    let per_message = |report: &Report| report.frames as f64 / report.messages as f64;
    outcome
        .reports
        .iter()
        .filter(|(_, report)| report.messages >= ENOUGH_MESSAGES)
        .map(|(_, report)| per_message(report))
        .max_by(f64::total_cmp)
        .map_or_else(String::new, |most| {
            format!(", at most {most:.2} frames a message")
        })
}
