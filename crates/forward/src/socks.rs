//! A forward that goes wherever each of its connections asks for, by SOCKS5.

mod rules;

pub use rules::{AllowedHost, SocksRules};
