//! The socket on which a running server takes orders from the command line. It
//! lies in the data directory, which only the server's user can enter.

use super::{FAILED, Order, Reply, carry_out};
use crate::app::App;
use crate::data_dir::control_socket;
use crate::error::Fault;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

const MAX_ORDER: u64 = 256 * 1024;
/// For reading an order, and again for writing its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Binds the socket; the caller holds the data directory, so what lies there is
/// left over.
pub(super) fn bind(data_dir: &Path) -> Result<UnixListener, Fault> {
    let path = control_socket(data_dir);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Fault::new(format!("{} can't be removed: {error}", path.display())));
        }
        _ => {}
    }
    let failed = |error| Fault::new(format!("{} can't be made: {error}", path.display()));
    let listener = UnixListener::bind(&path).map_err(failed)?;
    // The folder may have been made by somebody else, and more open than ours.
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// Takes orders until it is dropped.
pub(super) async fn listen(listener: UnixListener, app: App) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let app = app.clone();
                app.tasks.clone().spawn(async move {
                    if let Err(error) = answer(stream, &app).await {
                        tracing::warn!(%error, "an order on the control socket failed");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn answer(mut stream: UnixStream, app: &App) -> std::io::Result<()> {
    let mut text = Vec::new();
    let mut bounded = (&mut stream).take(MAX_ORDER + 1);
    let read = bounded.read_to_end(&mut text);
    tokio::time::timeout(PATIENCE, read).await.map_err(std::io::Error::other)??;
    let reply = match serde_json::from_slice::<Order>(&text) {
        _ if u64::try_from(text.len()).is_ok_and(|length| length > MAX_ORDER) => {
            Reply::problem(FAILED, format!("a command has at most {MAX_ORDER} bytes"))
        }
        Ok(order) => carry_out(app, order).await,
        Err(error) => Reply::problem(
            FAILED,
            format!(
                "the server does not understand this command ({error}); is it another version?"
            ),
        ),
    };
    let text = serde_json::to_string(&reply).map_err(std::io::Error::other)?;
    let write = async {
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    };
    tokio::time::timeout(PATIENCE, write).await.map_err(std::io::Error::other)?
}

/// Has the running server carry an order out.
pub(super) async fn send(data_dir: &Path, order: &Order) -> Reply {
    let path = control_socket(data_dir);
    let sent = async {
        let mut stream = UnixStream::connect(&path).await?;
        let text = serde_json::to_string(order).map_err(std::io::Error::other)?;
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await?;
        serde_json::from_str::<Reply>(&reply).map_err(std::io::Error::other)
    };
    sent.await.unwrap_or_else(|error| {
        Reply::problem(
            FAILED,
            format!(
                "another process uses {}, but takes no orders on {} ({error}). If it is just \
                 starting, try again",
                data_dir.display(),
                path.display()
            ),
        )
    })
}
