//! A person at a browser, over a real connection.

use super::program::{PATIENCE, Server};
use crate::support::Reply;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Connects, with every wait bounded.
pub fn connect(port: u16) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Sends bytes, and reads until the other end closes.
pub fn exchange(port: u16, request: &[u8]) -> std::io::Result<String> {
    let mut stream = connect(port)?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Reads an answer out of its bytes.
#[track_caller]
pub fn read_reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    let status = StatusCode::from_bytes(status.as_bytes()).unwrap();
    Reply { status, headers, body: body.to_owned() }
}

/// Keeps cookies, sends `Origin`, and the token of the page that is shown.
#[derive(Clone)]
pub struct Person {
    port: u16,
    pub user_agent: String,
    pub cookies: BTreeMap<String, String>,
    token: String,
}

impl Person {
    pub fn at(server: &Server) -> Self {
        Self::at_port(server.port)
    }

    pub fn at_port(port: u16) -> Self {
        let user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0".into();
        Self { port, user_agent, cookies: BTreeMap::new(), token: String::new() }
    }

    /// The same browser, at another server.
    pub fn moves_to(&mut self, server: &Server) {
        self.port = server.port;
    }

    fn head(&self, method: &str, path: &str) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {}\r\nCookie: {}\r\n\
             Connection: close\r\n",
            self.user_agent,
            cookies.join("; ")
        )
    }

    /// The bytes of a form, head and body.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> (String, String) {
        let mut all = vec![("csrf", self.token.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded::to_string(&all).unwrap();
        let head = format!(
            "{}Origin: http://localhost:{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n",
            self.head("POST", path),
            self.port,
            body.len()
        );
        (head, body)
    }

    /// Takes over what an answer sets.
    pub fn keep(&mut self, reply: &Reply) {
        for cookie in reply.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn send(&mut self, request: &str) -> std::io::Result<Reply> {
        let text = exchange(self.port, request.as_bytes())?;
        if !text.contains("\r\n\r\n") {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let reply = read_reply(&text);
        self.keep(&reply);
        Ok(reply)
    }

    /// Opens a page, if the server is there.
    pub fn try_get(&mut self, path: &str) -> std::io::Result<Reply> {
        let request = format!("{}\r\n", self.head("GET", path));
        let reply = self.send(&request)?;
        if let Some((_, rest)) = reply.body.split_once("name=\"csrf\" value=\"") {
            rest.split_once('"').map_or("", |(token, _)| token).clone_into(&mut self.token);
        }
        Ok(reply)
    }

    #[track_caller]
    pub fn get(&mut self, path: &str) -> Reply {
        self.try_get(path).unwrap()
    }

    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Reply> {
        let (head, body) = self.form(path, fields);
        self.send(&(head + &body))
    }

    #[track_caller]
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.try_post(path, fields).unwrap()
    }

    pub fn try_sign_in(&mut self, email: &str, password: &str) -> std::io::Result<Reply> {
        self.try_get("/sign-in")?;
        self.try_post("/sign-in", &[("email", email), ("password", password)])
    }

    #[track_caller]
    pub fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        self.try_sign_in(email, password).unwrap()
    }

    pub fn try_change_password(&mut self, current: &str, new: &str) -> std::io::Result<Reply> {
        self.try_get("/settings/security/password")?;
        let fields = [
            ("current_password", current),
            ("new_password", new),
            ("confirm_new_password", new),
            ("sign_out_others", "yes"),
        ];
        self.try_post("/settings/security/password", &fields)
    }

    #[track_caller]
    pub fn is_signed_in(&mut self) -> bool {
        self.get("/settings/security").status == StatusCode::OK
    }

    /// Makes the first administrator through the printed link.
    #[track_caller]
    pub fn set_up(&mut self, link: &str, email: &str, password: &str) -> Reply {
        self.get(link).is(200);
        let fields = [
            ("name", "Mira Okafor"),
            ("email", email),
            ("new_password", password),
            ("confirm_new_password", password),
        ];
        self.post(link, &fields)
    }
}
