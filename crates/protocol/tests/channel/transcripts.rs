//! Recorded sessions of the real agent, played to a data channel: what the user gets, what is acknowledged, and silence
//! before readiness. The rules are in the README beside the recordings.

use std::path::PathBuf;

use postern_transcripts::{Outcome, recordings, replay};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts")
}

/// One test for each recording, and one that none of the folder is forgotten.
macro_rules! recorded {
    ($($test:ident = $file:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            let outcome = replay(&folder().join(concat!($file, ".jsonl"))).unwrap_or_else(|problem| panic!("{problem}"));
            assert!(matches!(outcome, Outcome::AsRecorded(replayed) if replayed.frames > 0));
        })+

        #[test]
        fn every_recording_of_the_folder_is_played() {
            let mut present: Vec<_> = recordings(&folder())
                .unwrap()
                .iter()
                .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
                .collect();
            present.sort();
            let mut played = vec![$($file),+];
            played.sort_unstable();
            assert_eq!(present, played);
        }
    };
}

recorded! {
    closed_by_admin = "closed-by-admin",
    closed_by_api = "closed-by-api",
    closed_idle = "closed-idle",
    faults_corrupt = "faults-corrupt",
    faults_handshake = "faults-handshake",
    faults_lost_acks = "faults-lost-acks",
    faults_lost_output = "faults-lost-output",
    faults_reorder_dup = "faults-reorder-dup",
    handshake_kms_context = "handshake-kms-context",
    handshake_kms_denied = "handshake-kms-denied",
    handshake_timeout = "handshake-timeout",
    handshake_unsupported = "handshake-unsupported",
    interactive_command_missing = "interactive-command-missing",
    interactive_command = "interactive-command",
    kms_lossy = "kms-lossy",
    kms_noninteractive_separate = "kms-noninteractive-separate",
    kms_shell_random_challenge = "kms-shell-random-challenge",
    kms_shell = "kms-shell",
    noninteractive_combined = "noninteractive-combined",
    noninteractive_old_client = "noninteractive-old-client",
    noninteractive_separate_ctrl_c = "noninteractive-separate-ctrl-c",
    noninteractive_separate_exit3 = "noninteractive-separate-exit3",
    noninteractive_separate_missing = "noninteractive-separate-missing",
    pause_agent_reconnect = "pause-agent-reconnect",
    pause_start_bare = "pause-start-bare",
    port_basic = "port-basic",
    port_mux_clean = "port-mux-clean",
    port_mux_refused = "port-mux-refused",
    port_mux_two_streams = "port-mux-two-streams",
    remote_host_denied = "remote-host-denied",
    remote_host = "remote-host",
    resume_bulk = "resume-bulk",
    resume_close_1000 = "resume-close-1000",
    resume_lost_acks = "resume-lost-acks",
    resume_mux = "resume-mux",
    resume_noninteractive_separate = "resume-noninteractive-separate",
    shell_basic = "shell-basic",
    shell_bulk = "shell-bulk",
    shell_paste_64k = "shell-paste-64k",
    shell_raw_bytes = "shell-raw-bytes",
    ssh_refused = "ssh-refused",
    ssh_stream = "ssh-stream",
}
