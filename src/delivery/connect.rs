//! A connection to a server that the operator has named.

use super::Failure;
use crate::config::{Outward, is_forbidden_address};
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

/// Where an application is that is to be told something: of its addresses those that may
/// be sent to. Asked at each attempt, so that a name that leads elsewhere by now gains
/// nothing; connect to these and look nothing up again.
pub async fn outward(
    allowed: &Outward,
    host: &Host<&str>,
    port: u16,
) -> Result<Vec<SocketAddr>, Failure> {
    let mut found: Vec<SocketAddr> = match host {
        Host::Ipv4(address) => vec![(*address, port).into()],
        Host::Ipv6(address) => vec![(*address, port).into()],
        Host::Domain(name) => tokio::net::lookup_host((*name, port))
            .await
            .map_err(|error| Failure::Later(format!("looking the host up: {error}")))?
            .collect(),
    };
    found.retain(|address| allowed.may_reach(address.ip()));
    if found.is_empty() {
        let why = "the host has no public address, and none of application_networks";
        return Err(Failure::Later(why.into()));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// PL-04: a name that resolves into the operator's own networks is not followed there.
    #[tokio::test]
    async fn pl_04_what_a_name_resolves_to_is_judged() {
        let (usual, local) = (Outward::default(), Outward::new(Vec::new(), true));
        for own in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "169.254.169.254"] {
            let host = Host::parse(own).unwrap();
            let host = match &host {
                Host::Domain(name) => Host::Domain(name.as_str()),
                Host::Ipv4(address) => Host::Ipv4(*address),
                Host::Ipv6(address) => Host::Ipv6(*address),
            };
            assert!(outward(&usual, &host, 443).await.is_err(), "{own}");
        }
        assert!(outward(&local, &Host::Domain("localhost"), 443).await.is_ok());
    }
}
