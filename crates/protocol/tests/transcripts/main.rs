//! Recorded sessions of the real agent, played to a data channel: what the user gets, what is acknowledged, and silence
//! before readiness. The rules are in the README beside the recordings.

#[cfg(test)]
mod player;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod rules;

#[cfg(test)]
mod tests {
    use crate::player::play;
    use crate::recording::{Recording, folder};
    use crate::rules::check;

    /// One test for each recording, and one that none of the folder is forgotten.
    macro_rules! recordings {
        ($($test:ident = $file:literal),+ $(,)?) => {
            $(#[test]
            fn $test() {
                let recording = Recording::read($file);
                check(&recording.header, &play(&recording));
            })+

            #[test]
            fn every_recording_of_the_folder_is_played() {
                let mut present: Vec<_> = std::fs::read_dir(folder())
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .filter_map(|name| name.strip_suffix(".jsonl").map(str::to_owned))
                    .collect();
                present.sort();
                let mut played = vec![$($file),+];
                played.sort_unstable();
                assert_eq!(present, played);
            }
        };
    }

    recordings! {
        closed_by_admin = "closed-by-admin",
        closed_by_api = "closed-by-api",
        closed_idle = "closed-idle",
        faults_corrupt = "faults-corrupt",
        faults_handshake = "faults-handshake",
        faults_lost_acks = "faults-lost-acks",
        faults_lost_output = "faults-lost-output",
        faults_reorder_dup = "faults-reorder-dup",
        handshake_timeout = "handshake-timeout",
        handshake_unsupported = "handshake-unsupported",
        interactive_command = "interactive-command",
        interactive_command_missing = "interactive-command-missing",
        noninteractive_combined = "noninteractive-combined",
        noninteractive_old_client = "noninteractive-old-client",
        noninteractive_separate_ctrl_c = "noninteractive-separate-ctrl-c",
        noninteractive_separate_exit3 = "noninteractive-separate-exit3",
        noninteractive_separate_missing = "noninteractive-separate-missing",
        pause_agent_reconnect = "pause-agent-reconnect",
        pause_start_bare = "pause-start-bare",
        resume_bulk = "resume-bulk",
        resume_close_1000 = "resume-close-1000",
        resume_lost_acks = "resume-lost-acks",
        resume_noninteractive_separate = "resume-noninteractive-separate",
        shell_basic = "shell-basic",
        shell_bulk = "shell-bulk",
        shell_paste_64k = "shell-paste-64k",
        shell_raw_bytes = "shell-raw-bytes",
    }
}
