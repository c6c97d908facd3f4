//! The opening of a SOCKS client: bytes cut anywhere are read the same, nothing is waited for in vain, and what is asked for is
//! a destination.

use postern_forward::{PortDestination, SocksFault, SocksOpening, SocksStep};

/// The longest greeting and the longest request.
const LONGEST: usize = 257 + 262;

/// Reads any bytes as what a client says, at once and in two pieces.
pub fn socks(data: &[u8]) {
    let whole = read(&[data]);
    let cut = data
        .first()
        .map_or(0, |first| usize::from(*first).min(data.len()));
    let (first, second) = data.split_at(cut);
    assert_eq!(read(&[first, second]), whole);
    match whole {
        Ok(Some(destination)) => {
            let host = destination.host.as_deref().expect("every client names a host");
            assert_eq!(
                PortDestination::host(host, destination.port).as_ref(),
                Ok(&destination)
            );
            assert!(destination.port > 0);
        }
        Ok(None) => assert!(data.len() < LONGEST, "a request that has no end"),
        Err(_) => {}
    }
}

/// What a client that says this in these pieces asks for.
fn read(pieces: &[&[u8]]) -> Result<Option<PortDestination>, SocksFault> {
    let (mut opening, mut is_greeted) = (SocksOpening::default(), false);
    for piece in pieces {
        opening.receive(piece);
        loop {
            match opening.poll() {
                Ok(Some(SocksStep::Greeted)) => is_greeted = true,
                Ok(Some(SocksStep::Asked(destination))) => return Ok(Some(destination)),
                Ok(None) => break,
                Err(fault) => {
                    let words = opening.last_words(&fault);
                    assert!(!is_greeted || matches!(words.as_slice(), [5, 1..=8, 0, 1, 0, 0, 0, 0, 0, 0]));
                    return Err(fault);
                }
            }
        }
    }
    Ok(None)
}
