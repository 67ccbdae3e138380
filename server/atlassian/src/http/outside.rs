//! Which other hosts a download may be sent to by a redirect of the site.
//! That it carries nothing of ours there is seen to in `redirect`.
//!
//! Whoever makes one answer of a site could have this program visit the inside of its network. Checked
//! are scheme and host as they are written. Not checked is which address a name leads to: a name of the
//! public may point inside. What such a host can gain is a GET without headers of ours, whose answer
//! only the caller of the download sees.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Names that are never those of a public host (RFC 6761, RFC 6762, RFC 8375, and `internal`, which is
/// reserved for private use since 2024 and names the metadata service of a cloud).
const INSIDE: [&str; 4] = ["localhost", "local", "home.arpa", "internal"];

/// Why a download from `site` may not be sent to `target`; nothing when it may.
pub(super) fn objection(site: &Url, target: &Url) -> Option<&'static str> {
    let encrypted = target.scheme() == "https";
    let as_open = target.scheme() == "http" && site.scheme() == "http";
    if !encrypted && !as_open {
        return Some("which is not encrypted");
    }
    let host = target.host()?;
    let inside = match &host {
        Host::Domain(name) => is_inside_name(name),
        Host::Ipv4(address) => is_inside_v4(*address),
        Host::Ipv6(address) => is_inside_v6(*address),
    };
    // A site may keep its files at another port of its own host.
    (inside && site.host() != Some(host)).then_some("an address inside a network")
}

/// Whether a name is reserved, or has no dot and so means something only where it is asked.
fn is_inside_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let below = |zone: &str| {
        let rest = name.strip_suffix(zone);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !name.contains('.') || INSIDE.iter().any(|zone| below(zone))
}

/// Whether an address is of no public host (IANA IPv4 Special-Purpose Address Registry).
fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || match first {
            // This network; multicast, reserved and broadcast.
            0 | 224.. => true,
            // Shared by providers for their customers.
            100 => second & 0b1100_0000 == 64,
            192 => second == 0 && third == 0,
            // Benchmarks.
            198 => second & 0b1111_1110 == 18,
            _ => false,
        }
}

/// Whether an address is of no public host, which all are outside of `2000::/3`. There too lies every form
/// that holds an IPv4 address but for the two tunnels, 6to4 and Teredo.
fn is_inside_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let public = first & 0xe000 == 0x2000;
    !public || first == 0x2002 || (first == 0x2001 && matches!(second, 0 | 0xdb8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SITE: &str = "https://acme.atlassian.net/wiki";

    fn refused(site: &str, target: &str) -> bool {
        objection(&Url::parse(site).unwrap(), &Url::parse(target).unwrap()).is_some()
    }

    #[test]
    fn public_hosts_over_https_are_visited() {
        for target in [
            "https://api.media.atlassian.com/file/1/binary?token=x",
            "https://files.example:8443/",
            "https://203.0.114.1/",
            "https://[2606:4700::1]/",
            "https://100.63.0.1/",
            "https://notlocalhost.example/",
            "https://localhost.example/",
        ] {
            assert!(!refused(SITE, target), "{target}");
        }
    }

    /// Addresses in every spelling, then names.
    const HOSTS_INSIDE: &str = "
        127.0.0.1 127.1 2130706433 0x7f.1 0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255
        169.254.169.254 172.16.0.1 192.168.1.1 192.0.0.1 198.18.0.1 198.19.0.1 224.0.0.1
        255.255.255.255
        [::] [::1] [::ffff:127.0.0.1] [::ffff:a9fe:a9fe] [::10.0.0.1] [64:ff9b::a00:1]
        [2002:7f00:1::] [2001::1] [fe80::1] [fd00::1] [ff02::1]
        localhost LOCALHOST. a.localhost printer.local metadata.google.internal router.home.arpa
        jenkins";

    #[test]
    fn the_inside_of_a_network_is_not_visited_however_it_is_written() {
        for host in HOSTS_INSIDE.split_whitespace() {
            assert!(refused(SITE, &format!("https://{host}/")), "{host}");
            assert!(
                refused("http://a.example", &format!("http://{host}:9/")),
                "{host}"
            );
        }
    }

    #[test]
    fn the_host_of_the_site_itself_is_no_stranger_wherever_it_is() {
        for (site, target, may) in [
            ("http://127.0.0.1:1", "http://127.0.0.1:2/", true),
            ("http://jira:8080/jira", "http://jira:9000/", true),
            ("https://10.0.0.1", "https://10.0.0.1:8443/", true),
            ("http://127.0.0.1:1", "http://127.0.0.2:1/", false),
            ("http://127.0.0.1:1", "http://localhost:1/", false),
            ("https://10.0.0.1", "http://10.0.0.1/", false),
        ] {
            assert_eq!(!refused(site, target), may, "{site} to {target}");
        }
    }

    #[test]
    fn an_encrypted_site_does_not_lead_into_the_clear() {
        assert!(refused(SITE, "http://api.media.atlassian.com/"));
        assert!(!refused(
            "http://jira.example.com",
            "http://files.example.com/"
        ));
        assert!(!refused(
            "http://jira.example.com",
            "https://files.example.com/"
        ));
        for target in ["ftp://files.example.com/", "file:///etc/passwd", "data:,x"] {
            assert!(refused("http://jira.example.com", target), "{target}");
        }
    }

    proptest! {
        #[test]
        fn an_ipv4_address_in_ipv6_clothes_is_not_visited(bits: u32) {
            let mapped = Ipv4Addr::from_bits(bits).to_ipv6_mapped();
            let target = format!("https://[{mapped}]/");
            prop_assert!(refused(SITE, &target));
        }
    }
}
