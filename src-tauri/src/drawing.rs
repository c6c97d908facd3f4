//! Who draws the page: a graphics card, or the processor where there is none.
//!
//! Without a card WebKitGTK still composes every frame with OpenGL, which Mesa then computes on the processor: a blinking
//! caret took most of a core, a key 0.4 s until it was seen. Its other way, plain painting, takes a twentieth of that.

#[cfg(target_os = "linux")]
mod linux;

use postern_app::contract::Drawing;

/// Looks at the environment and the devices of this computer.
#[cfg(target_os = "linux")]
pub(crate) fn choose() -> Drawing {
    linux::choose(&|name| std::env::var(name).ok(), std::path::Path::new("/"))
}

/// Elsewhere the system's web view finds out by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) fn choose() -> Drawing {
    Drawing::System
}

/// Makes the web view draw so. To be called before its page is there.
#[cfg(target_os = "linux")]
pub(crate) fn apply(drawing: Drawing, page: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    if drawing == Drawing::Processor
        && let Some(settings) = WebViewExt::settings(page)
    {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}
