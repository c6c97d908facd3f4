//! The table: medians over the rounds with their spread.

use std::collections::BTreeMap;
use std::fmt;

use crate::contender::{Contender, Kind};
use crate::idle::Idle;
use crate::measured::Run;

/// Everything that was measured.
pub struct Results {
    contenders: Vec<(String, Kind)>,
    runs: BTreeMap<(String, String), Vec<Run>>,
    idle: BTreeMap<String, Vec<Idle>>,
}

impl Results {
    pub fn new(contenders: &[Contender]) -> Self {
        Self {
            contenders: contenders
                .iter()
                .map(|one| (one.name.clone(), one.kind))
                .collect(),
            runs: BTreeMap::new(),
            idle: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, contender: &Contender, work: &str, run: Run) {
        let key = (work.to_owned(), contender.name.clone());
        self.runs.entry(key).or_default().push(run);
    }

    pub fn add_idle(&mut self, contender: &Contender, idle: Idle) {
        self.idle.entry(contender.name.clone()).or_default().push(idle);
    }

    fn of<'a>(&'a self, work: &str) -> Vec<(&'a str, &'a [Run])> {
        let runs = |name: &str| self.runs.get(&(work.to_owned(), name.to_owned()));
        let found = self.contenders.iter();
        found
            .filter_map(|(name, _)| Some((name.as_str(), runs(name)?.as_slice())))
            .collect()
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (work, title) in [
            ("output-50", "Output, 50 MiB"),
            ("output-500", "Output, 500 MiB"),
            ("input", "Input, 10 MiB"),
        ] {
            rates(f, title, &self.of(work))?;
        }
        echoes(f, "Keystroke to echo", &self.of("echo"))?;
        starts(f, &self.of("start"))?;
        for (work, title, _) in crate::forward_works() {
            if matches!(work, "open") {
                echoes(f, title, &self.of(work))?;
            } else {
                rates(f, title, &self.of(work))?;
            }
        }
        self.idles(f)
    }
}

fn rates(f: &mut fmt::Formatter<'_>, title: &str, rows: &[(&str, &[Run])]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "| {title} | MB/s, median (least – most) | CPU-s, median (least – most) | peak MB | lost |"
    )?;
    writeln!(f, "|---|---|---|---|---|")?;
    for (name, runs) in rows {
        let rate = Spread::of(runs.iter().filter_map(|run| run.rate).map(|rate| rate / 1e6));
        let cpu = Spread::of(runs.iter().map(|run| run.cpu));
        let peak = Spread::of(runs.iter().map(|run| run.peak));
        writeln!(
            f,
            "| {name} | {rate:.1} | {cpu:.3} | {:.1} | {} |",
            peak.median,
            losses(runs)
        )?;
    }
    writeln!(f)
}

fn echoes(f: &mut fmt::Formatter<'_>, title: &str, rows: &[(&str, &[Run])]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "| {title} | median µs | p99 µs | times | CPU-s, median (least – most) | lost |"
    )?;
    writeln!(f, "|---|---|---|---|---|---|")?;
    for (name, runs) in rows {
        let mut all: Vec<f64> = runs.iter().flat_map(|run| &run.echoes).copied().collect();
        all.sort_by(f64::total_cmp);
        let at = |part: f64| {
            all.get((all.len() as f64 * part) as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        let cpu = Spread::of(runs.iter().map(|run| run.cpu));
        writeln!(
            f,
            "| {name} | {:.0} | {:.0} | {} | {cpu:.3} | {} |",
            at(0.5),
            at(0.99),
            all.len(),
            losses(runs)
        )?;
    }
    writeln!(f)
}

fn starts(f: &mut fmt::Formatter<'_>, rows: &[(&str, &[Run])]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "| Start to first prompt | ms, median (least – most) | CPU-s, median (least – most) | starts | failed |"
    )?;
    writeln!(f, "|---|---|---|---|---|")?;
    for (name, runs) in rows {
        let prompt = Spread::of(runs.iter().filter_map(|run| run.prompt));
        let cpu = Spread::of(runs.iter().map(|run| run.cpu));
        writeln!(
            f,
            "| {name} | {prompt:.1} | {cpu:.3} | {} | {} |",
            runs.len(),
            losses(runs)
        )?;
    }
    writeln!(f)
}

impl Results {
    fn idles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.idle.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "| Idle sessions | kB (PSS) each further, median (least – most) | all, MB | CPU-s a minute | processes |"
        )?;
        writeln!(f, "|---|---|---|---|---|")?;
        for (name, kind) in &self.contenders {
            let Some(idle) = self.idle.get(name) else { continue };
            let each = Spread::of(idle.iter().map(|idle| idle.each_kb));
            let all = Spread::of(idle.iter().map(|idle| idle.all_mb));
            let cpu = Spread::of(idle.iter().map(|idle| idle.cpu_per_minute));
            let processes = match kind {
                Kind::Library | Kind::Proxy => "one",
                Kind::Plugin => "one each",
            };
            writeln!(
                f,
                "| {name} | {each:.0} | {:.1} | {cpu:.3} | {processes} |",
                all.median
            )?;
        }
        writeln!(f)
    }
}

fn losses(runs: &[Run]) -> String {
    let lost = Spread::of(runs.iter().map(|run| run.lost as f64));
    let failed: Vec<_> = runs.iter().filter_map(|run| run.failure.as_deref()).collect();
    match (lost.most > 0.0, failed.first()) {
        (_, Some(first)) => format!("{} of {} runs failed: {first}", failed.len(), runs.len()),
        (true, None) => format!("{lost:.0} bytes"),
        (false, None) => "0".to_owned(),
    }
}

/// A median with its least and most.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 0 && middle > 0 {
            f64::midpoint(at(middle - 1), at(middle))
        } else {
            at(middle)
        };
        Self {
            median,
            least: at(0),
            most: at(values.len().saturating_sub(1)),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(1);
        write!(
            f,
            "{:.digits$} ({:.digits$} – {:.digits$})",
            self.median, self.least, self.most
        )
    }
}
