//! What a corporate network asks for: certificate authorities, a certificate of one's own, a proxy;
//! from files and flags to values that are known to be usable. Not when a connection is made.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use shared::environment::Environment;
use shared::secret::Secret;
use tls::{Authorities, Identity, InvalidAuthorities, InvalidIdentity};
use url::{Host, Url};

use super::environment::text;
use super::flags::Flags;
use super::{StartError, Target};

/// How connections are made, beyond what the system says.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Trusted besides the authorities of the system.
    pub authorities: Authorities,
    /// What the bridge shows to a server that asks who connects.
    pub identity: Option<Identity>,
    /// Takes the place of the environment's proxies.
    pub proxy: Option<ProxyAddress>,
    /// Whether the server is among those that are reached without a proxy.
    pub is_direct: bool,
}

/// The address of a proxy, perhaps with a user and a password; printed without them.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

impl ProxyAddress {
    /// The address with all that belongs to it.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = super::shown(&self.0);
        formatter.debug_tuple("ProxyAddress").field(&shown).finish()
    }
}

impl Network {
    pub(super) fn read(
        flags: &Flags,
        environment: &Environment,
        target: &Target,
    ) -> Result<Self, StartError> {
        let ca_file = file(
            flags.ca_file.as_deref(),
            "--ca-file",
            "BRIDGE_CA_FILE",
            environment,
        )?;
        let authorities =
            ca_file.map_or_else(|| Ok(Authorities::default()), |file| file.authorities())?;
        let proxy = proxy(flags, environment)?;
        let list = match &flags.no_proxy {
            Some(list) => Some(list.as_str()),
            None => text(environment, "BRIDGE_NO_PROXY")?,
        };
        // The environment's own list goes with a proxy of ours; with its own proxies it is applied
        // where they are.
        let usual = ["NO_PROXY", "no_proxy"];
        let list = list.or_else(|| {
            proxy.as_ref()?;
            usual.iter().find_map(|name| environment.filled(name))
        });
        Ok(Self {
            authorities,
            identity: identity(flags, environment)?,
            proxy,
            is_direct: list.is_some_and(|list| names(list, &target.host())),
        })
    }

    /// What must not be shown.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let password = self.proxy.as_ref().and_then(|proxy| proxy.url().password());
        password.map(Secret::new).into_iter().collect()
    }
}

/// A file and what a person calls it.
struct Named {
    source: &'static str,
    path: PathBuf,
}

/// The file that a flag or else a variable names.
fn file(
    flag: Option<&Path>,
    flag_name: &'static str,
    variable: &'static str,
    environment: &Environment,
) -> Result<Option<Named>, StartError> {
    let named = |source, path: &Path| Named {
        source,
        path: path.to_owned(),
    };
    if let Some(path) = flag {
        return Ok(Some(named(flag_name, path)));
    }
    let path = text(environment, variable)?;
    Ok(path.map(|path| named(variable, Path::new(path))))
}

impl Named {
    fn read(&self) -> Result<Vec<u8>, StartError> {
        std::fs::read(&self.path).map_err(|error| {
            let path = self.path.display();
            StartError::setting(format!("{}: cannot read {path}: {error}", self.source))
        })
    }

    fn wrong(&self, why: &str) -> StartError {
        let path = self.path.display();
        StartError::setting(format!("{}: {path} {why}", self.source))
    }

    fn authorities(&self) -> Result<Authorities, StartError> {
        Authorities::from_pem(&self.read()?).map_err(|error| {
            self.wrong(match error {
                InvalidAuthorities::NoCertificate => "holds no certificate in PEM form",
                InvalidAuthorities::Unreadable(_) => {
                    "holds a certificate that cannot be read; it should be PEM"
                }
            })
        })
    }
}

fn identity(flags: &Flags, environment: &Environment) -> Result<Option<Identity>, StartError> {
    let (cert_flag, key_flag) = (flags.client_cert.as_deref(), flags.client_key.as_deref());
    let cert = file(
        cert_flag,
        "--client-cert",
        "BRIDGE_CLIENT_CERT",
        environment,
    )?;
    let key = file(key_flag, "--client-key", "BRIDGE_CLIENT_KEY", environment)?;
    let lacks = |source, other| {
        let text =
            format!("{source} is given without {other}; a certificate and its key are needed");
        Err(StartError::setting(text))
    };
    let (cert, key) = match (cert, key) {
        (None, None) => return Ok(None),
        (Some(cert), Some(key)) => (cert, key),
        (Some(cert), None) => return lacks(cert.source, "--client-key (BRIDGE_CLIENT_KEY)"),
        (None, Some(key)) => return lacks(key.source, "--client-cert (BRIDGE_CLIENT_CERT)"),
    };
    let (cert_pem, key_pem) = (cert.read()?, key.read()?);
    let both = [&key_pem[..], b"\n", &cert_pem].concat();
    let identity = Identity::from_pem(&both).map_err(|error| match error {
        InvalidIdentity::NoCertificate => cert.wrong("holds no certificate in PEM form"),
        InvalidIdentity::NoKey | InvalidIdentity::EncryptedKey | InvalidIdentity::Unreadable => {
            key.wrong("holds no private key in PEM form, or one with a password")
        }
        InvalidIdentity::Unusable(_) => {
            let cert = cert.path.display();
            key.wrong(&format!(
                "is not the private key of the certificate in {cert}"
            ))
        }
    })?;
    Ok(Some(identity))
}

fn proxy(flags: &Flags, environment: &Environment) -> Result<Option<ProxyAddress>, StartError> {
    let (source, address) = match &flags.proxy {
        Some(address) => ("--proxy", address.as_str()),
        None => match text(environment, "BRIDGE_PROXY")? {
            Some(address) => ("BRIDGE_PROXY", address),
            None => return Ok(None),
        },
    };
    // Not quoted: it may hold a password.
    let wrong = || {
        StartError::setting(format!(
            "{source} is not the address of a proxy; it looks like http://proxy.example.com:3128"
        ))
    };
    let address = match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    let url = Url::parse(&address).map_err(|_| wrong())?;
    let is_usable = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    is_usable
        .then_some(Some(ProxyAddress(url)))
        .ok_or_else(wrong)
}

/// Whether a list in the form of `NO_PROXY` names a host: names with everything below them,
/// addresses, networks as `10.0.0.0/8`, or `*`.
fn names(list: &str, host: &Host<&str>) -> bool {
    list.split([',', ' '])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .any(|entry| entry == "*" || names_host(entry, host))
}

fn names_host(entry: &str, host: &Host<&str>) -> bool {
    let address: IpAddr = match host {
        Host::Domain(name) => {
            let (name, entry) = (name.to_ascii_lowercase(), entry.to_ascii_lowercase());
            let suffix = entry.trim_start_matches("*.").trim_start_matches('.');
            let above = name.strip_suffix(suffix);
            return above.is_some_and(|above| above.is_empty() || above.ends_with('.'));
        }
        Host::Ipv4(address) => (*address).into(),
        Host::Ipv6(address) => (*address).into(),
    };
    let (network, length) = match entry.split_once('/') {
        Some((network, length)) => (network, length.parse().ok()),
        None => (entry, Some(128)),
    };
    let network: Option<IpAddr> = network.trim_matches(['[', ']']).parse().ok();
    match (network, length) {
        (Some(network), Some(length)) => is_within(address, network, length),
        _ => false,
    }
}

/// Whether the first `length` bits of both are the same.
fn is_within(address: IpAddr, network: IpAddr, length: u32) -> bool {
    let (differing, width) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits() ^ b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits(), 128),
        _ => return false,
    };
    let ignored = width - length.min(width);
    differing.checked_shr(ignored).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_named(list: &str, host: &str) -> bool {
        names(
            list,
            &Url::parse(&format!("http://{host}"))
                .unwrap()
                .host()
                .unwrap(),
        )
    }

    #[test]
    fn a_list_names_hosts_with_all_below_them_addresses_and_networks() {
        for (list, host) in [
            ("example.com", "example.com"),
            ("a.test, .Example.com", "mcp.EXAMPLE.com"),
            ("*.example.com", "mcp.example.com"),
            ("*", "anything.test"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.0.0.0/8 x", "10.9.9.9"),
            ("0.0.0.0/0", "10.9.9.9"),
            ("fd00::/8", "[fd12::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert!(is_named(list, host), "{list} and {host}");
        }
    }

    #[test]
    fn a_list_names_nothing_else() {
        for (list, host) in [
            ("", "example.com"),
            ("example.com", "notexample.com"),
            ("mcp.example.com", "example.com"),
            ("10.0.0.0/8", "11.0.0.1"),
            ("10.1.2.3", "10.1.2.4"),
            ("10.0.0.0/x", "10.0.0.1"),
            ("::/0", "10.0.0.1"),
            ("1", "10.0.0.1"),
        ] {
            assert!(!is_named(list, host), "{list} and {host}");
        }
    }

    #[test]
    fn a_proxy_is_printed_without_its_password() {
        let proxy = ProxyAddress(Url::parse("http://ana:s3cret@proxy.test:3128").unwrap());
        let printed = format!("{proxy:?}");
        assert!(
            printed.contains("proxy.test") && !printed.contains("s3cret"),
            "{printed}"
        );
    }
}
