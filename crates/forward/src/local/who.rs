//! Which program listens on a port.

/// Its name and number, such as `postgres (pid 812)`, where the system tells them to this user.
#[cfg(target_os = "linux")]
pub(super) fn listens(port: u16) -> Option<String> {
    let inode = super::proc_net::listener(port)?;
    let (pid, name) = super::proc_net::program_of(inode)?;
    Some(format!("{name} (pid {pid})"))
}

/// Not told there.
#[cfg(not(target_os = "linux"))]
pub(super) fn listens(_: u16) -> Option<String> {
    None
}
