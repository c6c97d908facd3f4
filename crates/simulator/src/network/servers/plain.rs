//! Servers that know no protocol.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};

/// How much is read or written at once.
const PIECE_BYTES: usize = 16 * 1024;
/// A slow reader reads this often in a second.
const SLOW_READS: u32 = 20;

/// Sends back what it gets, to the end.
pub(super) async fn echo(mut stream: DuplexStream) -> io::Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return stream.shutdown().await;
        }
        stream.write_all(buffer.get(..count).unwrap_or_default()).await?;
    }
}

/// Reads slowly, and at the end says how many bytes there were.
pub(super) async fn read_slowly(mut stream: DuplexStream, bytes_per_second: u32) -> io::Result<()> {
    let at_once = usize::try_from(bytes_per_second.div_ceil(SLOW_READS)).unwrap_or(PIECE_BYTES);
    let mut buffer = vec![0; at_once.max(1)];
    let mut total: u64 = 0;
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            break;
        }
        total = total.saturating_add(u64::try_from(count).unwrap_or_default());
        tokio::time::sleep(Duration::from_secs(1) / SLOW_READS).await;
    }
    stream.write_all(format!("{total} bytes\n").as_bytes()).await?;
    stream.shutdown().await
}

/// Reads so many bytes, and then no more while the connection lasts.
pub(super) async fn stop_reading(stream: DuplexStream, after: u64) -> io::Result<()> {
    let mut read = stream.take(after);
    tokio::io::copy(&mut read, &mut tokio::io::sink()).await?;
    std::future::pending().await
}

/// Sends so many bytes and closes.
pub(super) async fn send(mut stream: DuplexStream, bytes: u64) -> io::Result<()> {
    write_counting(&mut stream, bytes).await?;
    stream.shutdown().await
}

/// Writes bytes that count up, so that it is seen what is lost or doubled.
pub(super) async fn write_counting(stream: &mut (impl AsyncWrite + Unpin), bytes: u64) -> io::Result<()> {
    let piece: Vec<u8> = (0..=u8::MAX).cycle().take(PIECE_BYTES).collect();
    let mut left = bytes;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        stream.write_all(piece.get(..count).unwrap_or_default()).await?;
        left = left.saturating_sub(u64::try_from(count).unwrap_or(left));
    }
    Ok(())
}

/// Says goodbye and closes its own direction; it reads on to the end.
pub(super) async fn half_close(mut stream: DuplexStream) -> io::Result<()> {
    stream.write_all(b"goodbye\n").await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(())
}
