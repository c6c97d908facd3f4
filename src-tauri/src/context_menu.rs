//! The web view's own menu. What it offers besides the editing of text (Reload, Back, Open Link, Inspect) belongs to no
//! program; the page has menus of its own.

use webkit2gtk::{ContextMenuAction, ContextMenuExt, ContextMenuItemExt, WebView, WebViewExt};

/// Leaves only what edits text, and no menu where there is none. The page may prevent that one too.
pub(crate) fn only_editing(page: &WebView) {
    page.connect_context_menu(|_, menu, _, _| {
        for item in menu.items() {
            if !edits(item.stock_action()) {
                menu.remove(&item);
            }
        }
        menu.n_items() == 0
    });
}

#[allow(clippy::wildcard_enum_match_arm)] // There are some fifty actions of the web view.
fn edits(action: ContextMenuAction) -> bool {
    matches!(
        action,
        ContextMenuAction::Cut
            | ContextMenuAction::Copy
            | ContextMenuAction::Paste
            | ContextMenuAction::PasteAsPlainText
            | ContextMenuAction::Delete
            | ContextMenuAction::SelectAll
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_actions_on_text_are_left() {
        use ContextMenuAction::{
            Copy, GoBack, InspectElement, OpenLink, OpenLinkInNewWindow, Paste, Reload, SelectAll, Stop,
            Unicode,
        };
        assert!([Copy, Paste, SelectAll].into_iter().all(edits));
        let others = [
            GoBack,
            InspectElement,
            OpenLink,
            OpenLinkInNewWindow,
            Reload,
            Stop,
            Unicode,
        ];
        assert!(!others.into_iter().any(edits));
    }
}
