//! A server that notes what it gets, byte by byte: an application, or a gate that lets
//! everything through.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: usize,
}

impl Seen {
    /// The only value of a header; none where it is missing or there twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value),
            _ => None,
        }
    }
}

/// What a toy answers to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// As an application: a page, and it speaks WebSocket, as far as that it echoes.
    Hello,
    /// As a gate that knows somebody.
    Pass,
}

/// A running toy.
pub struct Toy {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Toy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Toy {
    pub async fn start(says: Says) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let noted = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, says, Arc::clone(&noted)));
            }
        });
        Self { port, seen, task }
    }

    /// What has arrived since the last look.
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// The one request that has arrived since the last look.
    #[track_caller]
    pub fn one(&self) -> Seen {
        let mut all = self.take();
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }
}

/// One request after another, as long as the connection lasts: what is left over of one
/// would be the next.
async fn talk(mut stream: TcpStream, says: Says, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut read = Vec::new();
    while let Some(request) = next(&mut stream, &mut read).await {
        let upgrades = request.header("upgrade").is_some_and(|what| what == "websocket");
        seen.lock().unwrap().push(request);
        let answer: &[u8] = match says {
            Says::Pass => {
                b"HTTP/1.1 204 No Content\r\nRemote-User: own\r\nRemote-Email: \r\nRemote-Name: \r\nRemote-Permissions: \r\nRemote-Organisation: \r\nRemote-Organisation-Role: \r\n\r\n"
            }
            Says::Hello if upgrades => {
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            }
            Says::Hello => b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 58\r\n\r\n<!doctype html><title>Toy</title><h1>The application</h1>\n",
        };
        if stream.write_all(answer).await.is_err() {
            return;
        }
        if upgrades {
            let (mut from, mut to) = stream.split();
            let _ = tokio::io::copy(&mut from, &mut to).await;
            return;
        }
    }
}

async fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(at) = read.windows(4).position(|part| part == b"\r\n\r\n") {
            break at;
        }
        more(stream, read).await?;
    };
    let head: Vec<u8> = read.drain(..end + 4).collect();
    // Byte by byte, so that nothing is lost that is not UTF-8.
    let head: String = head[..end].iter().map(|byte| char::from(*byte)).collect();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let mut request = Seen {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect(),
        body: 0,
    };
    if request.header("transfer-encoding").is_some() {
        loop {
            let at = loop {
                if let Some(at) = read.windows(2).position(|part| part == b"\r\n") {
                    break at;
                }
                more(stream, read).await?;
            };
            let size = String::from_utf8_lossy(&read[..at]).into_owned();
            let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
            while read.len() < at + 2 + size + 2 {
                more(stream, read).await?;
            }
            read.drain(..at + 2 + size + 2);
            request.body += size;
            if size == 0 {
                return Some(request);
            }
        }
    }
    let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while read.len() < length {
        more(stream, read).await?;
    }
    read.drain(..length);
    request.body = length;
    Some(request)
}

async fn more(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    let mut part = [0; 16 * 1024];
    match stream.read(&mut part).await {
        Ok(0) | Err(_) => None,
        Ok(size) => {
            read.extend_from_slice(&part[..size]);
            Some(())
        }
    }
}
