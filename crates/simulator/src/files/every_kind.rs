//! Profiles of every kind of credentials, and the files that they name.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use serde_json::json;

use super::private::write_private_file;
use crate::cloud::CloudState;
use crate::identity::{AssignedAccount, AssignedCenter};
use crate::world::Profile;

/// A token of a pipeline's run.
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Sections for the configuration file. What they name is written into the folder.
pub(super) fn every_kind(cloud: &CloudState, folder: &Path, endpoint: Option<&str>) -> io::Result<String> {
    let mut text = String::new();
    for center in cloud.identity.all() {
        text.push_str(&session(center));
        for (account, role) in center.accounts.iter().flat_map(roles) {
            text.push_str(&of_session(cloud, center, account, role, endpoint));
        }
    }
    if let Some((center, (account, role))) = first_assignment(cloud) {
        text.push_str(&legacy(cloud, center, account, role, endpoint));
    }
    if let Some(home) = cloud.world.company().profiles().first() {
        let token = folder.join("web-identity-token");
        let expires = SystemTime::now() + TOKEN_LIFETIME;
        write_private_file(&token, &cloud.provider.token("pipeline:deploy", expires))?;
        let keys = folder.join("process.json");
        write_private_file(&keys, &process_output(cloud, home))?;
        for (name, settings) in of_roles(cloud, home, &token) {
            text.push_str(&section(&name, home, endpoint, &settings));
        }
        let command = format!("credential_process = {}", command(&keys));
        text.push_str(&section("process", home, endpoint, &command));
    }
    Ok(text)
}

fn session(center: &AssignedCenter) -> String {
    format!(
        "\n[sso-session {}]\nsso_start_url = {}\nsso_region = {}\nsso_registration_scopes = sso:account:access\n",
        center.name, center.start_url, center.region
    )
}

fn roles(account: &AssignedAccount) -> impl Iterator<Item = (&AssignedAccount, &String)> {
    account.roles.iter().map(move |role| (account, role))
}

fn first_assignment(cloud: &CloudState) -> Option<(&AssignedCenter, (&AssignedAccount, &String))> {
    let center = cloud.identity.all().first()?;
    Some((center, center.accounts.iter().flat_map(roles).next()?))
}

fn of_session(
    cloud: &CloudState,
    center: &AssignedCenter,
    account: &AssignedAccount,
    role: &str,
    endpoint: Option<&str>,
) -> String {
    let short = account.name.trim_start_matches("acme-");
    let name = format!("sso-{}-{short}-{}", center.name, words(role));
    let settings = format!(
        "sso_session = {}\nsso_account_id = {}\nsso_role_name = {role}",
        center.name, account.id
    );
    let profile = cloud.world.company().of_account(&account.id);
    section(&name, &profile, endpoint, &settings)
}

fn legacy(
    cloud: &CloudState,
    center: &AssignedCenter,
    account: &AssignedAccount,
    role: &str,
    endpoint: Option<&str>,
) -> String {
    let settings = format!(
        "sso_start_url = {}\nsso_region = {}\nsso_account_id = {}\nsso_role_name = {role}",
        center.start_url, center.region, account.id
    );
    let profile = cloud.world.company().of_account(&account.id);
    section("sso-legacy", &profile, endpoint, &settings)
}

/// Profiles that get their credentials from STS, and one of a person who signs in to the console.
fn of_roles(cloud: &CloudState, home: &Profile, token: &Path) -> Vec<(String, String)> {
    let arn = |role: &str| format!("role_arn = arn:aws:iam::{}:role/{role}", home.account);
    let source = format!("source_profile = {}", home.name);
    let mfa = format!("mfa_serial = {}", home.mfa_device());
    let roles = [
        ("role", arn("NodeOperator"), source.clone()),
        ("role-mfa", arn("SecureOperator"), format!("{source}\n{mfa}")),
        (
            "role-chain",
            arn("NodeOperator"),
            "source_profile = role-mfa".to_owned(),
        ),
        (
            "role-external-id",
            arn("PartnerOperator"),
            format!("{source}\nexternal_id = acme-partner-7"),
        ),
        (
            "web-identity",
            arn("PipelineOperator"),
            format!("web_identity_token_file = {}", token.display()),
        ),
        (
            "container",
            arn("NodeOperator"),
            "credential_source = EcsContainer".to_owned(),
        ),
        (
            "instance",
            arn("NodeOperator"),
            "credential_source = Ec2InstanceMetadata".to_owned(),
        ),
    ];
    let of_sso = first_assignment(cloud).map(|_| {
        (
            "role-of-sso",
            arn("NodeOperator"),
            "source_profile = sso-legacy".to_owned(),
        )
    });
    let roles = roles.into_iter().chain(of_sso);
    let roles = roles.map(|(name, arn, settings)| (name.to_owned(), format!("{arn}\n{settings}")));
    let console = format!("login_session = {}", home.principal().arn);
    roles.chain([("console".to_owned(), console)]).collect()
}

fn section(name: &str, profile: &Profile, endpoint: Option<&str>, settings: &str) -> String {
    let region = profile.regions.first().map_or("eu-central-1", String::as_str);
    let mut text = format!("\n[profile {name}]\n{settings}\n");
    let _infallible = write!(
        text,
        "region = {region}\noutput = json\n{}",
        endpoint_line(endpoint)
    );
    text
}

/// The setting that leads a profile's calls here; nothing where AWS's own names do.
pub(super) fn endpoint_line(endpoint: Option<&str>) -> String {
    endpoint.map_or_else(String::new, |endpoint| format!("endpoint_url = {endpoint}\n"))
}

/// What a credential process prints: a profile's own keys.
fn process_output(cloud: &CloudState, home: &Profile) -> String {
    let keys = cloud.access_keys.of_profile(&home.name);
    let keys = keys.map(|keys| (keys.access_key_id.as_str(), keys.secret.expose_secret()));
    let (id, secret) = keys.unwrap_or_default();
    json!({ "Version": 1, "AccessKeyId": id, "SecretAccessKey": secret }).to_string()
}

fn command(file: &Path) -> String {
    if cfg!(windows) {
        format!("cmd /c type \"{}\"", file.display())
    } else {
        format!("cat '{}'", file.display())
    }
}

/// `NodeOperator` as `node-operator`.
fn words(role: &str) -> String {
    let mut words = String::new();
    for letter in role.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}
