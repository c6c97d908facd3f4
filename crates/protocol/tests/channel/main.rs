//! The data channel from outside: against recorded sessions of the real agent.

#[cfg(test)]
mod transcripts;
