//! The payloads around the stream: opening, acknowledging, sizing, closing, the exit status.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{JsonPayload, PayloadError, null_as_default};
use crate::{Message, MessageKind};

/// The first frame on every socket, a text frame. There is no answer to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OpenDataChannel {
    /// Always `1.0`.
    pub message_schema_version: String,
    /// New for every open.
    pub request_id: Uuid,
    /// The secret of StartSession or ResumeSession.
    pub token_value: String,
    /// The same for the life of the channel, across sockets.
    pub client_id: Uuid,
    /// Four dotted numbers; old clients leave it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub client_version: String,
}

/// The payload of an `acknowledge` message: one stream message has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Acknowledge {
    /// `output_stream_data` or `input_stream_data`.
    pub acknowledged_message_type: String,
    /// The acknowledged message's id.
    pub acknowledged_message_id: Uuid,
    /// The acknowledged message's number; the only member that the official ends match on.
    pub acknowledged_message_sequence_number: i64,
    /// Always true.
    #[serde(default)]
    pub is_sequential_message: bool,
}

/// The size of a terminal in character cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The width.
    pub cols: u32,
    /// The height.
    pub rows: u32,
}

/// The payload of `channel_closed`: the end of the session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ChannelClosed {
    /// An id of the service's own.
    #[serde(deserialize_with = "null_as_default")]
    pub message_id: String,
    /// When, as text.
    #[serde(deserialize_with = "null_as_default")]
    pub created_date: String,
    /// Whom it is for.
    #[serde(deserialize_with = "null_as_default")]
    pub destination_id: String,
    /// Its id at AWS.
    #[serde(deserialize_with = "null_as_default")]
    pub session_id: String,
    /// Always `channel_closed`.
    #[serde(deserialize_with = "null_as_default")]
    pub message_type: String,
    /// 1.
    #[serde(deserialize_with = "null_as_default")]
    pub schema_version: i64,
    /// Why, in the service's or the agent's words; empty for an ordinary end.
    #[serde(deserialize_with = "null_as_default")]
    pub output: String,
}

/// The payload of type 12, the text `EXIT_CODE: n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitCode(pub i32);

/// The values of a payload of type 10: four bytes, big-endian, of port sessions.
pub mod flag {
    use bytes::Bytes;

    use super::PayloadError;

    /// Client to agent: close the connection to the port.
    pub const DISCONNECT_TO_PORT: u32 = 1;
    /// Client to agent: end the session.
    pub const TERMINATE_SESSION: u32 = 2;
    /// Agent to client: the port could not be reached.
    pub const CONNECT_TO_PORT_ERROR: u32 = 3;

    /// Writes the payload.
    #[must_use]
    pub fn to_payload(value: u32) -> Bytes {
        Bytes::copy_from_slice(&value.to_be_bytes())
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`PayloadError`] when it has not four bytes.
    pub fn from_payload(payload: &[u8]) -> Result<u32, PayloadError> {
        let malformed = |_| PayloadError {
            payload: "flag",
            at: 0,
        };
        payload.try_into().map(u32::from_be_bytes).map_err(malformed)
    }
}

impl Acknowledge {
    /// The acknowledgement of a stream message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self {
            acknowledged_message_type: message.kind.name().to_owned(),
            acknowledged_message_id: message.id,
            acknowledged_message_sequence_number: message.sequence,
            is_sequential_message: true,
        }
    }

    /// Whether it is about input of the client.
    pub(crate) fn is_of_input(&self) -> bool {
        self.acknowledged_message_type == MessageKind::InputStreamData.name()
    }
}

impl Size {
    /// A size that the agent takes as it is meant: it cuts numbers to 16 bits and believes a 0.
    #[must_use]
    pub fn clamped(cols: u32, rows: u32) -> Self {
        let clamp = |cells: u32| cells.clamp(1, u32::from(u16::MAX));
        Self {
            cols: clamp(cols),
            rows: clamp(rows),
        }
    }
}

impl ExitCode {
    const PREFIX: &str = "EXIT_CODE:";

    /// Writes the payload.
    #[must_use]
    pub fn to_payload(self) -> String {
        format!("{} {}", Self::PREFIX, self.0)
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`PayloadError`] when the text has another form.
    pub fn from_payload(payload: &[u8]) -> Result<Self, PayloadError> {
        std::str::from_utf8(payload)
            .ok()
            .and_then(|text| text.trim().strip_prefix(Self::PREFIX)?.trim().parse().ok())
            .map(Self)
            .ok_or(PayloadError {
                payload: "exit code",
                at: 0,
            })
    }
}

impl JsonPayload for OpenDataChannel {
    const NAME: &'static str = "OpenDataChannel";
}

impl JsonPayload for Acknowledge {
    const NAME: &'static str = "acknowledgement";
}

impl JsonPayload for Size {
    const NAME: &'static str = "terminal size";
}

impl JsonPayload for ChannelClosed {
    const NAME: &'static str = "channel_closed message";
}

impl fmt::Debug for OpenDataChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenDataChannel")
            .field("request_id", &self.request_id)
            .field("client_id", &self.client_id)
            .field("client_version", &self.client_version)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_data_channel_has_the_official_members_in_their_order() {
        let open = OpenDataChannel {
            message_schema_version: "1.0".into(),
            request_id: Uuid::from_u128(1),
            token_value: "secret".into(),
            client_id: Uuid::from_u128(2),
            client_version: "1.2.896.0".into(),
        };
        let expected = r#"{"MessageSchemaVersion":"1.0","RequestId":"00000000-0000-0000-0000-000000000001","TokenValue":"secret","ClientId":"00000000-0000-0000-0000-000000000002","ClientVersion":"1.2.896.0"}"#;
        assert_eq!(open.to_payload(), expected);
        let shown = format!("{open:?}");
        assert!(!shown.contains("secret"));
        assert!(shown.contains("1.2.896.0"));
        assert_eq!(OpenDataChannel::from_payload(expected.as_bytes()), Ok(open));
    }

    #[test]
    fn exit_codes_are_read_as_the_agent_writes_them() {
        assert_eq!(ExitCode::from_payload(b"EXIT_CODE: 3"), Ok(ExitCode(3)));
        assert_eq!(ExitCode::from_payload(b"EXIT_CODE: -1"), Ok(ExitCode(-1)));
        assert_eq!(ExitCode(21).to_payload(), "EXIT_CODE: 21");
        for odd in [&b""[..], b"EXIT_CODE:", b"EXIT_CODE: x", b"3", b"\xff"] {
            assert!(ExitCode::from_payload(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_size_is_never_zero_and_fits_sixteen_bits() {
        assert_eq!(Size::clamped(0, 0), Size { cols: 1, rows: 1 });
        assert_eq!(
            Size::clamped(70_000, 24),
            Size {
                cols: 65_535,
                rows: 24
            }
        );
        assert_eq!(Size::clamped(80, 24).to_payload(), r#"{"cols":80,"rows":24}"#);
    }

    #[test]
    fn a_channel_closed_without_members_is_an_ordinary_end() {
        assert_eq!(ChannelClosed::from_payload(b"{}"), Ok(ChannelClosed::default()));
        assert_eq!(
            ChannelClosed::from_payload(br#"{"Output":null,"Extra":1}"#)
                .unwrap()
                .output,
            ""
        );
    }

    #[test]
    fn an_error_names_the_payload_and_none_of_its_text() {
        let error = Size::from_payload(br#"{"cols":"hunter2"}"#).unwrap_err();
        assert_eq!(error.to_string(), "The terminal size cannot be read (byte 17).");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let bomb = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert!(Acknowledge::from_payload(&bomb).is_err());
    }
}
