//! The mux: any bytes of an agent, and any play of local sides, an agent and the time between them.

mod far;
mod model;
mod near;
mod script;

use arbitrary::{Arbitrary as _, Unstructured};
use postern_protocol::{Mux, MuxEvent, MuxLimits, PortFlag};

use crate::peer::at;
use model::Model;
use script::Script;

/// What no stream may hold when nobody takes anything, beside what one call brings.
const SMALL: MuxLimits = MuxLimits {
    streams: 8,
    stream_bytes: 1 << 10,
    session_bytes: 4 << 10,
    in_flight_bytes: 2 << 10,
    stalled_for: std::time::Duration::from_secs(30),
    half_closed_for: std::time::Duration::from_secs(60),
    wedged_after: std::time::Duration::from_secs(30),
    keep_alive: None,
};

/// Plays the bytes as what an agent sends, or as a script.
pub fn smux(data: &[u8]) {
    match data.split_first() {
        Some((first, rest)) if first & 1 == 0 => foreign(rest, usize::from(*first / 2) + 1),
        Some((_, rest)) => scripted(rest),
        None => {}
    }
}

/// Whatever comes is taken or refused, cut anywhere, and nothing grows.
fn foreign(bytes: &[u8], cut: usize) {
    let mut mux = Mux::new(SMALL);
    let streams = [(); 3].map(|()| mux.open(at(0)).expect("there is room for a stream"));
    let _begun = mux.poll_transmit(1024);
    let mut breach = None;
    let (mut came, mut told) = (0, 0);
    for (number, piece) in bytes.chunks(cut).enumerate() {
        let now = at(u64::try_from(number).unwrap_or(0));
        let outcome = mux.receive(now, piece);
        assert!(
            breach.is_none() || outcome == breach.map_or(Ok(()), Err),
            "a breach is for good"
        );
        breach = outcome.err();
        came += piece.len();
        mux.flag(now, PortFlag::from(u32::from(piece[0])));
        while let Some(event) = mux.poll_event() {
            if let MuxEvent::Output { bytes, .. } = event {
                told += bytes.len();
            }
        }
        assert!(told <= came, "more output than came");
        assert!(mux.streams() <= SMALL.streams);
    }
    mux.handle_timeout(at(200_000));
    assert!(mux.next_timeout().is_none_or(|at| at.as_millis() > 200_000));
    assert_eq!(breach.is_some(), mux.open(at(200_000)).is_err(), "{streams:?}");
}

fn scripted(data: &[u8]) {
    let Ok(script) = Script::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let mut model = Model::new(&script.bounds);
    for step in script.steps {
        model.play(step);
        model.check();
    }
    model.end_well(script.stalled);
}
