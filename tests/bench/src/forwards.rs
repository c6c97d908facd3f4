//! The local end of a forward that is measured: connections to its port, and what they carry.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use postern_bench::content::{Tally, hash_of, typed};
use postern_bench::forwarding::{CHUNK_BYTES, HASH_BYTES, Request, hash_of_chunks};
use postern_bench::work::ForwardWork;

use crate::measured::{Failure, Run};

const READ_BYTES: usize = 64 * 1024;
/// A connection on which nothing moves for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does `work` through the forward at this port of loopback.
pub fn drive(port: u16, work: ForwardWork) -> Result<Run, Failure> {
    match work {
        ForwardWork::Down { streams, chunks } => down(port, streams, chunks),
        ForwardWork::Up { streams, bytes } => up(port, streams, bytes),
        ForwardWork::Open { connections } => open(port, connections),
    }
}

fn connect(port: u16) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The same on so many connections at once, which begin together.
fn at_once<T: Send>(
    port: u16,
    streams: u32,
    work: impl Fn(TcpStream) -> Result<T, Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let connected: Vec<_> = (0..streams).map(|_| connect(port)).collect::<Result<_, _>>()?;
    let begin = Barrier::new(connected.len());
    thread::scope(|scope| {
        let running: Vec<_> = connected
            .into_iter()
            .map(|stream| {
                scope.spawn(|| {
                    begin.wait();
                    work(stream).map_err(|error| error.to_string())
                })
            })
            .collect();
        let done = running
            .into_iter()
            .map(|one| one.join().map_err(|_| "a connection broke down")?);
        Ok(done.collect::<Result<_, String>>()?)
    })
}

fn down(port: u16, streams: u32, chunks: u64) -> Result<Run, Failure> {
    let all = chunks * CHUNK_BYTES as u64;
    let tallies = at_once(port, streams, |mut stream| {
        stream.write_all(&Request::Down { streams, chunks }.to_bytes())?;
        let (mut tally, mut buffer) = (Tally::default(), vec![0; READ_BYTES]);
        while tally.bytes() < all {
            match stream.read(&mut buffer)? {
                0 => break,
                read => tally.take(&buffer[..read]),
            }
        }
        Ok(tally)
    })?;
    let expected = hash_of_chunks(chunks);
    if tallies
        .iter()
        .any(|tally| tally.bytes() == all && tally.hash() != expected)
    {
        return Err("a download is not what was sent".into());
    }
    let bytes: u64 = tallies.iter().map(Tally::bytes).sum();
    let (first, last): (Vec<_>, Vec<_>) = tallies.iter().filter_map(Tally::between).unzip();
    let took = first
        .iter()
        .min()
        .zip(last.iter().max())
        .map(|(first, last)| *last - *first);
    let mut run = Run::at_rate(bytes, took.ok_or("nothing came")?);
    run.lost = (all * u64::from(streams)).saturating_sub(bytes);
    Ok(run)
}

fn up(port: u16, streams: u32, bytes: u64) -> Result<Run, Failure> {
    let content: Arc<[u8]> = typed(usize::try_from(bytes)?).into();
    let expected = hash_of(&content);
    let times = at_once(port, streams, |mut stream| {
        let began = Instant::now();
        stream.write_all(&Request::Up { bytes }.to_bytes())?;
        stream.write_all(&content)?;
        let mut hash = [0; HASH_BYTES];
        stream.read_exact(&mut hash)?;
        if u64::from_le_bytes(hash) != expected {
            return Err("an upload is not what was sent".into());
        }
        Ok((began, Instant::now()))
    })?;
    let (began, ended): (Vec<_>, Vec<_>) = times.into_iter().unzip();
    let took = began
        .iter()
        .min()
        .zip(ended.iter().max())
        .map(|(began, ended)| *ended - *began);
    Ok(Run::at_rate(
        bytes * u64::from(streams),
        took.ok_or("nothing went")?,
    ))
}

fn open(port: u16, connections: u32) -> Result<Run, Failure> {
    let mut run = Run::default();
    for _ in 0..connections {
        let (began, mut byte) = (Instant::now(), [0]);
        let mut stream = connect(port)?;
        stream.write_all(&Request::Echo.to_bytes())?;
        stream.write_all(b"k")?;
        stream.read_exact(&mut byte)?;
        run.echoes.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(run)
}
