//! What a corporate network puts between this program and a site: a proxy, a certificate authority
//! of its own, client certificates. Parsed at the edge, so that what is wrong is told at start; files
//! are read by whoever has them.

use std::fmt;

use tls::{Authorities, Identity, InvalidIdentity};
use url::Url;

/// How connections to a site leave this machine. Its `Debug` form shows no key and no password.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Certificate authorities trusted besides those of the system.
    pub authorities: Authorities,
    /// What this program shows to a site that asks who connects.
    pub client_certificate: Option<ClientCertificate>,
    /// The way out. A site on this machine is always reached directly.
    pub proxy: Proxy,
}

/// A certificate with its private key, checked to belong together.
#[derive(Clone)]
pub struct ClientCertificate {
    identity: Identity,
    /// The same, for clients that check no certificates: only reqwest makes those.
    unchecked: reqwest::Identity,
}

/// The way to a site.
#[derive(Debug, Clone, Default)]
pub enum Proxy {
    /// As the system says: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, or its own settings.
    #[default]
    System,
    /// Directly, whatever the system says.
    None,
    /// Through this one, whatever the system says.
    Through(ProxyUrl),
}

/// Address of an HTTP proxy, with user name and password where it wants them.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl(Url);

/// Why a text is no address of a proxy. The texts never repeat a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxyUrl {
    /// Neither `http://` nor `https://`.
    #[error("the address of a proxy starts with http:// or https://; none stands for no proxy")]
    Scheme,
    /// Text that no URL parser takes.
    #[error("the address is not a valid URL ({0})")]
    Syntax(#[from] url::ParseError),
}

impl ClientCertificate {
    /// Reads a certificate, with those that vouch for it, and its private key, both in PEM form. They
    /// may be the same text.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, InvalidIdentity> {
        let both = [certificate, b"\n", key].concat();
        let identity = Identity::from_pem(&both)?;
        let unchecked = reqwest::Identity::from_pem(&both);
        Ok(Self {
            identity,
            unchecked: unchecked.map_err(|_| InvalidIdentity::Unreadable)?,
        })
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn unchecked(&self) -> reqwest::Identity {
        self.unchecked.clone()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(…)")
    }
}

impl ProxyUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidProxyUrl> {
        let text = text.trim();
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let known = |scheme: &&str| ["http", "https"].contains(&&*scheme.to_ascii_lowercase());
        scheme.filter(known).ok_or(InvalidProxyUrl::Scheme)?;
        Ok(Self(Url::parse(text)?))
    }

    pub(crate) fn url(&self) -> Url {
        self.0.clone()
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.0.origin().ascii_serialization();
        f.debug_tuple("ProxyUrl").field(&origin).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate for `name` and its key, both in PEM form.
    fn made(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn a_client_certificate_needs_its_own_key() {
        let ((certificate, key), (_, foreign)) = (made("a.example"), made("b.example"));
        let read = |certificate: &str, key: &str| {
            ClientCertificate::from_pem(certificate.as_bytes(), key.as_bytes())
        };
        let both = format!("{key}{certificate}");
        assert!(read(&certificate, &key).is_ok());
        assert!(read(&both, "").is_ok());
        assert_eq!(
            format!("{:?}", read(&both, "").unwrap()),
            "ClientCertificate(…)"
        );
        assert_eq!(read("", &key).unwrap_err(), InvalidIdentity::NoCertificate);
        assert_eq!(read(&certificate, "").unwrap_err(), InvalidIdentity::NoKey);
        let encrypted =
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----";
        assert_eq!(
            read(&certificate, encrypted).unwrap_err(),
            InvalidIdentity::EncryptedKey
        );
        let error = read(&certificate, &foreign).unwrap_err();
        assert!(matches!(error, InvalidIdentity::Unusable(_)), "{error:?}");
    }

    #[test]
    fn the_password_of_a_proxy_is_not_shown() {
        let proxy = ProxyUrl::parse("http://ana:hunter2@proxy.example:3128").unwrap();
        assert_eq!(
            format!("{proxy:?}"),
            r#"ProxyUrl("http://proxy.example:3128")"#
        );
        for wrong in [
            "proxy.example:3128",
            "socks5://ana:hunter2@proxy.example",
            "ana:hunter2@p",
        ] {
            let error = ProxyUrl::parse(wrong).unwrap_err();
            assert_eq!(error, InvalidProxyUrl::Scheme);
        }
        let error = ProxyUrl::parse("http://ana:hunter2@").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
