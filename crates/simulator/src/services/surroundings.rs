//! Credentials of the role that is attached to a node or a container, in the shapes of both.

use std::time::SystemTime;

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::cloud::CloudState;
use crate::identity::AttachedRole;
use crate::world::{Credentials, Issue, Principal, Rights};

/// What a container gets.
pub(crate) fn container_credentials(cloud: &CloudState) -> Option<Value> {
    let role = cloud.surroundings.role()?;
    let issued = issue(cloud, &role, "container");
    Some(json!({
        "RoleArn": format!("arn:aws:iam::{}:role/{}", role.account, role.name),
        "AccessKeyId": issued.0,
        "SecretAccessKey": issued.1,
        "Token": issued.2,
        "Expiration": issued.3,
    }))
}

/// What a program on a node gets for the role that it names.
pub(crate) fn instance_credentials(cloud: &CloudState, name: &str) -> Option<Value> {
    let role = cloud.surroundings.role().filter(|role| role.name == name)?;
    let issued = issue(cloud, &role, "i-0a1b2c3d4e5f67890");
    Some(json!({
        "Code": "Success",
        "LastUpdated": written(SystemTime::now()),
        "Type": "AWS-HMAC",
        "AccessKeyId": issued.0,
        "SecretAccessKey": issued.1,
        "Token": issued.2,
        "Expiration": issued.3,
    }))
}

/// Access key id, secret, token, and when they expire.
fn issue(cloud: &CloudState, role: &AttachedRole, session: &str) -> (String, String, String, String) {
    let AttachedRole { account, name } = role;
    let issue = Issue {
        expires: SystemTime::now() + cloud.identity.lifetimes().role_credentials,
        of_role: true,
        with_mfa: false,
    };
    let principal = Principal {
        arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
        user_id: format!("AROAPOSTERN{account}:{session}"),
        name: session.to_owned(),
        rights: Rights::of_role(name),
    };
    let issued = cloud
        .access_keys
        .issue(cloud.world.company().of_account(account), principal, issue);
    let Credentials {
        access_key_id,
        secret,
        token,
        ..
    } = issued.as_ref();
    (
        access_key_id.clone(),
        secret.expose_secret().to_owned(),
        token
            .as_ref()
            .map(|token| token.expose_secret().to_owned())
            .unwrap_or_default(),
        written(issue.expires),
    )
}

fn written(time: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    OffsetDateTime::from(time).format(format).unwrap_or_default()
}
