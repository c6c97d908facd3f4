//! What a program prints, up to a limit.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Reads to the end. What comes beyond `most` bytes is read too, so that the program goes on, and dropped.
pub(crate) async fn gather(from: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>, most: usize) {
    let Some(mut from) = from else { return };
    let mut chunk = [0; 4096];
    // A pipe that fails has nothing more to say.
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let room = most.saturating_sub(into.len()).min(read);
        into.extend_from_slice(chunk.get(..room).unwrap_or_default());
    }
    zeroize::Zeroize::zeroize(&mut chunk);
}
