//! What a corporate network puts between this program and a site: a proxy, a certificate authority
//! of its own, client certificates. Parsed at the edge, so that what is wrong is told at start; files
//! are read by whoever has them.

use std::fmt;

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

/// Certificates of authorities (PEM), checked to be some.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Vec<reqwest::Certificate>);

/// A certificate with its private key, checked to belong together.
#[derive(Clone)]
pub struct ClientCertificate(reqwest::Identity);

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

/// Why a PEM text is of no use. The texts never repeat any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCertificate {
    /// No `-----BEGIN CERTIFICATE-----`.
    #[error("it contains no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// No private key.
    #[error("it contains no private key in PEM form (-----BEGIN PRIVATE KEY-----)")]
    NoKey,
    /// A key that wants a passphrase, for which nobody could be asked.
    #[error(
        "the private key is encrypted; write it without a passphrase (openssl pkey -in … -out …)"
    )]
    EncryptedKey,
    /// PEM around something else, or a key that belongs to another certificate.
    #[error("{0}")]
    Unusable(String),
}

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

impl Authorities {
    /// Reads one or more certificates in PEM form.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidCertificate> {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(unusable)?;
        if certificates.is_empty() {
            return Err(InvalidCertificate::NoCertificate);
        }
        // Only the builder looks into certificates.
        let checked = reqwest::Client::builder().tls_certs_only(certificates.clone());
        checked.build().map_err(unusable)?;
        Ok(Self(certificates))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn certificates(&self) -> Vec<reqwest::Certificate> {
        self.0.clone()
    }
}

impl ClientCertificate {
    /// Reads a certificate, with those that vouch for it, and its private key, both in PEM form. They
    /// may be the same text.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, InvalidCertificate> {
        let both = [certificate, b"\n", key].concat();
        let text = String::from_utf8_lossy(&both);
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(InvalidCertificate::NoCertificate);
        }
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(InvalidCertificate::EncryptedKey);
        }
        if !text.contains("PRIVATE KEY-----") {
            return Err(InvalidCertificate::NoKey);
        }
        let identity = reqwest::Identity::from_pem(&both).map_err(unusable)?;
        let checked = reqwest::Client::builder()
            .tls_certs_only([])
            .identity(identity.clone());
        checked.build().map_err(unusable)?;
        Ok(Self(identity))
    }

    pub(crate) fn identity(&self) -> reqwest::Identity {
        self.0.clone()
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

/// The innermost reason; the outer ones only say that building a client failed.
#[expect(clippy::needless_pass_by_value, reason = "it is a mapping of errors")]
fn unusable(error: reqwest::Error) -> InvalidCertificate {
    let first = std::error::Error::source(&error);
    let last = std::iter::successors(first, |error| error.source()).last();
    let reason = last.map_or_else(|| error.to_string(), ToString::to_string);
    InvalidCertificate::Unusable(reason)
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
    fn a_bundle_has_at_least_one_certificate_and_nothing_that_is_none() {
        let ((first, key), (second, _)) = (made("a.example"), made("b.example"));
        let bundle = format!("# two authorities\n{first}{second}");
        let authorities = Authorities::from_pem(bundle.as_bytes()).unwrap();
        assert_eq!(authorities.certificates().len(), 2);
        for nothing in ["", "hello", &key] {
            let error = Authorities::from_pem(nothing.as_bytes()).unwrap_err();
            assert_eq!(error, InvalidCertificate::NoCertificate);
        }
        let broken = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        let error = Authorities::from_pem(broken.as_bytes()).unwrap_err();
        assert!(
            matches!(error, InvalidCertificate::Unusable(_)),
            "{error:?}"
        );
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
        assert_eq!(
            read("", &key).unwrap_err(),
            InvalidCertificate::NoCertificate
        );
        assert_eq!(
            read(&certificate, "").unwrap_err(),
            InvalidCertificate::NoKey
        );
        let encrypted =
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----";
        assert_eq!(
            read(&certificate, encrypted).unwrap_err(),
            InvalidCertificate::EncryptedKey
        );
        let error = read(&certificate, &foreign).unwrap_err();
        assert!(
            matches!(error, InvalidCertificate::Unusable(_)),
            "{error:?}"
        );
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
