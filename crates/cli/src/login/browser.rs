//! The browser of whoever sits here.

/// Asks the desktop to show a page. Whether it did cannot be known; false where nobody could see it.
pub(super) fn open(url: &str) -> bool {
    has_display() && open::that_detached(url).is_ok()
}

/// A terminal of another computer has no browser here.
#[cfg(all(unix, not(target_os = "macos")))]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn has_display() -> bool {
    std::env::var_os("SSH_CONNECTION").is_none()
}
