//! How many messages may be on their way at a time.

use serde::{Deserialize, Serialize};

use crate::limits::LARGEST_WINDOW;

/// The agent has no window and writes straight into the pty, where a flood stalls it.
const FIRST: usize = 64;
const FEWEST: usize = 16;

/// A window that grows with acknowledgements and halves with losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    messages: usize,
    /// Below it the window grows with each acknowledgement, above it once per round trip.
    threshold: usize,
    acknowledged: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            messages: FIRST,
            threshold: LARGEST_WINDOW,
            acknowledged: 0,
        }
    }
}

impl Window {
    pub(crate) fn messages(&self) -> usize {
        self.messages
    }

    /// A message was acknowledged while the window was in use: growth without use would prove nothing.
    pub(crate) fn grow(&mut self, in_flight: usize) {
        if in_flight * 2 < self.messages {
            return;
        }
        self.acknowledged += 1;
        let needed = if self.messages < self.threshold {
            1
        } else {
            self.messages
        };
        if self.acknowledged >= needed {
            self.acknowledged = 0;
            self.messages = (self.messages + 1).min(LARGEST_WINDOW);
        }
    }

    /// Whether it is one that this type makes: what was read may be anything.
    pub(crate) fn is_valid(&self) -> bool {
        let bounds = FEWEST..=LARGEST_WINDOW;
        bounds.contains(&self.messages)
            && bounds.contains(&self.threshold)
            && self.acknowledged < LARGEST_WINDOW
    }

    /// Messages were lost.
    pub(crate) fn shrink(&mut self) {
        self.messages = (self.messages / 2).max(FEWEST);
        self.threshold = self.messages;
        self.acknowledged = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_at_64_and_grows_to_256_while_it_is_used() {
        let mut window = Window::default();
        assert_eq!(window.messages(), 64);
        (0..1000).for_each(|_| window.grow(1));
        assert_eq!(window.messages(), 64, "single keystrokes prove nothing");
        (0..1000).for_each(|_| window.grow(256));
        assert_eq!(window.messages(), 256);
    }

    #[test]
    fn it_is_in_use_when_half_of_it_is() {
        let mut window = Window::default();
        (0..100).for_each(|_| window.grow(31));
        assert_eq!(window.messages(), 64);
        window.grow(32);
        assert_eq!(window.messages(), 65);
        window.grow(32);
        assert_eq!(window.messages(), 65, "half of 65 is more than 32");
    }

    #[test]
    fn above_the_threshold_it_grows_once_for_each_full_round() {
        let mut window = Window::default();
        window.shrink();
        (0..31).for_each(|_| window.grow(32));
        assert_eq!(window.messages(), 32);
        window.grow(32);
        assert_eq!(window.messages(), 33);
        (0..32).for_each(|_| window.grow(33));
        assert_eq!(window.messages(), 33);
        window.shrink();
        assert_eq!(window.messages(), 16, "a new loss counts from here");
        (0..15).for_each(|_| window.grow(16));
        assert_eq!(window.messages(), 16, "and the round begins anew");
    }

    #[test]
    fn losses_halve_it_down_to_16_and_it_recovers_slowly() {
        let mut window = Window::default();
        (0..10).for_each(|_| window.shrink());
        assert_eq!(window.messages(), 16);
        (0..16).for_each(|_| window.grow(16));
        assert_eq!(window.messages(), 17);
    }
}
