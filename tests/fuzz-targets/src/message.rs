//! The typed payloads: what can be read is written in a way that is read as the same.

use std::fmt::Debug;

use postern_protocol::{
    Acknowledge, ChannelClosed, ExitCode, HandshakeComplete, HandshakeRequest, HandshakeResponse,
    JsonPayload, OpenDataChannel, Size,
};
use serde_json::Value;

/// Reads any bytes as each payload.
pub fn message(data: &[u8]) {
    check::<OpenDataChannel>(data);
    check::<Acknowledge>(data);
    check::<ChannelClosed>(data);
    check::<HandshakeComplete>(data);
    check::<Size>(data);
    if !has_fraction(data) {
        check::<HandshakeRequest>(data);
        check::<HandshakeResponse>(data);
    }
    if let Ok(code) = ExitCode::from_payload(data) {
        assert_eq!(ExitCode::from_payload(code.to_payload().as_bytes()), Ok(code));
    }
    if let Ok(size) = Size::from_payload(data) {
        let clamped = Size::clamped(size.cols, size.rows);
        assert!((1..=65_535).contains(&clamped.cols) && (1..=65_535).contains(&clamped.rows));
    }
}

fn check<P: JsonPayload + PartialEq + Debug>(data: &[u8]) {
    match P::from_payload(data) {
        Ok(payload) => assert_eq!(P::from_payload(&payload.to_payload()).as_ref(), Ok(&payload)),
        Err(defect) => assert_eq!(defect.payload, P::NAME),
    }
}

/// A fraction may come back as its neighbour; no payload has one where it matters.
fn has_fraction(data: &[u8]) -> bool {
    fn inside(value: &Value) -> bool {
        match value {
            Value::Number(number) => number.is_f64(),
            Value::Array(values) => values.iter().any(inside),
            Value::Object(members) => members.values().any(inside),
            Value::Null | Value::Bool(_) | Value::String(_) => false,
        }
    }
    serde_json::from_slice::<Value>(data).is_ok_and(|value| inside(&value))
}
