//! Serves every route of the simulator on one listener.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{api, clock, console, host, identity_center, outside, rest, surroundings, upgrade, verification};
use crate::cloud::Cloud;

/// Answers until `stop`.
pub(crate) async fn serve(listener: TcpListener, cloud: Cloud, stop: CancellationToken) {
    // Without this, small frames of a terminal wait for the acknowledgement of the one before.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let served = axum::serve(listener, router(cloud))
        .with_graceful_shutdown(stop.cancelled_owned())
        .await;
    if let Err(error) = served {
        tracing::warn!(%error, "the simulator's server ended");
    }
}

/// All routes, each behind the Host check.
pub(super) fn router(cloud: Cloud) -> Router {
    Router::new()
        .route("/", any(api::answer))
        .route("/v1/data-channel/{session}", get(upgrade::data_channel_upgrade))
        .route(
            "/device",
            get(verification::device_page).post(verification::device_answer),
        )
        .route(
            "/authorize",
            get(verification::authorize_page).post(verification::authorize_answer),
        )
        .route("/mfa", get(verification::mfa_page))
        .merge(identity_center::routes())
        .merge(surroundings::routes())
        .merge(console::routes())
        .merge(rest::routes())
        .route("/_simulator/sessions", get(outside::sessions))
        .route("/_simulator/sign-ins", get(outside::sign_ins))
        .route("/_simulator/ssh-keys", get(outside::ssh_keys))
        .route("/_simulator/{topic}/{order}", post(outside::order))
        .fallback(api::unknown_path)
        .layer(from_fn_with_state(Arc::clone(&cloud), host::own_names_only))
        .layer(from_fn_with_state(Arc::clone(&cloud), clock::date))
        .with_state(cloud)
}
