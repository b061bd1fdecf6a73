//! The accept loop: `axum::serve` has no time-out for a half-sent header.

use super::guarded_stream::GuardedStream;
use super::source::Peer;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::Service;

/// What a connection may cost.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// A request's head must be here by then.
    pub header_timeout: Duration,
    /// A peer may take nothing of what it is sent for so long.
    pub write_timeout: Duration,
    /// Connections at once.
    pub connections: usize,
    /// What is in flight at a shutdown may go on for so long.
    pub shutdown: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            connections: 10_000,
            shutdown: Duration::from_secs(30),
        }
    }
}

/// A listening server.
pub struct Server<S> {
    listener: TcpListener,
    service: S,
    limits: ServerLimits,
}

impl<S, F> Server<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = F>,
    S: Clone + Send + 'static,
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    /// Takes a bound socket.
    pub const fn new(listener: TcpListener, service: S, limits: ServerLimits) -> Self {
        Self { listener, service, limits }
    }

    /// Answers until `stop` is done, then finishes what is in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_timeout)
            .max_buf_size(64 * 1024);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(Duration::from_secs(30))
            .max_concurrent_streams(100)
            .max_header_list_size(64 * 1024);
        let graceful = GracefulShutdown::new();
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let mut stop = std::pin::pin!(stop);
        loop {
            // The stop is seen too while every slot is taken.
            let next = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, self.listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                (Ok(slot), accepted) = next => (slot, accepted),
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, or the peer has gone: neither ends a server.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let own = self.service.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(Peer(Some(peer.ip())));
                own.clone().call(request)
            });
            let stream =
                GuardedStream::new(stream, self.limits.header_timeout, self.limits.write_timeout);
            let stream = TokioIo::new(stream);
            let connection = builder.serve_connection(stream, service).into_owned();
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
                drop(slot);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(self.limits.shutdown, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were still in flight after the shutdown's time");
        }
    }
}
