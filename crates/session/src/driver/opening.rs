//! From a grant to an open link: check the address, sign the upgrade, dial.

use std::sync::Arc;

use postern_model::{SessionGrant, StreamUrl};
use secrecy::SecretString;

use super::aws::Aws;
use crate::dial::Dial;
use crate::link::Link;
use crate::{LinkError, SessionError};

/// A link that is up, and what is needed to open the data channel on it.
pub(super) struct OpenedLink {
    pub(super) link: Link,
    pub(super) token: SecretString,
    /// Somebody else was given an address that AWS signed itself, so there may be no credentials to resume with (protocol
    /// §2.2).
    pub(super) presigned_by_another: bool,
}

/// Whose credentials a grant was asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantedTo {
    /// Ours, so that the session can be resumed with them.
    Us,
    /// Those of whoever started the session.
    Another,
}

/// Opens a link. The address is checked before anything is sent to it.
pub(super) async fn open(
    aws: Aws,
    dial: Arc<dyn Dial>,
    grant: SessionGrant,
    granted_to: GrantedTo,
) -> Result<OpenedLink, SessionError> {
    let settings = aws.socket_settings().await?;
    let url = StreamUrl::check(&grant.stream_url, &aws.scope().region, &settings)?;
    let signed = aws.signed_headers(&url).await?;
    let presigned_by_another = url.is_presigned() && granted_to == GrantedTo::Another;
    let failed = |error: LinkError| {
        if presigned_by_another {
            SessionError::NotResumable(error)
        } else {
            error.into()
        }
    };
    let stream = dial.dial(&url, &settings).await.map_err(failed)?;
    let link = Link::upgrade(stream, &url, signed).await.map_err(failed)?;
    Ok(OpenedLink {
        link,
        token: grant.token,
        presigned_by_another,
    })
}
