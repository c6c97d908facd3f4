//! The one HTTP port: routing, the Host check, authentication, and the orders of tests.

mod api;
mod authenticate;
mod clock;
mod console;
mod host;
mod html;
mod identity_center;
mod outside;
mod rest;
mod router;
mod surroundings;
#[cfg(test)]
mod test_client;
#[cfg(test)]
mod tests;
mod upgrade;
mod verification;

pub(crate) use router::serve;
