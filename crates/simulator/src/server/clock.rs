//! Dates every answer by the clock of the simulated AWS, which may differ from this computer's.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::Next;
use axum::response::Response;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::cloud::Cloud;

/// Sets `Date`, which the server would set to this computer's time.
pub(super) async fn date(State(cloud): State<Cloud>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let text = OffsetDateTime::from(cloud.faults.now()).format(format);
    if let Some(date) = text.ok().and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}
