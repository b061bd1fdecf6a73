use ipnet::IpNet;
use std::net::IpAddr;

/// What counts as one network where a token's uses are compared: an IPv4 /24, an
/// IPv6 /48.
pub fn network_of(address: IpAddr) -> String {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, length)
        .map_or_else(|_| address.to_string(), |network| network.trunc().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network() {
        let of = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(of("198.51.100.7"), "198.51.100.0/24");
        assert_eq!(of("::ffff:198.51.100.7"), "198.51.100.0/24");
        assert_eq!(of("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_ne!(of("198.51.101.7"), of("198.51.100.7"));
    }
}
