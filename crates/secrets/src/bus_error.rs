//! What the session bus and the services on it say, as reasons why a secret cannot be had.

use std::io;

use postern_model::{SecretError, system_text};
use secret_service::Error;
use zbus::DBusError;

/// What the library of the Secret Service says.
pub(crate) fn explain(error: Error) -> SecretError {
    if let Error::Zbus(error) = &error {
        return of_bus(error);
    }
    if matches!(error, Error::Locked) {
        SecretError::Locked
    } else if matches!(error, Error::Prompt) {
        SecretError::Dismissed
    } else if matches!(error, Error::NoResult) {
        without_collection()
    } else if matches!(error, Error::Unavailable) {
        no_keyring("nothing answers on the session bus")
    } else {
        failed(&error.to_string())
    }
}

/// What the bus says.
pub(crate) fn of_bus(error: &zbus::Error) -> SecretError {
    if let zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) = error {
        of_socket(error)
    } else if let zbus::Error::MethodError(name, said, _) = error {
        of_answer(name.as_str(), said.as_deref())
    } else if let zbus::Error::FDO(error) = error {
        of_answer(error.name().as_str(), error.description())
    } else if let zbus::Error::Address(_) | zbus::Error::Handshake(_) = error {
        no_keyring(&error.to_string())
    } else {
        failed(&error.to_string())
    }
}

/// The service is there, and nobody ever made a keyring with it.
pub(crate) fn without_collection() -> SecretError {
    no_keyring("it has no default collection")
}

/// The bus closed the connection.
pub(crate) fn gone() -> SecretError {
    no_keyring("the session bus is gone")
}

fn of_socket(error: &io::Error) -> SecretError {
    no_keyring(&format!(
        "the session bus cannot be reached ({})",
        system_text(error)
    ))
}

fn of_answer(name: &str, said: Option<&str>) -> SecretError {
    const BUS: &str = "org.freedesktop.DBus.Error.";
    let of_the_bus = name.strip_prefix(BUS).unwrap_or_default();
    if name == "org.freedesktop.Secret.Error.IsLocked" {
        SecretError::Locked
    } else if matches!(of_the_bus, "ServiceUnknown" | "NameHasNoOwner" | "Disconnected")
        || of_the_bus.starts_with("Spawn.")
    {
        no_keyring(said.unwrap_or(name))
    } else if matches!(of_the_bus, "NoReply" | "Timeout" | "TimedOut") {
        SecretError::Hangs
    } else {
        failed(said.unwrap_or(name))
    }
}

fn no_keyring(detail: &str) -> SecretError {
    SecretError::NoKeyring {
        detail: detail.into(),
    }
}

fn failed(detail: &str) -> SecretError {
    SecretError::Failed {
        detail: detail.into(),
    }
}
