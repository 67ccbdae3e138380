//! The platform's verifier of certificates, with refusals that say more; no judgement of our own.

mod platform;

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme,
};
use tracing::dispatcher::{self, Dispatch};

use crate::name::{self, Name, Origin};
use crate::readable::readable;
use crate::{Authorities, TlsFailure};

/// The most names of a certificate that are told, and the most characters of each.
const MOST_NAMES: usize = 5;
const MOST_OF_NAME: usize = 80;

/// Accepts what the verifier it has been given accepts, and refuses what that refuses: all it does is to
/// replace one error by another.
#[derive(Debug)]
pub(crate) struct Verifier(Arc<dyn ServerCertVerifier>);

/// In an error of rustls, in place of `UnknownIssuer`: nobody who is trusted has vouched for a certificate.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Untrusted {
    /// Issued by this authority.
    UnknownIssuer(Name),
    /// Issued by nobody but itself.
    SelfSigned(Name),
}

impl Verifier {
    /// The one that reqwest uses: the store of the platform and these authorities. Fails on Linux where
    /// both are empty.
    pub(crate) fn of_the_platform(
        authorities: &Authorities,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        use rustls_platform_verifier::Verifier as Platform;
        let provider = Arc::clone(provider);
        let platform = match authorities.certificates() {
            [] => Platform::new(provider)?,
            some => Platform::new_with_extra_roots(some.iter().cloned(), provider)?,
        };
        Ok(Self(Arc::new(platform)))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // It logs what it refuses, on Linux with names of any length and content that the server chose.
        let judge = || self.0.verify_server_cert(own, others, server, ocsp, now);
        dispatcher::with_default(&Dispatch::none(), judge).map_err(|error| {
            let error = retold(error, own, others);
            if let Some(failure) = TlsFailure::of(&error) {
                tracing::warn!("{} {failure}", server.to_str());
            }
            error
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.0.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.0.root_hint_subjects()
    }
}

/// The same refusal: with the issuer where that is what it is about, and with the names that a certificate is
/// valid for as people write them.
fn retold(error: Error, own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Error {
    let Error::InvalidCertificate(reason) = error else {
        return error;
    };
    Error::InvalidCertificate(match platform::named(reason) {
        CertificateError::UnknownIssuer => {
            let untrusted = match name::origin(own, others.iter().map(AsRef::as_ref)) {
                Origin::Issuer(name) => Untrusted::UnknownIssuer(name),
                Origin::Itself(name) => Untrusted::SelfSigned(name),
                Origin::Unknown => return CertificateError::UnknownIssuer.into(),
            };
            CertificateError::Other(OtherError(Arc::new(untrusted)))
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let presented = presented_names(&presented);
            CertificateError::NotValidForNameContext {
                expected,
                presented,
            }
        }
        other => other,
    })
}

/// The first names, and how many more there are.
fn presented_names(presented: &[String]) -> Vec<String> {
    let first = presented.iter().take(MOST_NAMES).map(|name| plain(name));
    let more = presented.len().saturating_sub(MOST_NAMES);
    let others = (more > 0).then(|| format!("{more} others"));
    first.chain(others).collect()
}

/// `webpki` writes names as `DnsName("a.example")` and `IpAddress(192.0.2.1)`.
fn plain(name: &str) -> String {
    let within = |start, end| name.strip_prefix(start)?.strip_suffix(end);
    let bare = within("DnsName(\"", "\")").or_else(|| within("IpAddress(", ")"));
    readable(bare.unwrap_or(name), MOST_OF_NAME)
}

impl fmt::Display for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer(name) => write!(formatter, "UnknownIssuer({name})"),
            Self::SelfSigned(name) => write!(formatter, "SelfSigned({name})"),
        }
    }
}

/// The form in which rustls shows it.
impl fmt::Debug for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Untrusted {}

#[cfg(test)]
mod tests;
