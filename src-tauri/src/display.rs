//! The screen before there is a window: whether there is one, and a message on it for a program that cannot start.

/// Whether windows can be opened. The windowing library panics where they cannot.
#[cfg(target_os = "linux")]
pub(crate) fn is_there() -> bool {
    gtk::init().is_ok()
}

/// Everywhere else a program with windows is only started where there is a screen.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_there() -> bool {
    true
}

/// Shows `text` until the user has read it.
#[cfg(target_os = "linux")]
pub(crate) fn show_message(text: &str) {
    use gtk::prelude::{DialogExt, GtkWindowExt, WidgetExt};
    use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, Window};
    let flags = DialogFlags::MODAL;
    let message = MessageDialog::new(
        None::<&Window>,
        flags,
        MessageType::Error,
        ButtonsType::Close,
        text,
    );
    message.set_title("Postern");
    message.run();
    message.hide();
}

/// Shows `text` until the user has read it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show_message(text: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Postern")
        .set_description(text)
        .show();
}
