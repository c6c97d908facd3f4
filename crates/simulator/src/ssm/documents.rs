//! The Session documents that exist.

/// What the agent does for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A shell: `Standard_Stream`.
    Shell,
    /// A command with a terminal: `InteractiveCommands`, parameter `command`.
    InteractiveCommand,
    /// A command without a terminal: `NonInteractiveCommands`, parameter `command`.
    NonInteractiveCommand,
    /// A TCP connection without listener at the client (SSH): `Port`.
    SshPort,
    /// A forward to a port of the node: `Port`, `LocalPortForwarding`.
    PortForward,
    /// A forward to a port of another host: `Port`, `LocalPortForwarding` with `host`.
    RemoteHostForward,
}

/// The kind of the document with this name; `None` when there is none.
pub(crate) fn document(name: &str) -> Option<DocumentKind> {
    let plain = name.rsplit_once(":document/").map_or(name, |(_, last)| last);
    match plain {
        "SSM-SessionManagerRunShell" => Some(DocumentKind::Shell),
        "AWS-StartInteractiveCommand" => Some(DocumentKind::InteractiveCommand),
        "AWS-StartNonInteractiveCommand" => Some(DocumentKind::NonInteractiveCommand),
        "AWS-StartSSHSession" => Some(DocumentKind::SshPort),
        "AWS-StartPortForwardingSession" => Some(DocumentKind::PortForward),
        "AWS-StartPortForwardingSessionToRemoteHost" => Some(DocumentKind::RemoteHostForward),
        _ => None,
    }
}
