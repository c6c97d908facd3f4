//! The guard of a forward that browsers use: what it lets through is what came, and begins with a request for the forward.

use postern_forward::{HttpGuard, PortDestination, WebSite};

/// The only name that the forward of this target has beside those of loopback.
const PORT: u16 = 8080;

/// Reads any bytes as what a browser sends, in pieces of one length.
pub fn web_guard(data: &[u8]) {
    let Some((length, data)) = data.split_first() else {
        return;
    };
    let mut guard = HttpGuard::new(WebSite::new(Some(PORT), PortDestination::node(80), None));
    let mut allowed = Vec::new();
    for piece in data.chunks(usize::from(*length).max(1)) {
        if guard.receive(piece, &mut allowed).is_err() {
            break;
        }
        // An answer that is no upgrade changes nothing of what is let through.
        guard.answered(b"HTTP/1.1 200 OK\r\n\r\n");
    }
    assert!(data.starts_with(&allowed), "what goes on is what came");
    if !allowed.is_empty() {
        assert_is_for_the_forward(&allowed);
    }
}

/// Read in another way than the guard does: its first head has one line for the host, and that names the forward.
fn assert_is_for_the_forward(allowed: &[u8]) {
    let text = String::from_utf8_lossy(allowed).to_ascii_lowercase();
    let lines = text
        .trim_start_matches(['\r', '\n'])
        .lines()
        .take_while(|line| !line.is_empty());
    let hosts: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("host:"))
        .map(str::trim)
        .collect();
    let own = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{PORT}"));
    assert!(
        matches!(hosts.as_slice(), [host] if own.iter().any(|own| own == host)),
        "{hosts:?}"
    );
}
