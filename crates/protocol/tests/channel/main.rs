//! The data channel from outside: against a faithful agent over a bad network, and against recorded sessions.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod transcripts;
