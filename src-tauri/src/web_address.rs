//! Web addresses that the page wants to open: only http and https, checked here and not in the page.

use postern_app::contract::ErrorView;
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;
use url::{Host, Url};

/// Opens `text` in the user's browser.
///
/// # Errors
/// `bad-link` when it is not a web address, `no-browser` when the system cannot open it.
pub(crate) fn open(handle: &AppHandle, text: &str) -> Result<(), ErrorView> {
    let url = web_address(text)?;
    handle
        .opener()
        .open_url(url.as_str(), None::<&str>)
        .map_err(|error| ErrorView {
            code: "no-browser".into(),
            message: "The browser could not be started.".into(),
            next_step: "Copy the address and open it yourself.".into(),
            detail: Some(error.to_string()),
        })
}

fn web_address(text: &str) -> Result<Url, ErrorView> {
    const LONGEST: usize = 4096;
    let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST);
    url.filter(is_web).ok_or_else(|| ErrorView {
        code: "bad-link".into(),
        message: "This link is not a web address.".into(),
        next_step: "Only http and https links can be opened.".into(),
        detail: None,
    })
}

/// A user name in front of the host only serves to make a link look like another one.
fn is_web(url: &Url) -> bool {
    let host = matches!(url.host(), Some(Host::Domain(name)) if !name.is_empty())
        || matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    matches!(url.scheme(), "http" | "https") && host && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_pass() {
        for good in [
            "https://aws.amazon.com/x?y=1#z",
            "http://127.0.0.1:8080/",
            "HTTPS://EXAMPLE.ORG",
            "http://[::1]/",
        ] {
            assert!(web_address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "smb://host/share",
            "ssh://host",
            "mailto:a@b.c",
            "tauri://localhost/",
            "ipc://localhost/",
            "https://",
            "https://evil@aws.amazon.com/",
            "https://aws.amazon.com:x@evil.example/",
            "vscode://x",
            "ms-settings:x",
            "//example.org",
            "http:",
            "blob:https://example.org/x",
            "about:blank",
            "view-source:https://example.org",
        ] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_international_name_is_opened_in_its_plain_form() {
        let opened = web_address("https://\u{430}ws.example/").unwrap();
        assert!(opened.as_str().starts_with("https://xn--"), "{opened}");
    }

    #[test]
    fn an_endless_link_is_refused() {
        assert!(web_address(&format!("https://example.org/{}", "x".repeat(5000))).is_err());
    }
}
