//! What is left somewhere on purpose is found there, and what may be there is passed over.

use std::fs;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_model::GroupDraft;
use postern_store::{Opened, Store};

use crate::household::{Household, random};

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_found_wherever_it_should_not_be() {
    let desk = Household::new().await;
    let planted = random();
    let mut needles = desk.needles();
    needles.add("planted", planted.as_bytes());
    fs::write(desk.path("home/.aws/cli.json"), &planted).unwrap();
    as_the_user_set_it(&desk);
    let leaks = desk.leaks(&needles);
    assert!(leaks.is_empty(), "{leaks:?}");

    let (_, said) = desk.run(
        "said",
        &mut desk.command("postern", &["whoami", "--profile", &planted]),
    );
    assert!(said.contains(&planted), "{said}");
    fs::create_dir_all(desk.path("home/data/deep")).unwrap();
    fs::write(desk.path("home/data/deep/file"), STANDARD.encode(&planted)).unwrap();
    fs::write(desk.path("tmp/crash"), planted.get(10..30).unwrap()).unwrap();
    let Opened { store, .. } = Store::open(&desk.path("postern/postern.db")).unwrap();
    let draft = GroupDraft {
        name: "Group".to_owned(),
        description: planted.clone(),
        ..GroupDraft::default()
    };
    store.save_group(None, &draft).unwrap();
    let mut process = desk.command("postern", &[]);
    process
        .env("PLANTED", &planted)
        .env("COPY", &desk.chosen.proxy_password);
    show_up(&desk, &process, &[&planted]);
    let leaks = desk.leaks(&needles);
    for place in [
        "{\"planted\"} in out/said.err",
        "{\"planted\"} in home/data/deep/file",
        "{\"planted\"} in tmp/crash",
        "{\"planted\"} in postern/postern.db-wal",
        "{\"planted\"} in the arguments of /bin/sh",
        "{\"planted\"} in the variable PLANTED of /bin/sh",
        "{\"proxy password\"} in the variable COPY of /bin/sh",
    ] {
        assert!(leaks.contains(place), "{place} is not in {leaks:#?}");
    }
}

/// The user's own variables, in a process that was given them.
fn as_the_user_set_it(desk: &Household) {
    show_up(desk, &desk.command("postern", &[]), &[]);
    let is_it = |variable: &[u8]| variable.starts_with(b"HTTPS_PROXY=http://ada:");
    assert!(desk.lookout.seen().iter().any(|seen| seen.variables().any(is_it)));
}

/// Starts a credential process with the variables of `like`; it ends when it was seen.
fn show_up(desk: &Household, like: &Command, arguments: &[&str]) {
    let variables = like.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let mut vault = Command::new(desk.path("bin/vault"));
    vault.args(arguments).env_clear().envs(variables);
    assert!(vault.output().unwrap().status.success());
}
