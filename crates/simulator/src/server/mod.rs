//! The one HTTP port: routing, the Host check, authentication, and the orders of tests.

mod api;
mod authenticate;
mod host;
mod outside;
mod router;
#[cfg(test)]
mod test_client;
#[cfg(test)]
mod tests;
mod upgrade;

pub(crate) use router::serve;
