//! A connection that is read no further than it has been understood.
//!
//! The client buffers what it reads, and keeps the buffer when TLS begins. What
//! somebody on the way writes behind the answer to STARTTLS would then be taken
//! for the server's, said under TLS. Read byte by byte it stays in the socket,
//! where TLS finds it and fails.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What every TLS handshake begins with (RFC 8446 §5.1), and no command.
const HANDSHAKE: u8 = 0x16;

/// A stream that gives single bytes until TLS has begun.
#[derive(Debug)]
pub(super) struct Bytewise {
    stream: TcpStream,
    tls: bool,
}

impl Bytewise {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self { stream, tls: false }
    }
}

impl AsyncTokioStream for Bytewise {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Bytewise {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.tls || buffer.remaining() == 0 {
            return pin!(&mut this.stream).poll_read(cx, buffer);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(pin!(&mut this.stream).poll_read(cx, &mut one))?;
        buffer.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bytewise {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.tls |= bytes.first() == Some(&HANDSHAKE);
        pin!(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin!(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin!(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
