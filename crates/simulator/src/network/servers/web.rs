//! A small web site over HTTP/1.1: a page with sixty pictures, many small files, and downloads of any size.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use super::plain;

/// A longer head ends the connection.
const HEAD_LIMIT: u64 = 64 * 1024;
/// How many pictures the page has.
const PICTURES: u32 = 60;
/// How many small files there are.
const FILES: u32 = 10_000;
/// Tells in the page's title how many pictures a browser can show.
const COUNTS_PICTURES: &str = "<script>addEventListener(\"load\", () => { document.title = \
     `${[...document.images].filter((picture) => picture.naturalWidth > 0).length} pictures`; });</script>\n";

/// What a path leads to.
enum Resource {
    Text { kind: &'static str, text: String },
    Bytes(u64),
    Missing,
}

/// Serves one connection, one request after the other.
pub(super) async fn serve(stream: DuplexStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(head) = head(&mut stream).await? {
        let resource = resource(&head.path);
        answer(&mut stream, &head, &resource).await?;
        if head.closes {
            break;
        }
    }
    stream.shutdown().await
}

/// What is looked at of a request; a body is read and thrown away.
struct AskedHead {
    path: String,
    /// Without a body in the answer.
    is_head: bool,
    closes: bool,
}

async fn head(stream: &mut BufReader<DuplexStream>) -> io::Result<Option<AskedHead>> {
    let mut lines = Vec::new();
    let mut limited = (&mut *stream).take(HEAD_LIMIT);
    loop {
        let mut line = String::new();
        if limited.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" if lines.is_empty() => {}
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let request = lines.first().map_or("", String::as_str);
    let mut words = request.split(' ');
    let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
    let length = header(&lines, "content-length").and_then(|length| length.parse().ok());
    tokio::io::copy(
        &mut (&mut *stream).take(length.unwrap_or(0)),
        &mut tokio::io::sink(),
    )
    .await?;
    let asks = header(&lines, "connection").unwrap_or("").to_ascii_lowercase();
    Ok(Some(AskedHead {
        path: path.to_owned(),
        is_head: method == "HEAD",
        closes: asks == "close" || (request.ends_with("HTTP/1.0") && asks != "keep-alive"),
    }))
}

fn header<'l>(lines: &'l [String], name: &str) -> Option<&'l str> {
    lines.iter().skip(1).find_map(|line| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn resource(path: &str) -> Resource {
    let path = path.split('?').next().unwrap_or("");
    let number = |prefix: &str, suffix: &str| -> Option<u64> {
        path.strip_prefix(prefix)?.strip_suffix(suffix)?.parse().ok()
    };
    if path == "/" {
        return Resource::Text {
            kind: "text/html; charset=utf-8",
            text: page(),
        };
    }
    if let Some(number) = number("/pictures/", ".svg").filter(|number| *number < u64::from(PICTURES)) {
        return Resource::Text {
            kind: "image/svg+xml",
            text: picture(number),
        };
    }
    if let Some(number) = number("/files/", ".txt").filter(|number| *number < u64::from(FILES)) {
        return Resource::Text {
            kind: "text/plain; charset=utf-8",
            text: format!("This is file {number}.\n"),
        };
    }
    number("/bytes/", "").map_or(Resource::Missing, Resource::Bytes)
}

fn page() -> String {
    let pictures: String = (0..PICTURES)
        .map(|number| format!("<img src=\"/pictures/{number}.svg\" width=\"32\" height=\"32\" alt=\"\">\n"))
        .collect();
    format!("<!doctype html>\n<title>acme</title>\n<h1>acme</h1>\n{pictures}{COUNTS_PICTURES}")
}

fn picture(number: u64) -> String {
    let hue = number * 6;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"32\" height=\"32\"><rect width=\"32\" height=\"32\" \
         fill=\"hsl({hue} 60% 50%)\"/></svg>\n"
    )
}

async fn answer(
    stream: &mut BufReader<DuplexStream>,
    head: &AskedHead,
    resource: &Resource,
) -> io::Result<()> {
    let (status, kind, length) = match resource {
        Resource::Text { kind, text } => ("200 OK", *kind, u64::try_from(text.len()).unwrap_or_default()),
        Resource::Bytes(length) => ("200 OK", "application/octet-stream", *length),
        Resource::Missing => ("404 Not Found", "text/plain", 0),
    };
    let connection = if head.closes { "close" } else { "keep-alive" };
    let lines = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n"
    );
    stream.write_all(lines.as_bytes()).await?;
    match resource {
        _ if head.is_head => Ok(()),
        Resource::Text { text, .. } => stream.write_all(text.as_bytes()).await,
        Resource::Bytes(length) => plain::write_counting(stream, *length).await,
        Resource::Missing => Ok(()),
    }
}
