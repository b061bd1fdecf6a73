//! A connection to a server that the operator has named.

use super::Failure;
use crate::config::is_forbidden_address;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use url::Host;

/// For an address of the server to take a connection.
pub(super) const CONNECT: Duration = Duration::from_secs(10);

/// Where a server is, less where none of ours can be, whatever a name says.
pub(super) async fn addresses(host: &Host, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let found: Vec<SocketAddr> = match host {
        Host::Ipv4(address) => vec![(*address, port).into()],
        Host::Ipv6(address) => vec![(*address, port).into()],
        Host::Domain(name) => tokio::net::lookup_host((name.as_str(), port))
            .await
            .map_err(|error| Failure::Later(format!("looking the host up: {error}")))?
            .filter(|address| !is_forbidden_address(address.ip()))
            .collect(),
    };
    if found.is_empty() {
        return Err(Failure::Later("the host has no address that messages may go to".into()));
    }
    Ok(found)
}

/// A connection to the first address that takes one.
pub(super) async fn open(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut why = String::from("there is no address");
    for address in addresses {
        match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => why = error.to_string(),
            Err(_) => why = format!("no answer within {} seconds", CONNECT.as_secs()),
        }
    }
    Err(Failure::Later(format!("connecting: {why}")))
}

/// Gives up after a while.
pub(super) async fn within<T>(
    time: Duration,
    doing: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::time::timeout(time, doing).await.unwrap_or_else(|_| {
        Err(Failure::Later(format!("the server was not done within {} seconds", time.as_secs())))
    })
}
