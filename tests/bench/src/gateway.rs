//! The other end of every measured client: gateway and agent in one, without TLS, as fast as a socket takes it.
//!
//! It keeps what an agent keeps: every message of output until it is acknowledged, resending the oldest one when its
//! time is over; every message of input is acknowledged, also again, and taken once and in order.

mod flood;
mod inbox;
mod outbox;
mod ports;
mod session;
mod upgrade;
pub mod wire;

use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::work::Work;
use session::Session;

/// A gateway on loopback.
pub struct Gateway {
    address: String,
    outcomes: Receiver<Outcome>,
}

/// What the stand-in saw of one session, once its client has left.
#[derive(Debug)]
pub struct Outcome {
    /// What it was for.
    pub work: Work,
    /// Messages that it sent again.
    pub resent: u64,
    /// Messages of output that were never acknowledged.
    pub unacknowledged: u64,
    /// Messages of input that came more than once.
    pub repeated_input: u64,
    /// Typed bytes, the hash of them, and the seconds from the first to the last.
    pub input: (u64, u64, f64),
    /// What was wrong with the client, if anything.
    pub complaint: Option<String>,
}

impl Gateway {
    /// Starts one.
    ///
    /// # Errors
    /// When loopback gives no port.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("ws://{}", listener.local_addr()?);
        let (sender, outcomes) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                thread::spawn(move || serve(stream, &sender));
            }
        });
        Ok(Self { address, outcomes })
    }

    /// Where it listens, such as `ws://127.0.0.1:4000`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it saw of the sessions that are over.
    #[must_use]
    pub fn outcomes(&self) -> &Receiver<Outcome> {
        &self.outcomes
    }
}

fn serve(mut stream: TcpStream, outcomes: &Sender<Outcome>) {
    match upgrade::accept(&mut stream) {
        Ok(work) => {
            let _nobody_asks = outcomes.send(Session::live(stream, work));
        }
        Err(why) => eprintln!("the stand-in turned a client away: {why}"),
    }
}
