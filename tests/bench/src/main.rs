//! Measures every contender at every piece of work, in rounds that take turns, and prints the table.

mod contender;
mod forwards;
mod idle;
mod measured;
mod programs;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use postern_bench::client::{CHECKED, ONE_THREAD};
use postern_bench::destination;
use postern_bench::forwarding::{CHUNK_BYTES, DIFFERENT_CHUNKS};
use postern_bench::gateway::Gateway;
use postern_bench::work::{ForwardWork, PAYLOAD_BYTES, Work};

use contender::Contender;
use measured::{Failure, Run};
use table::Results;

/// Postern's benchmark: one stand-in of gateway and agent on loopback, without TLS; each client in a process of its own.
#[derive(Parser)]
struct Arguments {
    /// Rounds; each does every work once with every client.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Postern's drop-in, built for release.
    #[arg(long)]
    drop_in: Option<PathBuf>,
    /// Another plugin that is called as the AWS CLI calls it, as NAME=PATH; several are taken.
    #[arg(long, value_parser = named)]
    plugin: Vec<(String, PathBuf)>,
    /// Only clients whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// Only these pieces of work: output-50, output-500, input, echo, start, idle; through forwards: down, up, down-64, up-64,
    /// open.
    #[arg(long, value_delimiter = ',')]
    work: Vec<String>,
    /// Starts of a round.
    #[arg(long, default_value_t = 10)]
    starts: u32,
    /// Keystrokes of a round.
    #[arg(long, default_value_t = 1000)]
    keys: u32,
    /// Idle sessions.
    #[arg(long, default_value_t = 200)]
    sessions: u32,
    /// How long they are watched, in seconds.
    #[arg(long, default_value_t = 60)]
    idle_seconds: u64,
    /// Rounds of idle sessions; they take a minute each.
    #[arg(long, default_value_t = 1)]
    idle_rounds: u32,
}

const MIB: u64 = 1024 * 1024;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<(), Failure> {
    let gateway = Gateway::start()?;
    let contenders = contenders(arguments)?;
    let mut results = Results::new(&contenders);
    println!("{}", measured::machine());
    for round in 1..=arguments.rounds {
        for (name, work, times) in works(arguments) {
            for _ in 0..times {
                for contender in contenders.iter().filter(|one| one.has_terminal) {
                    let run = Run::of(contender, work, &gateway);
                    eprintln!(
                        "{round}/{} {name:<10} {:<28} {run}",
                        arguments.rounds, contender.name
                    );
                    results.add(contender, &name, run);
                }
            }
        }
    }
    measure_forwards(arguments, &contenders, &gateway, &mut results)?;
    if wanted(arguments, "idle") {
        for round in 1..=arguments.idle_rounds {
            for contender in contenders.iter().filter(|one| one.has_terminal) {
                let seen = idle::watch(contender, &gateway, arguments.sessions, arguments.idle_seconds)?;
                eprintln!(
                    "{round}/{} idle {:<28} {seen}",
                    arguments.idle_rounds, contender.name
                );
                results.add_idle(contender, seen);
            }
        }
    }
    println!("{}", measured::load());
    println!("\n{results}");
    Ok(())
}

fn measure_forwards(
    arguments: &Arguments,
    contenders: &[Contender],
    gateway: &Gateway,
    results: &mut Results,
) -> Result<(), Failure> {
    let destination = destination::start()?;
    for round in 1..=arguments.rounds {
        for (name, _, work) in forward_works().filter(|(name, ..)| wanted(arguments, name)) {
            for contender in contenders.iter().filter(|one| one.forwards) {
                let run = Run::of_forward(contender, work, gateway, destination);
                eprintln!(
                    "{round}/{} {name:<10} {:<28} {run}",
                    arguments.rounds, contender.name
                );
                results.add(contender, name, run);
            }
        }
    }
    Ok(())
}

/// What is measured through forwards: its name, its title in the table, and the work.
pub(crate) fn forward_works() -> impl Iterator<Item = (&'static str, &'static str, ForwardWork)> {
    let chunks = |mib: u64| (mib * MIB / CHUNK_BYTES as u64).next_multiple_of(DIFFERENT_CHUNKS);
    let down = |streams: u32, mib| ForwardWork::Down {
        streams,
        chunks: chunks(mib),
    };
    let up = |streams, bytes| ForwardWork::Up { streams, bytes };
    [
        ("down", "Forward: one connection down, 200 MiB", down(1, 200)),
        ("up", "Forward: one connection up, 20 MiB", up(1, 20 * MIB)),
        ("down-64", "Forward: 64 connections down, 4 MiB each", down(64, 4)),
        (
            "up-64",
            "Forward: 64 connections up, 256 KiB each",
            up(64, MIB / 4),
        ),
        (
            "open",
            "Forward: 500 connections one after the other, a byte there and back",
            ForwardWork::Open { connections: 500 },
        ),
    ]
    .into_iter()
}

fn works(arguments: &Arguments) -> Vec<(String, Work, u32)> {
    let messages = |mib: u64| mib * MIB / PAYLOAD_BYTES as u64;
    let mut works = vec![
        (
            "output-50".to_owned(),
            Work::Output {
                messages: messages(50),
            },
            1,
        ),
        (
            "output-500".to_owned(),
            Work::Output {
                messages: messages(500),
            },
            1,
        ),
        ("input".to_owned(), Work::Input { bytes: 10 * MIB }, 1),
        ("echo".to_owned(), Work::Echo { keys: arguments.keys }, 1),
        ("start".to_owned(), Work::Start, arguments.starts),
    ];
    works.retain(|(name, _, _)| wanted(arguments, name));
    works
}

fn wanted(arguments: &Arguments, name: &str) -> bool {
    arguments.work.is_empty() || arguments.work.iter().any(|work| work == name)
}

fn contenders(arguments: &Arguments) -> Result<Vec<Contender>, Failure> {
    let here = std::env::current_exe()?;
    let beside = |name: &str| here.with_file_name(name);
    let mut contenders = vec![
        Contender::library("bare limit", beside("bare"), None),
        Contender::library("bare limit, digests checked", beside("bare"), Some(CHECKED)),
        Contender::proxy("bare loopback proxy", beside("bare-forward")),
        Contender::library("Postern, library", beside("ours"), None).forwards(),
        Contender::library("Postern, library, one thread", beside("ours"), Some(ONE_THREAD)).forwards(),
        Contender::library("aws-ssm-bridge 0.6.0", beside("bench-bridge"), None).forwards(),
        Contender::plugin("bare limit, pipes", beside("bare-plugin")),
    ];
    if let Some(path) = &arguments.drop_in {
        contenders.push(Contender::plugin("Postern, drop-in", path.clone()).forwards());
    }
    for (name, path) in &arguments.plugin {
        contenders.push(Contender::plugin(name, path.clone()).forwards());
    }
    contenders.retain(|contender| {
        let wanted = arguments
            .only
            .as_ref()
            .is_none_or(|only| contender.name.contains(only.as_str()));
        let is_there = contender.program.exists();
        if wanted && !is_there {
            eprintln!(
                "{} is not measured: there is no {}",
                contender.name,
                contender.program.display()
            );
        }
        wanted && is_there
    });
    Ok(contenders)
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    text.split_once('=')
        .map(|(name, path)| (name.to_owned(), PathBuf::from(path)))
        .ok_or_else(|| "NAME=PATH is wanted".to_owned())
}
