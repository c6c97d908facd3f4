//! The gateway, the agent and real shells together, over a real loopback WebSocket.
#![cfg(unix)]

mod bench;
mod client;
mod ports;
mod recorded_ports;
mod sealed;

use std::time::Duration;

use bytes::Bytes;
use postern_protocol::PayloadType;

use bench::{Bench, is_alive, process_is_gone};
use client::{Client, Heard};

use crate::gateway::SessionStatus;

const SHELL: &str = "SSM-SessionManagerRunShell";
const COMMAND: &str = "AWS-StartNonInteractiveCommand";
const SEPARATE: &str = "Acme-NonInteractiveCommand-SeparateOutput";

#[tokio::test]
async fn a_shell_is_a_real_terminal_on_the_simulated_node() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client
        .wait_for("This is a demo shell on your own computer, in a scratch folder.")
        .await;
    client
        .wait_for(&format!("ssm-user@{}:~$ ", bench.node_name()))
        .await;
    client
        .type_text("echo hi-$((40+2)); tty; stty size; hostname; echo home=$HOME.\r")
        .await;
    client.wait_for("hi-42\r\n/dev/").await;
    client
        .wait_for(&format!("24 80\r\n{}\r\n", bench.node_name()))
        .await;
    client
        .wait_for(&format!("home={}", bench.scratch().display()))
        .await;
    client.resize(132, 43).await;
    client.type_text("stty size\r").await;
    client.wait_for("43 132\r\n").await;
    client.type_text("printf 'u=%s.\\n' 'Zürich 東京 🚀'\r").await;
    client.wait_for("u=Zürich 東京 🚀.\r\n").await;
    client.type_text("exit\r").await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    let record = bench.record(&grant);
    assert_eq!(record.state, SessionStatus::Terminated);
    assert!(record.ended.is_some());
    assert!(bench.sessions().resume(&grant.session_id).is_none());
}

#[tokio::test]
async fn the_same_shell_answers_after_a_cut_and_a_resume() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.type_text("echo first=$$.\r").await;
    let pid = client.number_behind("first=").await;
    assert_eq!(bench.record(&grant).shell_pid, Some(pid));
    for round in 0..5 {
        client
            .type_text(&format!(
                "for i in 1 2 3 4 5 6 7 8 9; do echo line-{round}-$i; done\r"
            ))
            .await;
        client.wait_for(&format!("line-{round}-3")).await;
        assert!(bench.sessions().cut_link(&grant.session_id));
        client.wait_for_loss().await;
        bench.wait_for_state(&grant, SessionStatus::Disconnected).await;
        let again = bench.sessions().resume(&grant.session_id).unwrap();
        client.reopen(&bench, &again).await;
        client.wait_for(&format!("line-{round}-9\r\n")).await;
    }
    client.type_text("echo again=$$.\r").await;
    assert_eq!(client.number_behind("again=").await, pid);
    let text = client.output_text();
    for line in (0..5).flat_map(|round| (1..=9).map(move |i| format!("line-{round}-{i}\r\n"))) {
        assert_eq!(text.matches(&line).count(), 1, "{line:?} is there exactly once");
    }
}

#[tokio::test]
async fn terminating_a_session_kills_the_shell_and_all_that_it_started() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.type_text("sleep 1000 & echo job=$!.\r").await;
    client
        .type_text("setsid sh -c 'echo away=$$.; exec sleep 1001' &\r")
        .await;
    client
        .type_text("nohup sleep 1002 > /dev/null 2>&1 & echo nohup=$!.\r")
        .await;
    client.type_text("trap '' HUP TERM; echo shell=$$.\r").await;
    let mut pids = Vec::new();
    for name in ["job=", "away=", "nohup=", "shell="] {
        pids.push(client.number_behind(name).await);
    }
    assert!(pids.iter().all(|pid| is_alive(*pid)), "{pids:?}");
    assert!(bench.sessions().terminate(&grant.session_id));
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    for pid in pids {
        process_is_gone(pid).await;
    }
    assert!(!bench.sessions().terminate(&grant.session_id), "it is over");
}

#[tokio::test]
async fn an_end_from_outside_says_why() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    assert!(bench.sessions().end(&grant.session_id, "closed for lunch"));
    assert_eq!(client.wait_for_end().await.as_deref(), Some("closed for lunch"));
}

#[tokio::test]
async fn a_token_opens_one_link_once_and_a_wrong_one_none() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    for wrong in ["", "x", &grant.token[1..]] {
        assert!(matches!(
            Client::try_token(&bench, &grant.session_id, wrong).await,
            Heard::Closed(1008)
        ));
    }
    assert!(matches!(
        Client::try_token(&bench, "nobody-0123", &grant.token).await,
        Heard::Closed(1008)
    ));
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    assert!(matches!(
        Client::try_token(&bench, &grant.session_id, &grant.token).await,
        Heard::Closed(1008)
    ));
    let newer = bench.sessions().resume(&grant.session_id).unwrap();
    let newest = bench.sessions().resume(&grant.session_id).unwrap();
    assert!(matches!(
        Client::try_token(&bench, &grant.session_id, &newer.token).await,
        Heard::Closed(1008)
    ));
    client.type_text("echo still-$((1+1)).\r").await;
    client.wait_for("still-2.").await;
    client.reopen(&bench, &newest).await;
    client.type_text("echo now-$((2+1)).\r").await;
    client.wait_for("now-3.").await;
}

#[tokio::test]
async fn the_first_message_must_open_the_data_channel() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    assert!(matches!(
        Client::try_first(&bench, &grant.session_id, "{}").await,
        Heard::Closed(1008)
    ));
    assert!(matches!(
        Client::try_first(&bench, &grant.session_id, "not json").await,
        Heard::Closed(1008)
    ));
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
}

#[tokio::test]
async fn a_newer_link_replaces_the_older_one() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut older = Client::open(&bench, &grant).await;
    older.wait_for("$ ").await;
    let again = bench.sessions().resume(&grant.session_id).unwrap();
    let mut newer = older.successor(&bench, &again).await;
    older.wait_for_loss().await;
    newer.type_text("echo new-$((1+1)).\r").await;
    newer.wait_for("new-2.").await;
    assert_eq!(bench.record(&grant).state, SessionStatus::Connected);
}

#[tokio::test]
async fn an_interactive_command_has_a_terminal_and_ends_with_its_program() {
    let bench = Bench::start().await;
    let grant = bench.grant("AWS-StartInteractiveCommand", &["tty; read line; echo got:$line"]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("/dev/").await;
    client.type_text("sample\r").await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert!(client.output_text().contains("got:sample\r\n"));
    assert!(!client.output_text().contains("demo shell"));
}

#[tokio::test]
async fn separate_streams_carry_output_errors_and_the_exit_code() {
    let bench = Bench::start().await;
    let grant = bench.grant(
        SEPARATE,
        &["sh -c 'echo out; echo err >&2; env | grep -c HOME=; exit 3'"],
    );
    let mut client = Client::open(&bench, &grant).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.output_text(), "out\n1\n");
    assert_eq!(client.payloads(PayloadType::StdErr), b"err\n");
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 3");
}

#[tokio::test]
async fn a_missing_program_is_an_exit_code_and_a_reason() {
    let bench = Bench::start().await;
    let grant = bench.grant(SEPARATE, &["/no/such/program --at-all"]);
    let mut client = Client::open(&bench, &grant).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 1");
    assert_eq!(
        client.payloads(PayloadType::StdErr),
        b"fork/exec /no/such/program: no such file or directory"
    );
}

#[tokio::test]
async fn an_interrupted_command_ends_with_code_one() {
    let bench = Bench::start().await;
    let grant = bench.grant(SEPARATE, &["sh -c 'echo begin; exec sleep 1000'"]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("begin").await;
    client.type_text("\u{3}").await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 1");
}

#[tokio::test]
async fn an_interrupt_reaches_only_the_process_that_the_agent_started() {
    let bench = Bench::start().await;
    let child = "sh -c \"echo begin; sleep 0.3; echo the child lives\"";
    let line = format!("sh -c 'trap \"echo heard\" INT; {child}; sleep 0.3; exit 4'");
    let grant = bench.grant(SEPARATE, &[&line]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("begin").await;
    client.type_text("\u{3}").await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    assert_eq!(client.output_text(), "begin\nthe child lives\nheard\n");
    assert_eq!(client.payloads(PayloadType::ExitCode), b"EXIT_CODE: 1");
}

#[tokio::test]
async fn combined_output_comes_in_order_when_the_command_is_over() {
    let bench = Bench::start().await;
    let grant = bench.grant(
        COMMAND,
        &["sh -c 'echo out; echo err >&2; echo café; seq 1 2000'"],
    );
    let mut client = Client::open(&bench, &grant).await;
    assert_eq!(client.wait_for_end().await, Some(String::new()));
    let lines: String = (1..=2000).map(|n| format!("{n}\n")).collect();
    assert_eq!(client.output_text(), format!("out\nerr\ncafé\n{lines}"));
    assert_eq!(client.payloads(PayloadType::ExitCode), b"");
}

#[tokio::test]
async fn a_half_open_link_answers_nothing_until_it_is_whole_again() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    assert!(client.ping_is_answered(Duration::from_secs(10)).await);
    assert!(bench.sessions().half_open_link(&grant.session_id, true));
    assert!(!client.ping_is_answered(Duration::from_millis(300)).await);
    assert_eq!(bench.record(&grant).state, SessionStatus::Connected);
    assert!(bench.sessions().half_open_link(&grant.session_id, false));
    assert!(client.ping_is_answered(Duration::from_secs(10)).await);
    client.type_text("echo whole-$((1+1)).\r").await;
    client.wait_for("whole-2.").await;
}

#[tokio::test]
async fn a_link_of_age_is_closed_and_the_session_goes_on() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    bench
        .sessions()
        .set_link_lifetime(Some(Duration::from_millis(200)));
    let mut client = Client::open(&bench, &grant).await;
    assert_eq!(client.wait_for_loss().await, Some(1000));
    bench.sessions().set_link_lifetime(None);
    let again = bench.sessions().resume(&grant.session_id).unwrap();
    client.reopen(&bench, &again).await;
    client.type_text("echo on-$((1+1)).\r").await;
    client.wait_for("on-2.").await;
    assert_eq!(bench.sessions().close_links(4000, "testing"), 1);
    assert_eq!(client.wait_for_loss().await, Some(4000));
}

#[tokio::test]
async fn injected_frames_reach_the_client_and_harm_nobody_here() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    assert!(
        bench
            .sessions()
            .inject_frame(&grant.session_id, Bytes::from_static(b"short"))
    );
    assert!(bench.sessions().inject_text(&grant.session_id, "text"));
    client.type_text("echo on-$((1+1)).\r").await;
    client.wait_for("on-2.").await;
    assert_eq!(client.unreadable(), 2);
}

#[tokio::test]
async fn a_message_that_is_too_large_costs_the_link_and_not_the_session() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    client.send_raw(vec![0; 300 * 1024]).await;
    client.wait_for_loss().await;
    bench.wait_for_state(&grant, SessionStatus::Disconnected).await;
    let again = bench.sessions().resume(&grant.session_id).unwrap();
    client.reopen(&bench, &again).await;
    client.type_text("echo on-$((1+1)).\r").await;
    client.wait_for("on-2.").await;
}

#[tokio::test]
async fn a_large_paste_into_a_program_that_does_not_read_does_not_stop_output_and_termination() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client
        .type_text("stty -icanon -echo; (sleep 0.3; echo still-$((1+1)).) & sleep 1000\r")
        .await;
    for _ in 0..100 {
        client.type_text(&"x".repeat(1024)).await;
    }
    client.wait_for("still-2.").await;
    let pid = bench.record(&grant).shell_pid.unwrap();
    assert!(bench.sessions().terminate(&grant.session_id));
    client.wait_for_end().await;
    process_is_gone(pid).await;
}

#[tokio::test]
async fn a_silent_agent_pauses_its_sessions_and_comes_back_with_everything() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    bench.sessions().silence_agent(bench.node_id(), true);
    client.type_text("echo back-$((1+1)).\r").await;
    client.wait_for_publication("pause_publication").await;
    assert!(!client.output_text().contains("back-2."));
    bench.sessions().silence_agent(bench.node_id(), false);
    client.wait_for_publication("start_publication").await;
    client.wait_for("back-2.").await;
}

#[tokio::test]
async fn a_simulator_that_stops_tells_its_clients_so() {
    let bench = Bench::start().await;
    let grant = bench.grant(SEPARATE, &["sh -c 'echo begin; sleep 1000'"]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("begin").await;
    let (_, end) = tokio::join!(bench.sessions().shutdown(), client.wait_for_end());
    let text = end.unwrap();
    assert!(
        text.contains("simulator was stopped") && text.contains("Start the simulator again"),
        "{text}"
    );
}

#[tokio::test]
async fn many_sessions_run_at_once_and_none_is_left_after_the_shutdown() {
    const COUNT: usize = 40;
    let bench = Bench::start().await;
    let mut clients = Vec::new();
    for _ in 0..COUNT {
        let grant = bench.grant(SHELL, &[]);
        clients.push((Client::open(&bench, &grant).await, grant));
    }
    for (n, (client, _)) in clients.iter_mut().enumerate() {
        client.type_text(&format!("echo me-{n}-$((1+1)).\r")).await;
    }
    for (n, (client, _)) in clients.iter_mut().enumerate() {
        client.wait_for(&format!("me-{n}-2.")).await;
    }
    let pids: Vec<u32> = clients
        .iter()
        .map(|(_, grant)| bench.record(grant).shell_pid.unwrap())
        .collect();
    bench.sessions().shutdown().await;
    for pid in pids {
        process_is_gone(pid).await;
    }
}

#[tokio::test]
async fn killing_everything_needs_no_waiting() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.wait_for("$ ").await;
    let pid = bench.record(&grant).shell_pid.unwrap();
    bench.sessions().kill_all();
    process_is_gone(pid).await;
}

/// Not a test of its own: run in a process of its own by the next one.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn child_with_a_shell() {
    let bench = Bench::start().await;
    let grant = bench.grant(SHELL, &[]);
    let mut client = Client::open(&bench, &grant).await;
    client.type_text("sleep 1000 & echo job=$!.\r").await;
    let job = client.number_behind("job=").await;
    println!("\npids {} {job}", bench.record(&grant).shell_pid.unwrap());
    std::future::pending().await
}

#[tokio::test]
async fn shells_die_with_a_simulator_that_is_killed() {
    use tokio::io::{AsyncBufReadExt as _, BufReader};
    let name = "gateway::tests::child_with_a_shell";
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pids: Vec<u32> = loop {
        let line = lines.next_line().await.unwrap().expect("the child says the pids");
        if let Some(pids) = line.strip_prefix("pids ") {
            break pids.split(' ').map(|pid| pid.parse().unwrap()).collect();
        }
    };
    assert!(pids.iter().all(|pid| is_alive(*pid)));
    child.kill().await.unwrap();
    for pid in pids {
        process_is_gone(pid).await;
    }
}
