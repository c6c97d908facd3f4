//! The rules bite: whatever is changed in a good recording, the player names it, and where.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use postern_protocol::Message;
    use postern_transcripts::{Problem, RecordingError, ReplayDifference, recordings, replay};
    use serde_json::{Value, json};

    /// A recording as lines of JSON, to be changed.
    #[derive(Clone)]
    struct Lines(Vec<Value>);

    impl Lines {
        fn read(name: &str) -> Self {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts");
            let text = fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
            Self(
                text.lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect(),
            )
        }

        fn changed(&self, pointer: &str, value: Value) -> Self {
            let mut lines = self.clone();
            *lines.0[0].pointer_mut(pointer).unwrap() = value;
            lines
        }

        /// The lines with messages of the agent's stream, by index.
        fn of_agent(&self) -> Vec<usize> {
            let is_output = |line: &Value| {
                line["dir"] == "a2c"
                    && line["op"] == "binary"
                    && bytes(line)[4..].starts_with(b"output_stream_data")
            };
            (1..self.0.len()).filter(|n| is_output(&self.0[*n])).collect()
        }

        fn outcome(&self) -> Result<(), Problem> {
            let lines: Vec<_> = self.0.iter().map(Value::to_string).collect();
            outcome_of(&lines.join("\n"))
        }

        fn difference(&self) -> ReplayDifference {
            match self.outcome() {
                Err(Problem::Different { differences, .. }) => differences.into_iter().next().unwrap(),
                other => panic!("{other:?} is no difference"),
            }
        }
    }

    fn outcome_of(text: &str) -> Result<(), Problem> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.jsonl");
        fs::write(&file, text).unwrap();
        replay(&file).map(drop)
    }

    fn bytes(line: &Value) -> Vec<u8> {
        STANDARD.decode(line["b64"].as_str().unwrap()).unwrap()
    }

    #[test]
    fn a_good_recording_is_good() {
        for name in [
            "kms-noninteractive-separate",
            "resume-close-1000",
            "port-mux-refused",
        ] {
            assert_eq!(Lines::read(name).outcome(), Ok(()));
        }
    }

    #[test]
    fn all_differences_of_a_recording_are_listed() {
        let commands = Lines::read("kms-noninteractive-separate");
        let twice = commands
            .changed("/expect/exit_code", json!(0))
            .changed("/expect/stderr", json!(null));
        let Err(problem @ Problem::Different { .. }) = twice.outcome() else {
            panic!("it differs")
        };
        let said = problem.to_string();
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(
            said.contains("the exit code") && said.contains("standard error"),
            "{said}"
        );
    }

    /// The recorded client's response with `KMSEncryption` left out, as one did to see what the agent makes of it.
    fn without_kms_in_the_response() -> Lines {
        let mut lines = Lines::read("kms-shell");
        let is_response = |line: &Value| {
            line["dir"] == "c2a" && line["op"] == "binary" && bytes(line)[112..116] == [0, 0, 0, 6]
        };
        let at = (1..lines.0.len()).find(|n| is_response(&lines.0[*n])).unwrap();
        let mut message = Message::decode(&bytes(&lines.0[at]).into()).unwrap();
        let mut response: Value = serde_json::from_slice(&message.payload).unwrap();
        let actions = response["ProcessedClientActions"].as_array_mut().unwrap();
        actions.retain(|action| action["ActionType"] != "KMSEncryption");
        message.payload = response.to_string().into();
        lines.0[at]["b64"] = STANDARD.encode(message.encode()).into();
        lines
    }

    #[test]
    fn a_client_that_breaks_the_protocol_on_purpose_is_expected_to_differ() {
        let mut broken = without_kms_in_the_response();
        assert!(broken.difference().expected.contains("the answers"));
        broken.0[0]["client_breaks_protocol"] = "leaves KMSEncryption out of its response".into();
        assert_eq!(broken.outcome(), Ok(()));
        let mut right = Lines::read("kms-shell");
        right.0[0]["client_breaks_protocol"] = "nothing that it did".into();
        assert!(matches!(right.outcome(), Err(Problem::BreaksProtocol { .. })));
    }

    #[test]
    fn every_changed_expectation_is_named() {
        let zeros = "0".repeat(64);
        let commands = Lines::read("kms-noninteractive-separate");
        for (pointer, value, named) in [
            ("/expect/output/len", json!(12), "output"),
            ("/expect/output/sha256", json!(zeros), "output"),
            ("/expect/stderr", json!(null), "standard error"),
            ("/expect/exit_code", json!(0), "the exit code"),
            ("/expect/customer_message", json!(null), "the customer message"),
            ("/expect/agent_flags", json!([3]), "the flags"),
            ("/expect/channel_closed_output", json!("no"), "the closing text"),
            ("/expect/channel_closed", json!(false), "the end by the service"),
            ("/expect/sockets", json!(2), "sockets"),
            ("/expect/stream_frames", json!(5), "acknowledgements"),
            ("/expect/corrupt_frames", json!(1), "corrupt frames"),
            ("/expect/publication", json!(["pause_publication"]), "a pause"),
            ("/expect/handshake", json!("failed"), "to be ready as"),
            ("/session_type", json!("Standard_Stream"), "to be ready as"),
        ] {
            let difference = commands.changed(pointer, value).difference();
            assert_eq!(difference.line, 1, "{pointer}: {difference}");
            assert!(difference.expected.starts_with(named), "{pointer}: {difference}");
        }
    }

    #[test]
    fn every_changed_expectation_of_a_stream_is_named() {
        let streams = Lines::read("port-mux-clean");
        assert_eq!(streams.outcome(), Ok(()));
        for (pointer, value) in [
            ("/expect/mux/streams/3/down/len", json!(1)),
            ("/expect/mux/streams/3/up/len", json!(1)),
            ("/expect/mux/streams/5/agent_fin", json!(false)),
            ("/expect/mux/streams/5/client_fin", json!(false)),
            ("/expect/mux/streams", json!({})),
        ] {
            let difference = streams.changed(pointer, value).difference();
            assert!(
                difference.expected.contains("the streams"),
                "{pointer}: {difference}"
            );
        }
        let older = streams.changed("/agent_version", json!("3.0.196.0"));
        let Err(Problem::Different { differences, .. }) = older.outcome() else {
            panic!("it differs")
        };
        assert!(
            differences
                .iter()
                .any(|difference| difference.came.contains("Basic"))
        );
    }

    #[test]
    fn every_changed_key_is_noticed() {
        let shell = Lines::read("kms-shell-random-challenge");
        let zeros = "0".repeat(64);
        for (pointer, value) in [
            ("/kms/key_id", json!("alias/other")),
            ("/kms/agent_to_client_key", json!(zeros)),
            ("/kms/ciphertext_blob", json!("AAAA")),
            (
                "/kms/encryption_context",
                json!({ "aws:ssm:RandomChallenge": "AAAA" }),
            ),
            ("/kms/encryption_context", json!({})),
            ("/kms", json!(null)),
        ] {
            shell.changed(pointer, value).difference();
        }
        let properties = json!({ "portNumber": "1" });
        let port = Lines::read("port-mux-refused").changed("/expect/handshake_properties", properties);
        assert!(port.difference().expected.starts_with("to be ready as"));
    }

    #[test]
    fn every_damaged_frame_is_named_by_its_line() {
        for name in ["kms-noninteractive-separate", "shell-basic"] {
            let good = Lines::read(name);
            for index in good.of_agent() {
                let mut lines = good.clone();
                let mut frame = bytes(&lines.0[index]);
                *frame.last_mut().unwrap() ^= 1;
                lines.0[index]["b64"] = json!(STANDARD.encode(frame));
                let difference = lines.difference();
                assert_eq!(difference.line, index + 1);
                assert_eq!(difference.came, "The payload's digest is wrong.");
                lines.0[index]["fault"] = json!("corrupt");
                lines.difference();
                let mut lines = good.clone();
                lines.0[index]["fault"] = json!("corrupt");
                assert_eq!(lines.difference().line, index + 1);
            }
        }
    }

    #[test]
    fn every_missing_message_is_noticed() {
        let good = Lines::read("kms-noninteractive-separate");
        for index in good.of_agent() {
            let mut lines = good.clone();
            lines.0.remove(index);
            lines.difference();
        }
    }

    #[test]
    fn what_is_no_recording_is_named_by_its_line() {
        let good = Lines::read("closed-idle")
            .0
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>();
        let bad_frame = json!({ "t_ms": 1, "dir": "a2c", "op": "binary", "b64": "?" }).to_string();
        let bad_time = json!({ "t_ms": -1, "dir": "a2c", "op": "reopen" }).to_string();
        for (text, line) in [
            (String::new(), 0),
            ("{".to_owned(), 1),
            (good[0].clone(), 1),
            ([&good[0], "not JSON"].join("\n"), 2),
            ([&good[0], &good[1], &bad_frame[..]].join("\n"), 3),
            ([&good[0], &bad_time[..]].join("\n"), 2),
        ] {
            match outcome_of(&text) {
                Err(Problem::Unreadable {
                    why: RecordingError { line: named, .. },
                    ..
                }) => assert_eq!(named, line),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn folders_without_recordings_are_problems() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(recordings(folder.path()), Err(Problem::Empty { .. })));
        fs::write(folder.path().join("README.md"), "").unwrap();
        assert!(matches!(recordings(folder.path()), Err(Problem::Empty { .. })));
        let missing = folder.path().join("missing");
        assert!(matches!(recordings(&missing), Err(Problem::Folder { .. })));
        let file = folder.path().join("b.jsonl");
        fs::write(&file, "").unwrap();
        assert_eq!(recordings(folder.path()), Ok(vec![file]));
    }
}
