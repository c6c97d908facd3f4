//! Which stream the agent means when it says that it could not connect.

/// The agent dials one stream after the other, in the order of their numbers. When that fails it sends the flag, which names
/// no stream, and behind it the stream's FIN; FINs of other streams may come in between. A stream whose output has come was
/// dialled before, and so were all in front of it, whose FINs came before that output.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// Flags whose FIN has not come.
    flags: usize,
    /// The highest number of a stream that brought output.
    reached: u32,
}

impl Refusals {
    /// The flag has come, where so many streams may be meant.
    pub(super) fn flag(&mut self, streams: usize) {
        self.flags = self.flags.saturating_add(1).min(streams);
    }

    pub(super) fn output_of(&mut self, stream: u32) {
        self.reached = self.reached.max(stream);
    }

    /// Whether the FIN of this stream means that it was not connected.
    pub(super) fn is_meant(&mut self, stream: u32) -> bool {
        let is_meant = self.flags > 0 && stream > self.reached;
        self.flags -= usize::from(is_meant);
        is_meant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_means_the_next_stream_that_ends_without_output() {
        let mut refusals = Refusals::default();
        assert!(!refusals.is_meant(3));
        refusals.output_of(5);
        refusals.flag(2);
        assert!(
            !refusals.is_meant(3),
            "it was dialled before one that brought output"
        );
        assert!(!refusals.is_meant(5));
        assert!(refusals.is_meant(7));
        assert!(!refusals.is_meant(9), "one flag, one stream");
    }

    #[test]
    fn there_are_no_more_flags_than_streams() {
        let mut refusals = Refusals::default();
        (0..5).for_each(|_| refusals.flag(1));
        assert!(refusals.is_meant(3) && !refusals.is_meant(5));
    }
}
