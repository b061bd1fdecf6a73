//! The way from one node to PostgreSQL: it can be slow, stand still, or be cut.

use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// What is sent arrives so much later.
    Slow(Duration),
    /// Nothing arrives, and nobody is told.
    Still,
    /// Connections end, and new ones too.
    Cut,
}

pub struct Proxy {
    pub port: u16,
    way: watch::Sender<Way>,
}

impl Proxy {
    pub async fn start(to: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (way, seen) = watch::channel(Way::Open);
        let to: Arc<str> = to.into();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (to, seen) = (Arc::clone(&to), seen.clone());
                tokio::spawn(async move {
                    let cut = *seen.borrow() == Way::Cut;
                    if !cut && let Ok(far) = TcpStream::connect(&*to).await {
                        join(near, far, seen).await;
                    }
                });
            }
        });
        Self { port, way }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn join(near: TcpStream, far: TcpStream, seen: watch::Receiver<Way>) {
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    // Whichever ends first ends both.
    tokio::select! {
        () = carry(near_in, far_out, seen.clone()) => {}
        () = carry(far_in, near_out, seen.clone()) => {}
        () = cut(seen) => {}
    }
}

async fn cut(mut seen: watch::Receiver<Way>) {
    let _ = seen.wait_for(|way| *way == Way::Cut).await;
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut seen: watch::Receiver<Way>) {
    let mut part = vec![0; 16_384];
    loop {
        let Ok(length @ 1..) = from.read(&mut part).await else { return };
        let way = *seen.borrow();
        if let Way::Slow(by) = way {
            tokio::time::sleep(by).await;
        }
        if seen.wait_for(|way| *way != Way::Still).await.is_err() {
            return;
        }
        if to.write_all(&part[..length]).await.is_err() {
            return;
        }
    }
}
