//! A new sign-in: a person signs in at the console in a browser of this computer, which brings a code to a port of ours;
//! the code is exchanged for credentials. OAuth with PKCE, as `aws login` does it.

use aws_sdk_signin::types::{CreateOAuth2TokenRequestBody, CreateOAuth2TokenResponseBody};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_model::{ControlError, system_text};
use url::Url;

use super::address::base;
use super::callback::Callback;
use super::kept::KeptSignIn;
use super::proof::{DpopKey, encoded, random_text};
use super::source::{ConsoleSignIn, ConsoleSource, TokenFailure, without_credentials};

/// The name under which the service knows programs that run on the same computer as the browser.
const CLIENT_ID: &str = "arn:aws:signin:::devtools/same-device";

const NO_RANDOM: &str = "the system has no random numbers";

/// What one sign-in is known by on its way through the browser.
struct SignInAttempt {
    redirect_uri: String,
    state: String,
    verifier: String,
}

impl ConsoleSource {
    /// Signs in. `show` gets the address that a person must open; dropping the future gives up.
    pub(crate) async fn sign_in(
        &self,
        sign_in: ConsoleSignIn<'_>,
        show: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<(), ControlError> {
        let callback = Callback::open().await;
        let callback = callback.map_err(|error| sign_in.failed(system_text(&error)))?;
        let attempt = SignInAttempt::new(callback.redirect_uri()).ok_or_else(|| sign_in.failed(NO_RANDOM))?;
        let key = DpopKey::generate().ok_or_else(|| sign_in.failed(NO_RANDOM))?;
        let nowhere = || sign_in.failed(format!("there is no sign-in for {}", self.reach.region));
        let base = base(&self.reach).await.ok_or_else(nowhere)?;
        let address = attempt.address(&base).ok_or_else(nowhere)?;
        show(address.as_str());
        let code = callback
            .code(&attempt.state)
            .await
            .map_err(|why| sign_in.failed(why))?;
        let kept = self.exchange(attempt, code, key, sign_in).await?;
        let _nobody_renews = self.renewals.turn(sign_in.session).await;
        self.keep(sign_in.session, &kept);
        Ok(())
    }

    async fn exchange(
        &self,
        attempt: SignInAttempt,
        code: String,
        key: DpopKey,
        sign_in: ConsoleSignIn<'_>,
    ) -> Result<KeptSignIn, ControlError> {
        let pem = key.to_pem();
        let asked = CreateOAuth2TokenRequestBody::builder()
            .client_id(CLIENT_ID)
            .grant_type("authorization_code")
            .code(code)
            .code_verifier(attempt.verifier)
            .redirect_uri(attempt.redirect_uri);
        let answer = self
            .token(asked, key, sign_in.who)
            .await
            .map_err(|failure| match failure {
                TokenFailure::Over(why) => sign_in.failed(why),
                TokenFailure::Error(error) => error,
            })?;
        let signed_in =
            subject(&answer).ok_or_else(|| sign_in.failed("the answer does not say who signed in"))?;
        if signed_in != sign_in.session {
            return Err(sign_in.failed(format!(
                "{signed_in} signed in, but the profile wants {}; sign in with that one",
                sign_in.session
            )));
        }
        // arn:aws:iam::<account>:user/…
        let account = signed_in.split(':').nth(4).unwrap_or_default();
        KeptSignIn::new(&answer, CLIENT_ID, account, &pem).ok_or_else(without_credentials)
    }
}

impl SignInAttempt {
    fn new(redirect_uri: String) -> Option<Self> {
        Some(Self {
            redirect_uri,
            state: random_text::<16>()?,
            verifier: random_text::<48>()?,
        })
    }

    /// Where a person signs in.
    fn address(&self, base: &str) -> Option<Url> {
        let mut address = Url::parse(&format!("{base}/v1/authorize")).ok()?;
        let challenge = ring::digest::digest(&ring::digest::SHA256, self.verifier.as_bytes());
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("state", &self.state)
            .append_pair("code_challenge_method", "SHA-256")
            .append_pair("scope", "openid")
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("code_challenge", &encoded(challenge));
        Some(address)
    }
}

/// Who signed in, by the token that came over TLS from the service itself.
fn subject(answer: &CreateOAuth2TokenResponseBody) -> Option<String> {
    let claims = answer.id_token()?.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("sub")?.as_str()?.to_owned())
}
