//! A small HTTP client for tests, which signs as a profile of the simulator.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::wire::signer::Signer;
use crate::{SimulatedProfile, Simulator};

/// What came back.
pub(in crate::server) struct Answer {
    pub(in crate::server) status: u16,
    /// The status line and the headers.
    pub(in crate::server) head: String,
    pub(in crate::server) body: String,
}

impl Answer {
    pub(in crate::server) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The texts of all elements with this name; enough for XML that we wrote ourselves without attributes.
    pub(in crate::server) fn texts(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.body.split(&open).skip(1);
        parts
            .filter_map(|part| Some(part.split_once(&close)?.0.to_owned()))
            .collect()
    }

    pub(in crate::server) fn text(&self, name: &str) -> String {
        self.texts(name).first().cloned().unwrap_or_default()
    }

    /// Status and code of a failure, in whatever dialect.
    pub(in crate::server) fn failure(&self) -> (u16, String) {
        let json = serde_json::from_str::<Value>(&self.body).ok();
        let code = json.and_then(|json| json["__type"].as_str().map(str::to_owned));
        (self.status, code.unwrap_or_else(|| self.text("Code")))
    }
}

/// One request before it is signed and sent.
pub(in crate::server) struct Call {
    pub(in crate::server) method: &'static str,
    pub(in crate::server) target: String,
    pub(in crate::server) headers: Vec<(String, String)>,
    pub(in crate::server) body: String,
    pub(in crate::server) service: &'static str,
}

/// Signs as one profile in one Region.
pub(in crate::server) struct Client {
    pub(in crate::server) address: SocketAddr,
    /// What the `Host` header says.
    pub(in crate::server) host: String,
    pub(in crate::server) profile: SimulatedProfile,
    pub(in crate::server) region: String,
    pub(in crate::server) now: SystemTime,
}

impl Client {
    pub(in crate::server) fn new(simulator: &Simulator, profile: &str) -> Self {
        let profile = simulator
            .profiles()
            .into_iter()
            .find(|own| own.name == profile)
            .unwrap();
        let region = profile.regions[0].clone();
        Self {
            address: simulator.address(),
            host: simulator.address().to_string(),
            profile,
            region,
            now: SystemTime::now(),
        }
    }

    pub(in crate::server) async fn ec2(&self, query: &str) -> Answer {
        self.send(&query_call("ec2", format!("{query}&Version=2016-11-15")))
            .await
    }

    pub(in crate::server) async fn sts(&self, query: &str) -> Answer {
        self.send(&query_call("sts", format!("{query}&Version=2011-06-15")))
            .await
    }

    pub(in crate::server) async fn ssm(&self, operation: &str, body: &Value) -> Answer {
        self.send(&json_call(&format!("AmazonSSM.{operation}"), body.to_string()))
            .await
    }

    pub(in crate::server) async fn kms(&self, operation: &str, body: &Value) -> Answer {
        let mut call = json_call(&format!("TrentService.{operation}"), body.to_string());
        call.service = "kms";
        self.send(&call).await
    }

    pub(in crate::server) async fn ecs(&self, operation: &str, body: &Value) -> Answer {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let mut call = json_call(&target, body.to_string());
        call.service = "ecs";
        self.send(&call).await
    }

    pub(in crate::server) async fn send_key(&self, body: &Value) -> Answer {
        let target = "AWSEC2InstanceConnectService.SendSSHPublicKey";
        let mut call = json_call(target, body.to_string());
        call.service = "ec2-instance-connect";
        self.send(&call).await
    }

    pub(in crate::server) async fn send(&self, call: &Call) -> Answer {
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        let secret = self.profile.secret_access_key.expose_secret();
        let signer = Signer::new(&self.profile.access_key_id, secret, &self.region, call.service);
        let mut extra: Vec<(&str, &str)> = call
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let token = self
            .profile
            .session_token
            .as_ref()
            .map(|token| token.expose_secret());
        extra.extend(token.map(|token| ("x-amz-security-token", token)));
        let headers = signer.sign(
            call.method,
            path,
            query,
            &self.host,
            &extra,
            call.body.as_bytes(),
            self.now,
        );
        raw(
            self.address,
            call.method,
            &call.target,
            &headers,
            call.body.as_bytes(),
        )
        .await
    }
}

pub(in crate::server) fn query_call(service: &'static str, body: String) -> Call {
    let form = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
    Call {
        method: "POST",
        target: "/".to_owned(),
        headers: vec![("content-type".to_owned(), form)],
        body,
        service,
    }
}

pub(in crate::server) fn json_call(target: &str, body: String) -> Call {
    let headers = vec![
        ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned()),
        ("x-amz-target".to_owned(), target.to_owned()),
    ];
    Call {
        method: "POST",
        target: "/".to_owned(),
        headers,
        body,
        service: "ssm",
    }
}

/// Sends exactly these headers and reads the whole answer.
pub(in crate::server) async fn raw(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Answer {
    let mut text = format!(
        "{method} {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    exchange(address, &bytes).await
}

/// Sends any bytes and reads until the other side closes.
pub(in crate::server) async fn exchange(address: SocketAddr, bytes: &[u8]) -> Answer {
    let talk = async {
        let mut socket = TcpStream::connect(address).await.unwrap();
        // The server may answer and close before it has read a body that it does not want.
        let _refused = socket.write_all(bytes).await;
        let mut answer = Vec::new();
        let _reset = socket.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    let text = tokio::time::timeout(Duration::from_secs(30), talk).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
