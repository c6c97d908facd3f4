//! The two commands that carry a terminal's bytes as they are: output by a raw channel, input as a raw request body.

use std::sync::Arc;

use bytes::Bytes;
use postern_app::{App, PageGone, Sink, contract::ErrorView};
use tauri::{
    State,
    ipc::{Channel, InvokeBody, InvokeResponseBody, Request},
};

/// The most that one command may type: a paste of any size comes in several.
const LONGEST_INPUT: usize = 1024 * 1024;

/// Sends a replay of the tab's output, then what comes. Answers how many of the first bytes are no news.
#[tauri::command]
pub(crate) async fn terminal_attach(
    app: State<'_, App>,
    id: u32,
    output: Channel<InvokeResponseBody>,
) -> Result<u64, ErrorView> {
    let sink: Sink = Arc::new(move |bytes| output.send(InvokeResponseBody::Raw(bytes)).map_err(|_| PageGone));
    Ok(app.tabs().get(id)?.attach(sink))
}

/// Types the request's body into the tab that its header `tab` names.
#[tauri::command]
pub(crate) async fn terminal_input(app: State<'_, App>, request: Request<'_>) -> Result<(), ErrorView> {
    let tab = request
        .headers()
        .get("tab")
        .and_then(|tab| tab.to_str().ok()?.parse().ok());
    let typed = tab.zip(input(request.body()));
    let (id, bytes) = typed.ok_or_else(not_input)?;
    app.tabs().get(id)?.type_in(bytes).await
}

/// Where the page cannot reach the program by its own protocol, Tauri sends bytes as a list of numbers.
fn input(body: &InvokeBody) -> Option<Bytes> {
    let bytes = match body {
        InvokeBody::Raw(bytes) => Bytes::copy_from_slice(bytes),
        InvokeBody::Json(json) => serde_json::from_value::<Vec<u8>>(json.clone()).ok()?.into(),
    };
    (bytes.len() <= LONGEST_INPUT).then_some(bytes)
}

fn not_input() -> ErrorView {
    ErrorView {
        code: "bad-input".into(),
        message: "This cannot be typed: a tab and at most 1 MiB of bytes are needed.".into(),
        next_step: "Paste it in parts.".into(),
        detail: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_bytes_in_either_form_and_nothing_else() {
        assert_eq!(input(&InvokeBody::Raw(vec![0, 255])).unwrap(), [0, 255][..]);
        assert_eq!(
            input(&InvokeBody::Json(serde_json::json!([0, 255]))).unwrap(),
            [0, 255][..]
        );
        for bad in [
            serde_json::json!([256]),
            serde_json::json!("text"),
            serde_json::json!({"length": 1}),
        ] {
            assert!(input(&InvokeBody::Json(bad)).is_none());
        }
        assert!(input(&InvokeBody::Raw(vec![0; LONGEST_INPUT + 1])).is_none());
    }
}
