//! Where the sign-in service is.

use aws_sdk_signin::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use crate::credentials::reach::Reach;

/// The address of the sign-in service, by the rules of the SDK or by the user.
pub(crate) async fn base(reach: &Reach) -> Option<String> {
    if let Some(own) = &reach.sign_in {
        return Some(own.as_str().trim_end_matches('/').to_owned());
    }
    let asked = Params::builder()
        .region(reach.region.as_str())
        .use_fips(reach.kind.use_fips)
        .use_dual_stack(reach.kind.use_dual_stack)
        .is_control_plane(false)
        .build()
        .ok()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&asked).await;
    Some(endpoint.ok()?.url().trim_end_matches('/').to_owned())
}
