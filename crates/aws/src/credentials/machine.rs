//! Credentials that this machine has by itself: in the environment, of the container, of the EC2 instance.

use std::net::IpAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use postern_model::{display_text, system_text};
use serde::Deserialize;
use url::{Host, Url};

use crate::http;
use crate::reach;
use crate::timestamp;
use crate::variables::Variables;

const CONTAINER: &str = "http://169.254.170.2";
/// Addresses that only a machine's own services have; any other must be reached by TLS.
const CONTAINER_HOSTS: [&str; 4] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost"];
const CONTAINER_ATTEMPTS: usize = 3;
const CONTAINER_LIMIT: Duration = Duration::from_secs(2);
const CONTAINER_PAUSE: Duration = Duration::from_secs(1);

const INSTANCE: &str = "http://169.254.169.254";
const INSTANCE_IPV6: &str = "http://[fd00:ec2::254]";
/// Instance metadata is a hop away or nowhere.
const INSTANCE_LIMIT: Duration = Duration::from_secs(1);
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

/// Longer answers are none of these services.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What this machine is known to have.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    environment: Variables,
    /// The address of the instance metadata; none where it must not be asked.
    instance: Option<String>,
}

/// The answer of either service, to what they both call credentials.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MachineAnswer {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    token: Option<String>,
    expiration: Option<String>,
    account_id: Option<String>,
    #[serde(alias = "code")]
    code: Option<String>,
    #[serde(alias = "message")]
    message: Option<String>,
}

impl Machine {
    /// By the environment, and by what the profile says of the instance metadata.
    pub(crate) fn of<'a>(environment: &'a Variables, setting: impl Fn(&str) -> Option<&'a str>) -> Self {
        let is_off = environment
            .get("AWS_EC2_METADATA_DISABLED")
            .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
        let get = |variable: &str, key: &str| environment.get(variable).or_else(|| setting(key));
        let own = get(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "ec2_metadata_service_endpoint",
        );
        let mode = get(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "ec2_metadata_service_endpoint_mode",
        );
        let usual = match mode {
            Some(mode) if mode.trim().eq_ignore_ascii_case("ipv6") => INSTANCE_IPV6,
            Some(_) | None => INSTANCE,
        };
        let address = own.unwrap_or(usual).trim().trim_end_matches('/').to_owned();
        Self {
            environment: environment.clone(),
            instance: (!is_off).then_some(address),
        }
    }

    /// A machine that has nothing and is not asked.
    pub(crate) fn none() -> Self {
        Self {
            environment: Variables::default(),
            instance: None,
        }
    }

    /// `AWS_ACCESS_KEY_ID` and what belongs to it.
    pub(crate) fn environment(&self) -> Result<Credentials, String> {
        let get = |name: &str| self.environment.get(name);
        let of = |name: &str| get(name).ok_or_else(|| format!("{name} is not set in the environment"));
        let mut keys = Credentials::builder()
            .access_key_id(of("AWS_ACCESS_KEY_ID")?)
            .secret_access_key(of("AWS_SECRET_ACCESS_KEY")?)
            .provider_name("environment");
        let token = get("AWS_SECURITY_TOKEN").or_else(|| get("AWS_SESSION_TOKEN"));
        keys.set_session_token(token.map(ToOwned::to_owned));
        if let Some(text) = get("AWS_CREDENTIAL_EXPIRATION") {
            let wrong = || "AWS_CREDENTIAL_EXPIRATION is no time such as 2026-11-30T12:00:00Z".to_owned();
            keys.set_expiry(Some(timestamp::parse(text).ok_or_else(wrong)?));
        }
        Ok(keys.build())
    }

    /// Whether the environment says where a container's credentials are.
    pub(crate) fn is_container(&self) -> bool {
        self.container_address().is_some()
    }

    /// The credentials of the container's role.
    pub(crate) async fn container(&self) -> Result<Credentials, String> {
        let address = self.container_address().ok_or(
            "this is no container that AWS gives credentials to (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)",
        )?;
        let url = container_url(&address)?;
        let token = self.container_token()?;
        let header = token.as_deref().map(|token| ("authorization", token));
        let mut attempt = 1;
        loop {
            match ask("GET", url.as_str(), header, CONTAINER_LIMIT).await {
                Ok((200, body)) => return credentials(&body, "the container"),
                answer if attempt == CONTAINER_ATTEMPTS => {
                    let why = answer.map_or_else(|why| why, |(status, _)| format!("HTTP {status}"));
                    return Err(format!("the container's credentials could not be had: {why}"));
                }
                Ok(_) | Err(_) => tokio::time::sleep(CONTAINER_PAUSE).await,
            }
            attempt += 1;
        }
    }

    fn container_address(&self) -> Option<String> {
        let relative = self.environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        let full = || self.environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let of_relative = relative.map(|path| format!("{CONTAINER}{path}"));
        of_relative.or_else(|| full().map(ToOwned::to_owned))
    }

    fn container_token(&self) -> Result<Option<String>, String> {
        let file = self.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        let token = match file {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
                let (path, why) = (display_text(path), system_text(&error));
                format!("the file {path} of the container's token cannot be read: {why}")
            })?),
            None => self
                .environment
                .get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
                .map(ToOwned::to_owned),
        };
        match token {
            Some(token) if token.contains(['\r', '\n']) => {
                Err("the container's token has a line break and cannot be sent".into())
            }
            token => Ok(token),
        }
    }

    /// Whether the instance metadata may be asked.
    pub(crate) fn has_instance(&self) -> bool {
        self.instance.is_some()
    }

    /// The credentials of the instance's role, by IMDSv2.
    pub(crate) async fn instance(&self) -> Result<Credentials, String> {
        let address = self
            .instance
            .as_deref()
            .ok_or("the instance metadata is not asked here")?;
        let get = |path: String, token: String| async move {
            let header = ("x-aws-ec2-metadata-token", token.as_str());
            match ask("GET", &path, Some(header), INSTANCE_LIMIT).await {
                Ok((200, body)) => Ok(body),
                Ok((404, _)) => Err("this EC2 instance has no role".to_owned()),
                Ok((status, _)) => Err(format!("the instance metadata answered HTTP {status}")),
                Err(why) => Err(format!("the instance metadata cannot be read: {why}")),
            }
        };
        let token = instance_token(address).await?;
        let roles = get(format!("{address}/{ROLES}"), token.clone()).await?;
        let role = roles.lines().next().unwrap_or_default().trim();
        let body = get(format!("{address}/{ROLES}{role}"), token).await?;
        credentials(&body, "the EC2 instance")
    }
}

async fn instance_token(address: &str) -> Result<String, String> {
    let lifetime = ("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    match ask(
        "PUT",
        &format!("{address}/latest/api/token"),
        Some(lifetime),
        INSTANCE_LIMIT,
    )
    .await
    {
        Ok((200, token)) => Ok(token),
        Ok((status, _)) => Err(format!("the instance metadata gives no token (HTTP {status})")),
        Err(why) => Err(format!("the instance metadata does not answer: {why}")),
    }
}

/// Anything may be named in the environment; keys must not be sent over a network in the clear.
fn container_url(address: &str) -> Result<Url, String> {
    let none = || "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL".to_owned();
    let url = Url::parse(address).map_err(|_| none())?;
    let is_near = match url.host().ok_or_else(none)? {
        Host::Domain(name) => CONTAINER_HOSTS.contains(&name),
        Host::Ipv4(ip) => IpAddr::V4(ip).is_loopback() || CONTAINER_HOSTS.contains(&ip.to_string().as_str()),
        Host::Ipv6(ip) => {
            IpAddr::V6(ip).is_loopback() || CONTAINER_HOSTS.contains(&format!("[{ip}]").as_str())
        }
    };
    if url.scheme() == "https" || is_near {
        Ok(url)
    } else {
        Err("AWS_CONTAINER_CREDENTIALS_FULL_URI leads to another machine without TLS".into())
    }
}

fn credentials(body: &str, whose: &str) -> Result<Credentials, String> {
    let unreadable = || format!("the answer of {whose} has no credentials");
    let answer: MachineAnswer = serde_json::from_str(body).map_err(|_| unreadable())?;
    let (Some(id), Some(secret), Some(token)) =
        (answer.access_key_id, answer.secret_access_key, answer.token)
    else {
        return Err(match (answer.code, answer.message) {
            (Some(code), Some(message)) => display_text(&format!("{whose} gives none ({code}): {message}")),
            (_, _) => unreadable(),
        });
    };
    let mut found = Credentials::builder()
        .access_key_id(id)
        .secret_access_key(secret)
        .session_token(token)
        .provider_name("machine");
    found.set_expiry(answer.expiration.as_deref().and_then(timestamp::parse));
    found.set_account_id(answer.account_id.map(Into::into));
    Ok(found.build())
}

/// One request to a service of this machine, past any proxy: status and body.
async fn ask(
    method: &str,
    url: &str,
    header: Option<(&str, &str)>,
    limit: Duration,
) -> Result<(u16, String), String> {
    let whole = tokio::time::timeout(limit, async {
        let answer = send(method, url, header).await?;
        let status = answer.status().as_u16();
        Ok((status, text(answer).await?))
    });
    whole
        .await
        .unwrap_or_else(|_| Err("it does not answer in time".into()))
}

async fn send(method: &str, url: &str, header: Option<(&str, &str)>) -> Result<HttpResponse, String> {
    let odd = |_| "the request cannot be made".to_owned();
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method(method).map_err(odd)?;
    request.set_uri(url).map_err(odd)?;
    if let Some((name, value)) = header {
        request
            .headers_mut()
            .try_insert(name.to_owned(), value.to_owned())
            .map_err(odd)?;
    }
    http::direct()
        .call(request)
        .await
        .map_err(|error| reach::in_words(&error))
}

async fn text(answer: HttpResponse) -> Result<String, String> {
    let cut = || "the answer was cut off".to_owned();
    let mut body = ByteStream::new(answer.into_body());
    let mut bytes = Vec::new();
    while let Some(part) = body.try_next().await.map_err(|_| cut())? {
        bytes.extend_from_slice(&part);
        if bytes.len() > LONGEST_ANSWER {
            return Err("the answer is too long".into());
        }
    }
    String::from_utf8(bytes).map_err(|_| "the answer is no text".to_owned())
}

#[cfg(test)]
mod tests;
