//! A server that speaks first, as databases do, and then answers each line with one.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

/// What it says before it is asked anything.
pub(super) const GREETING: &str = "acme database 8.0, ready\n";

/// A longer line ends the connection.
const LINE_LIMIT: u64 = 64 * 1024;

/// Serves one connection until the client says `quit` or closes.
pub(super) async fn serve(stream: DuplexStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(GREETING.as_bytes()).await?;
    loop {
        let mut line = Vec::new();
        (&mut stream)
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut line)
            .await?;
        let Some(question) = line.strip_suffix(b"\n") else {
            return stream.shutdown().await;
        };
        if question.eq_ignore_ascii_case(b"quit") {
            stream.write_all(b"bye\n").await?;
            return stream.shutdown().await;
        }
        let answer = [b"row: ", question, b"\n"].concat();
        stream.write_all(&answer).await?;
    }
}
