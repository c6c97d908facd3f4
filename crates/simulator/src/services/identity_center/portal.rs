//! The portal: ListAccounts, ListAccountRoles, GetRoleCredentials and Logout.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::identity::{AssignedAccount, AssignedCenter, no_access};
use crate::wire::{ApiError, PageTokens, Params, put};
use crate::world::{Issue, Principal, Rights};

/// The page where the caller names no size: small, so that paging is exercised.
const DEFAULT_PAGE: usize = 20;

/// One call, with the token in its header.
pub(crate) struct PortalRequest<'a> {
    pub(crate) operation: &'a str,
    /// What the address says, if anything.
    pub(crate) region: Option<&'a str>,
    pub(crate) token: &'a str,
    pub(crate) params: &'a Params,
}

/// Answers one call of whoever has an access token.
pub(crate) fn answer(cloud: &CloudState, request: &PortalRequest<'_>) -> Result<Value, ApiError> {
    let now = SystemTime::now();
    let center = cloud.identity.center_of(request.token, request.region, now)?;
    match request.operation {
        "ListAccounts" => list_accounts(center, request.params),
        "ListAccountRoles" => list_account_roles(center, request.params),
        "GetRoleCredentials" => get_role_credentials(cloud, center, request.params, now),
        _ => {
            cloud.identity.sign_out(request.token);
            Ok(json!({}))
        }
    }
}

fn list_accounts(center: &AssignedCenter, params: &Params) -> Result<Value, ApiError> {
    let account = |account: &AssignedAccount| json!({ "accountId": account.id, "accountName": account.name, "emailAddress": account.email });
    page(
        "accountList",
        (&center.name, "accounts"),
        &center.accounts,
        account,
        params,
    )
}

fn list_account_roles(center: &AssignedCenter, params: &Params) -> Result<Value, ApiError> {
    let account = assigned(center, params)?;
    let role = |role: &String| json!({ "roleName": role, "accountId": account.id });
    page(
        "roleList",
        (&center.name, &account.id),
        &account.roles,
        role,
        params,
    )
}

fn get_role_credentials(
    cloud: &CloudState,
    center: &AssignedCenter,
    params: &Params,
    now: SystemTime,
) -> Result<Value, ApiError> {
    let account = assigned(center, params)?;
    let name = required(params, "role_name", "roleName")?;
    let role = account
        .roles
        .iter()
        .find(|role| *role == name)
        .ok_or_else(no_access)?;
    let issue = Issue {
        expires: now + cloud.identity.lifetimes().role_credentials,
        of_role: true,
        with_mfa: false,
    };
    let profile = cloud.world.company().of_account(&account.id);
    let issued = cloud
        .access_keys
        .issue(profile, principal(center, account, role), issue);
    let token = issued.token.as_ref().map(|token| token.expose_secret());
    let expires = issue.expires.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Ok(json!({ "roleCredentials": {
        "accessKeyId": issued.access_key_id,
        "secretAccessKey": issued.secret.expose_secret(),
        "sessionToken": token,
        "expiration": u64::try_from(expires.as_millis()).unwrap_or(u64::MAX),
    }}))
}

/// Who an Identity Center makes of its user: the name of the role begins with words that only it may use.
fn principal(center: &AssignedCenter, account: &AssignedAccount, role: &str) -> Principal {
    let (id, user) = (&account.id, &center.user);
    Principal {
        arn: format!("arn:aws:sts::{id}:assumed-role/AWSReservedSSO_{role}_0123456789abcdef/{user}"),
        user_id: format!("AROAPOSTERN{id}:{user}"),
        name: user.clone(),
        rights: Rights::of_role(role),
    }
}

fn assigned<'a>(center: &'a AssignedCenter, params: &Params) -> Result<&'a AssignedAccount, ApiError> {
    let id = required(params, "account_id", "accountId")?;
    center.account(id).ok_or_else(no_access)
}

fn required<'a>(params: &'a Params, name: &str, member: &str) -> Result<&'a str, ApiError> {
    let value = params.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| invalid(format!("{member} is required")))
}

fn page<T>(
    list: &str,
    question: (&String, &str),
    rows: &[T],
    write: impl Fn(&T) -> Value,
    params: &Params,
) -> Result<Value, ApiError> {
    let size = page_size(params)?;
    let token = params.get("next_token").filter(|token| !token.is_empty());
    let page = PageTokens::new(question)
        .page(rows, |row| Some(write(row)), token, size)
        .ok_or_else(|| invalid("Invalid next token".to_owned()))?;
    let mut answer = json!({ list: page.items });
    put(&mut answer, "nextToken", page.next.map(Value::from));
    Ok(answer)
}

fn page_size(params: &Params) -> Result<usize, ApiError> {
    match params.get("max_result").map(str::parse) {
        None => Ok(DEFAULT_PAGE),
        Some(Ok(size @ 1..=100)) => Ok(size),
        Some(_) => Err(invalid("maxResults is from 1 to 100".to_owned())),
    }
}

fn invalid(text: String) -> ApiError {
    ApiError::new("InvalidRequestException", text)
}
