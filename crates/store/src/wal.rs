//! The write-ahead log beside a file that was not closed. SQLite reads it up to the first frame that is not whole and
//! passes over the rest without a word, because a computer that lost its power leaves such an end too.

use std::{fs, io, path::Path};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit says whether checksums are made of big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// Where the log at `path` is damaged, in words; none if it is whole, or ends as after a loss of power, or is not there.
pub(crate) fn damage(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(damage_in(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn damage_in(bytes: &[u8]) -> Option<String> {
    let header = bytes.get(..HEADER)?;
    let Some(log) = Log::of(header) else {
        return Some("the head of its log of changes is damaged".into());
    };
    let mut sums = (word(header, 24), word(header, 28));
    let mut broken_at = None;
    for (number, frame) in bytes.get(HEADER..)?.chunks_exact(log.frame).enumerate() {
        let is_of_this_log = frame.get(8..16) == header.get(16..24);
        match broken_at {
            // What follows the last change is of an older log.
            None if !is_of_this_log => return None,
            None => {
                sums = log.sums_after(sums, frame);
                if sums != (word(frame, 16), word(frame, 20)) {
                    broken_at = Some(number + 1);
                }
            }
            // A frame that ends a change was written after the one that is broken.
            Some(broken) if is_of_this_log && word(frame, 4) != 0 => {
                return Some(format!("its log of changes is damaged at frame {broken}"));
            }
            Some(_) => {}
        }
    }
    None
}

struct Log {
    /// A page with its header.
    frame: usize,
    big_endian: bool,
}

impl Log {
    /// The form of a log, or none if its header is not whole.
    fn of(header: &[u8]) -> Option<Self> {
        let magic = word(header, 0);
        let page = usize::try_from(word(header, 8)).ok()?;
        let is_legal = magic & !1 == MAGIC && page.is_power_of_two() && (512..=65_536).contains(&page);
        let log = Self {
            frame: FRAME_HEADER + page,
            big_endian: magic & 1 == 1,
        };
        let sums = log.sum((0, 0), header.get(..24)?);
        (is_legal && sums == (word(header, 24), word(header, 28))).then_some(log)
    }

    fn sums_after(&self, sums: (u32, u32), frame: &[u8]) -> (u32, u32) {
        let sums = self.sum(sums, frame.get(..8).unwrap_or_default());
        self.sum(sums, frame.get(FRAME_HEADER..).unwrap_or_default())
    }

    fn sum(&self, sums: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let read = |bytes: &[u8]| {
            let word = word(bytes, 0);
            if self.big_endian { word } else { word.swap_bytes() }
        };
        bytes.chunks_exact(8).fold(sums, |(one, two), pair| {
            let (first, second) = pair.split_at(4);
            let one = one.wrapping_add(read(first)).wrapping_add(two);
            (one, two.wrapping_add(read(second)).wrapping_add(one))
        })
    }
}

/// The big-endian word at `at`; 0 behind the end.
fn word(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}
