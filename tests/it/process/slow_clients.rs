//! Clients that take their time, at a server whose time-outs are short.

use super::person::{connect, read_reply};
use super::program::now;
use crate::support::{Backend, TestApp};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::post;
use http_body_util::{BodyExt, Collected};
use portcullis::http::{Server, ServerLimits};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server in this process, on a port of its own, until it is dropped.
struct Short {
    port: u16,
    _app: TestApp,
    stop: Option<oneshot::Sender<()>>,
    stopped: tokio::task::JoinHandle<()>,
}

async fn server(limits: ServerLimits) -> Short {
    let app = TestApp::new(Backend::Sqlite).await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopping) = oneshot::channel();
    let server = Server::new(listener, app.router.clone(), limits);
    let stopped = tokio::spawn(server.run(async {
        let _ = stopping.await;
    }));
    Short { port, _app: app, stop: Some(stop), stopped }
}

impl Short {
    async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        tokio::time::timeout(super::program::PATIENCE, self.stopped).await.unwrap().unwrap();
    }
}

fn short() -> ServerLimits {
    ServerLimits { header_timeout: Duration::from_millis(300), ..ServerLimits::default() }
}

/// What is answered until the other end closes.
async fn until_closed(mut stream: TcpStream) -> String {
    tokio::task::spawn_blocking(move || {
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Ok(_) => String::from_utf8_lossy(&answer).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => String::new(),
            Err(error) => panic!("it was not closed: {error}"),
        }
    })
    .await
    .unwrap()
}

/// Whatever a head is cut off after, the connection is closed: also while it
/// could still become HTTP/2.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let server = server(short()).await;
    let heads = [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r",
        "GET",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n",
    ];
    let began = now();
    let mut waiting = Vec::new();
    for head in heads {
        let mut stream = connect(server.port).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        waiting.push((head, tokio::spawn(until_closed(stream))));
    }
    for (head, waiting) in waiting {
        let answer = waiting.await.unwrap();
        assert!(!answer.contains("200 OK"), "{head:?}: {answer:?}");
    }
    let took = now() - began;
    assert!(took >= Duration::from_millis(250), "closed before its time: {took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    server.stop().await;
}

/// A byte now and then does not buy more time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trickle_does_not_buy_time() {
    let server = server(short()).await;
    for start in ["GET /", "PRI"] {
        let mut stream = connect(server.port).unwrap();
        stream.write_all(start.as_bytes()).unwrap();
        let began = now();
        let mut rest = if start == "PRI" {
            " * HTTP/2.0\r\n\r\nSM\r\n\r".bytes()
        } else {
            "xxxxxxxxxxxxxxxxxxxx".bytes()
        };
        let mut refused = false;
        while !refused && now() - began < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(60)).await;
            refused = match rest.next() {
                Some(byte) => stream.write_all(&[byte]).is_err(),
                None => matches!(stream.read(&mut [0; 64]), Ok(0) | Err(_)),
            };
        }
        assert!(refused, "{start}");
        assert!(now() - began < Duration::from_secs(3), "{start}: {:?}", now() - began);
    }
    server.stop().await;
}

/// A connection may stay between two requests no longer than a head may take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_connection_is_closed_when_it_is_idle() {
    let server = server(short()).await;
    let mut stream = connect(server.port).unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let answer = until_closed(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.stop().await;
}

/// The limit of 20 s for a body is the program's; here it is met with its clock
/// running, so the test takes as long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_end_is_answered() {
    let server = server(ServerLimits::default()).await;
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let cut = [
        format!("{head}Content-Length: 100\r\n\r\nemail="),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n"),
    ];
    let began = now();
    let mut waiting = Vec::new();
    for request in cut {
        let mut stream = connect(server.port).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        waiting.push(tokio::spawn(until_closed(stream)));
    }
    for waiting in waiting {
        read_reply(&waiting.await.unwrap()).is(400);
    }
    let took = now() - began;
    assert!((19..35).contains(&took.as_secs()), "{took:?}");
    server.stop().await;
}

/// However many wait for nothing, the next one is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_do_not_keep_others_out() {
    let server = server(ServerLimits::default()).await;
    let idle: Vec<TcpStream> = (0..200).map(|_| connect(server.port).unwrap()).collect();
    let mut stream = connect(server.port).unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    read_reply(&until_closed(stream).await).is(200);
    drop(idle);
    server.stop().await;
}

/// At the cap, the next one waits until a time-out has made room; and a stop is
/// a stop all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_cap_the_next_one_waits_for_room() {
    let full = server(ServerLimits { connections: 3, ..short() }).await;
    let idle: Vec<TcpStream> = (0..3).map(|_| connect(full.port).unwrap()).collect();
    let mut stream = connect(full.port).unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    read_reply(&until_closed(stream).await).is(200);
    drop(idle);
    full.stop().await;

    let full = server(ServerLimits { connections: 2, ..ServerLimits::default() }).await;
    let idle: Vec<TcpStream> = (0..4).map(|_| connect(full.port).unwrap()).collect();
    // Nothing tells when they are accepted, so it is given a moment.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = now();
    full.stop().await;
    assert!(now() - began < Duration::from_secs(5));
    drop(idle);
}

/// Who asks on and on and never takes an answer is not waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_takes_nothing_is_closed() {
    let limits =
        ServerLimits { write_timeout: Duration::from_millis(300), ..ServerLimits::default() };
    let server = server(limits).await;
    let mut stream = connect(server.port).unwrap();
    stream.set_write_timeout(Some(super::program::PATIENCE)).unwrap();
    let closed = tokio::task::spawn_blocking(move || {
        // More answers than both sockets' buffers hold.
        let ask = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
        let began = now();
        while now() - began < super::program::PATIENCE {
            if let Err(error) = stream.write_all(&ask) {
                return Some(error);
            }
            std::thread::yield_now();
        }
        None
    });
    let error = closed.await.unwrap().expect("it was let go on");
    let kinds = [std::io::ErrorKind::ConnectionReset, std::io::ErrorKind::BrokenPipe];
    assert!(kinds.contains(&error.kind()), "{error}");
    server.stop().await;
}

/// What outlives the shutdown's time is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_waits_no_longer_than_it_says() {
    let router = Router::new().route(
        "/",
        post(async |request: Request| {
            let body: Result<_, axum::Error> = request.into_body().collect().await;
            Body::from(body.map_or(Bytes::new(), Collected::to_bytes))
        }),
    );
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let limits = ServerLimits { shutdown: Duration::from_millis(300), ..ServerLimits::default() };
    let (stop, stopping) = oneshot::channel::<()>();
    let stopped = tokio::spawn(Server::new(listener, router, limits).run(async {
        let _ = stopping.await;
    }));
    let mut stream = connect(port).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), stopped).await.unwrap().unwrap();
}
