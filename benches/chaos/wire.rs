//! One connection to a node, with one request at a time.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A node that was stopped answers when it goes on.
pub const PATIENCE: Duration = Duration::from_secs(12);

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

pub struct Wire {
    port: u16,
    stream: Option<TcpStream>,
}

impl Wire {
    pub const fn new(port: u16) -> Self {
        Self { port, stream: None }
    }

    pub async fn ask(&mut self, question: &str) -> Result<Reply> {
        let answered = tokio::time::timeout(PATIENCE, self.exchange(question)).await;
        let reply = answered.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()));
        let closes =
            reply.as_ref().map_or(true, |reply| header(&reply.head, "connection") == Some("close"));
        if closes {
            self.stream = None;
        }
        reply
    }

    async fn exchange(&mut self, question: &str) -> Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(("127.0.0.1", self.port)).await?,
        };
        stream.set_nodelay(true)?;
        stream.write_all(question.as_bytes()).await?;
        let mut read = Vec::with_capacity(4096);
        let end = loop {
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| Error::other(format!("no status: {head}")))?;
        let length = header(&head, "content-length").and_then(|length| length.parse().ok());
        let length: usize = if status == 204 || status == 304 { 0 } else { length.unwrap_or(0) };
        while read.len() < end + 4 + length {
            if stream.read_buf(&mut read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        self.stream = Some(stream);
        let body = String::from_utf8_lossy(&read[end + 4..]).into_owned();
        Ok(Reply { status, head, body })
    }
}

/// The first header of a name.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head, name).next()
}

/// All of a name.
pub fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter_map(move |(own, value)| own.eq_ignore_ascii_case(name).then_some(value))
}
