//! What a person does with `postern` and with the plugin of the AWS CLI, well and badly.

use std::fs;

use postern_aws::AwsControlPlane;
use postern_model::{ProfileName, Region, Scope, Sessions as _, StartRequest, Target};
use postern_simulator::SignInAnswer;
use postern_tests::harness::Terminal;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::household::{Household, files_below};

const REGION: &str = "eu-central-1";
const OF_CENTER: &str = "sso-acme-prod-node-operator";

impl Household {
    fn works(&self, label: &str, arguments: &[&str]) -> String {
        let (works, said) = self.run(label, &mut self.command("postern", arguments));
        assert!(works, "{label}: {said}");
        said
    }

    /// Fails, and says why.
    fn fails(&self, label: &str, arguments: &[&str], why: &str) {
        let (works, said) = self.run(label, &mut self.command("postern", arguments));
        assert!(!works && said.contains(why), "{label}: {said}");
    }

    fn whoami(&self, profile: &str) {
        let said = self.works(
            &format!("whoami-{profile}"),
            &["whoami", "--json", "--profile", profile],
        );
        assert!(said.contains("\"arn\""), "{profile}: {said}");
    }

    fn nobody(&self, profile: &str, why: &str) {
        self.fails(
            &format!("nobody-{profile}"),
            &["whoami", "--profile", profile],
            why,
        );
    }
}

/// Everything, one after the other. Answers the node that was used.
pub(crate) async fn use_programs(desk: &Household) -> String {
    let node = credentials(desk);
    sign_ins(desk);
    codes(desk);
    shell(desk, &node);
    command(desk, &node);
    plugin(desk, &node).await;
    failures(desk, &node);
    proxies(desk);
    node
}

/// Sync, and every kind of credentials that needs nobody.
fn credentials(desk: &Household) -> String {
    let nodes = desk.works(
        "nodes",
        &["nodes", "--json", "--profile", "acme-prod", "--region", REGION],
    );
    let list = nodes.split_once("\n]").map_or(nodes.as_str(), |(list, _)| list);
    let nodes: Vec<serde_json::Value> = serde_json::from_str(&format!("{list}\n]")).unwrap();
    let node = nodes
        .iter()
        .find(|node| node["agent"] == "online" && node["platform"] == "linux");
    desk.works("nodes-edge", &["nodes", "--profile", "acme-edge"]);
    desk.works("whoami", &["whoami", "--region", "ap-southeast-2"]);
    for profile in [
        "role",
        "role-external-id",
        "web-identity",
        "container",
        "instance",
        "process",
        "vault",
    ] {
        desk.whoami(profile);
        forget_roles(desk); // What one profile got would spare the next one to ask.
    }
    node.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Empties the AWS CLI's cache of roles, which is there once a role was assumed.
fn forget_roles(desk: &Household) {
    let cache = desk.path("home/.aws/cli");
    if cache.exists() {
        fs::remove_dir_all(cache).unwrap();
    }
}

/// To Identity Center, with a renewal, and at the console.
fn sign_ins(desk: &Household) {
    let orders = desk.simulator.control();
    desk.works("login", &["login", "--sso-session", "acme"]);
    desk.whoami(OF_CENTER);
    orders.expire_tokens(None);
    forget_roles(desk);
    desk.whoami(OF_CENTER);
    desk.works("login-legacy", &["login", "--profile", "sso-legacy"]);
    desk.whoami("role-of-sso");
    desk.works("login-console", &["login", "--profile", "console"]);
    desk.whoami("console");
}

/// A code that is wrong, and the one that the device shows.
fn codes(desk: &Household) {
    let command = desk.command("postern", &["whoami", "--profile", "role-mfa"]);
    let mut terminal = desk.in_terminal("mfa", &command);
    terminal.wait_for("MFA code of");
    terminal.type_text("905713\r");
    terminal.wait_for("did not take the code");
    let code = desk.simulator.control().mfa_code("acme-prod").unwrap();
    terminal.type_text(&format!("{code}\r"));
    terminal.wait_for("SecureOperator");
    assert_eq!(terminal.wait_for_end().0, 0);
    desk.whoami("role-chain");
}

/// Types a secret that the node does not echo, also while the link is cut, and has the node print one.
fn type_secrets(desk: &Household, terminal: &mut Terminal) {
    terminal.wait_for("$ ");
    terminal.type_text("stty -echo; echo quiet-$((6*7))\r");
    terminal.wait_for("quiet-42");
    for round in 0..2 {
        terminal.type_text(&format!(
            "echo ready-{round}; read -r secret; echo long-{round}-${{#secret}}\r"
        ));
        terminal.wait_for(&format!("ready-{round}"));
        if round == 1 {
            desk.simulator.control().cut_all_links();
        }
        terminal.type_text(&format!("{}\r", desk.chosen.typed));
        terminal.wait_for(&format!("long-{round}-40"));
    }
    terminal.type_text(&format!("cat '{}'\r", desk.path("given/output").display()));
    terminal.wait_for(&desk.chosen.output);
}

fn shell(desk: &Household, node: &str) {
    for (label, options) in [
        ("connect", &["--profile", "vault"][..]),
        (
            "connect-encrypted",
            &["--profile", "acme-prod", "--document", "Acme-Shell-Encrypted"],
        ),
        ("connect-role", &["--profile", OF_CENTER]),
    ] {
        let arguments = [&["connect", node, "--region", REGION], options].concat();
        let mut terminal = desk.in_terminal(label, &desk.command("postern", &arguments));
        type_secrets(desk, &mut terminal);
        terminal.type_text(if label == "connect" { "exit\r" } else { "\r~." });
        terminal.wait_for_end();
    }
}

fn command(desk: &Household, node: &str) {
    let file = format!("cat '{}'", desk.path("given/output").display());
    let arguments = ["exec", node, "--profile", "acme-prod", "--", &file];
    let output = desk.command("postern", &arguments).output().unwrap();
    fs::write(desk.path("out/exec.err"), &output.stderr).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        desk.chosen.output,
        "{output:?}"
    );
}

/// A session that the AWS CLI hands over, whose credentials a program of the user's brings.
async fn plugin(desk: &Household, node: &str) {
    const HANDED_OVER: &str = "AWS_SSM_START_SESSION_RESPONSE_1";
    let files = ["config", "credentials"].map(|name| desk.path("home/.aws").join(name));
    let [config, credentials] = files;
    let control = AwsControlPlane::isolated(config, credentials);
    let scope = Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse(REGION).unwrap(),
    };
    let request = StartRequest::shell(Target::parse(node).unwrap());
    let grant = control.start_session(&scope, &request).await.unwrap();
    let handed_over = json!({
        "SessionId": grant.session.as_str(),
        "TokenValue": grant.token.expose_secret(),
        "StreamUrl": grant.stream_url,
    });
    let (target, endpoint) = (json!({ "Target": node }).to_string(), desk.endpoint());
    let arguments = [HANDED_OVER, REGION, "StartSession", "vault", &target, &endpoint];
    let mut command = desk.command("session-manager-plugin", &arguments);
    command.env(HANDED_OVER, handed_over.to_string());
    let mut terminal = desk.in_terminal("plugin", &command);
    type_secrets(desk, &mut terminal);
    terminal.type_text("exit\r");
    terminal.wait_for_end();
    let cut_off = handed_over.to_string().replace('}', "");
    let (works, said) = desk.run("plugin-cut-off", command.env(HANDED_OVER, cut_off));
    assert!(!works && said.contains("no JSON object"), "{said}");
}

/// What goes wrong, and is told.
fn failures(desk: &Household, node: &str) {
    let orders = desk.simulator.control();
    desk.nobody("vault-spills", "status 4");
    desk.nobody("vault-garbles", "vault-garbles");
    desk.nobody("odd", "neither a section nor a setting");
    desk.nobody("half", "half");
    let mut elsewhere = desk.command("postern", &["whoami", "--profile", "with-password"]);
    let (works, said) = desk.run("with-password", elsewhere.env_remove("AWS_ENDPOINT_URL"));
    assert!(!works && said.contains("127.0.0.1:9"), "{said}");
    desk.fails(
        "denied",
        &["nodes", "--profile", "acme-audit", "--region", REGION],
        "may not call",
    );
    orders.expire_credentials("acme-stage", true);
    desk.nobody("acme-stage", "acme-stage");
    orders.expire_credentials("acme-stage", false);
    let connect = ["connect", node, "--profile", "acme-prod", "--region", REGION];
    orders.deny_operation("StartSession", None, true);
    desk.fails("start-denied", &connect, "StartSession");
    orders.deny_operation("StartSession", None, false);
    orders.misdirect_streams(Some(
        "wss://ssmmessages.evil.example/v1/data-channel/x".to_owned(),
    ));
    desk.fails("misdirected", &connect, "evil.example");
    orders.misdirect_streams(None);
    orders.deny_operation("AssumeRole", None, true);
    forget_roles(desk);
    desk.nobody("role", "AssumeRole");
    orders.deny_operation("AssumeRole", None, false);
    orders.answer_sign_ins(SignInAnswer::Deny);
    desk.fails("login-denied", &["login", "--sso-session", "acme"], "denied");
    orders.answer_sign_ins(SignInAnswer::Confirm);
    damaged_caches(desk);
    orders.revoke_tokens(None);
    desk.nobody(OF_CENTER, "sign-in");
    orders.change_console_passwords();
    desk.works("login-again", &["login", "--sso-session", "acme"]);
    desk.works("logout", &["logout", "--sso-session", "acme"]);
}

/// Every file of the AWS CLI's caches is cut off in the middle of what it holds.
fn damaged_caches(desk: &Household) {
    let files = files_below(&desk.path("home/.aws"));
    let caches: Vec<_> = files
        .into_iter()
        .filter(|path| path.extension().is_some())
        .collect();
    assert!(caches.len() >= 4, "{caches:?}");
    let whole: Vec<_> = caches.iter().map(|path| fs::read(path).unwrap()).collect();
    for (path, bytes) in caches.iter().zip(&whole) {
        fs::write(path, bytes.get(..bytes.len() * 2 / 3).unwrap()).unwrap();
    }
    desk.nobody(OF_CENTER, "cut off or damaged");
    desk.nobody("console", "console");
    desk.whoami("role");
    for (path, bytes) in caches.iter().zip(&whole) {
        fs::write(path, bytes).unwrap();
    }
}

/// A profile of real AWS by way of a proxy: with its password, with a wrong one, and with one that is no address.
fn proxies(desk: &Household) {
    let wrong = &desk.chosen.wrong_proxy_password;
    let address = desk.proxy.address();
    // What answers there is not AWS, and the certificate says so.
    for service in ["sts", "ssm"] {
        let authority = format!("{service}.{REGION}.amazonaws.com:443");
        desk.proxy.route(&authority, desk.simulator.address());
    }
    for (label, proxy) in [
        ("proxy-nowhere", desk.proxy.url_with_login()),
        ("proxy-wrong-password", format!("http://ada:{wrong}@{address}")),
        ("proxy-odd", format!("http://ada:{wrong}@no host:x/")),
        ("proxy-unknown", format!("socks9://ada:{wrong}@{address}")),
    ] {
        let mut command = desk.command("postern", &["whoami", "--profile", "far"]);
        desk.sets("HTTPS_PROXY", &proxy);
        command.env("HTTPS_PROXY", proxy);
        let (works, said) = desk.run(label, &mut command);
        assert!(!works, "{label}: {said}");
    }
    assert!(!desk.proxy.served().is_empty(), "the right password was sent");
    assert!(desk.proxy.refused_logins() > 0, "and the wrong one");
}
