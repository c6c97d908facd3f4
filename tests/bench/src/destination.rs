//! A destination that is reached over plain TCP: what the bare proxy leads to.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use xxhash_rust::xxh3::Xxh3;

use crate::forwarding::{CHUNK_BYTES, DIFFERENT_CHUNKS, REQUEST_BYTES, Request, different_chunks};

const READ_BYTES: usize = 256 * 1024;

/// Serves on loopback for as long as the process runs; the port.
///
/// # Errors
/// When loopback gives no port.
pub fn start() -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who leaves early is measured by what is missing.
            thread::spawn(move || serve(stream));
        }
    });
    Ok(port)
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = [0; REQUEST_BYTES];
    stream.read_exact(&mut request)?;
    match Request::read(request).map_err(io::Error::other)? {
        Request::Down { chunks, .. } => download(&mut stream, chunks)?,
        Request::Up { bytes } => {
            let hash = upload(&mut stream, bytes)?;
            stream.write_all(&hash.to_le_bytes())?;
        }
        Request::Echo => {
            io::copy(&mut &stream, &mut &stream)?;
        }
    }
    stream.shutdown(Shutdown::Write)
}

fn download(stream: &mut TcpStream, chunks: u64) -> io::Result<()> {
    let all = different_chunks();
    for _ in 0..chunks / DIFFERENT_CHUNKS {
        stream.write_all(&all)?;
    }
    stream.write_all(&all[..(chunks % DIFFERENT_CHUNKS) as usize * CHUNK_BYTES])
}

fn upload(stream: &mut TcpStream, bytes: u64) -> io::Result<u64> {
    let (mut hash, mut left, mut buffer) = (Xxh3::new(), bytes, vec![0; READ_BYTES]);
    while left > 0 {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                hash.update(&buffer[..read]);
                left = left.saturating_sub(read as u64);
            }
        }
    }
    Ok(hash.digest())
}
