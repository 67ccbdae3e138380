//! What is shown to a server that asks who connects; not when it is shown.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::pem::{self, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use crate::config::provider;

/// A certificate, with those that vouch for it, and its private key, checked to belong together. Its
/// `Debug` form shows neither.
#[derive(Clone)]
pub struct Identity(Arc<SingleCertAndKey>);

/// Why a PEM text is no certificate with its key. The texts never repeat any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentity {
    /// No `-----BEGIN CERTIFICATE-----`.
    #[error("it contains no certificate in PEM form (BEGIN CERTIFICATE)")]
    NoCertificate,
    /// No private key.
    #[error("it contains no private key in PEM form (BEGIN … PRIVATE KEY)")]
    NoKey,
    /// A key that wants a passphrase, for which nobody could be asked.
    #[error(
        "the private key is encrypted; write it without a passphrase (openssl pkey -in … -out …)"
    )]
    EncryptedKey,
    /// PEM that is broken, or that has sections of other kinds.
    #[error("it is not proper PEM, or has more in it than certificates and keys")]
    Unreadable,
    /// A key that belongs to another certificate, or that the TLS library cannot use.
    #[error("{0}")]
    Unusable(String),
}

impl Identity {
    /// Reads a certificate, before those that vouch for it, and its private key out of one text.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidIdentity> {
        // Of the older form not even the PEM can be read.
        if is_encrypted(pem) {
            return Err(InvalidIdentity::EncryptedKey);
        }
        let (mut chain, mut key) = (Vec::new(), None);
        let mut rest = pem;
        let unreadable = |_| InvalidIdentity::Unreadable;
        while let Some((kind, der)) = pem::from_buf(&mut rest).map_err(unreadable)? {
            match kind {
                SectionKind::Certificate => chain.push(CertificateDer::from(der)),
                SectionKind::PrivateKey => key = Some(PrivateKeyDer::Pkcs8(der.into())),
                SectionKind::RsaPrivateKey => key = Some(PrivateKeyDer::Pkcs1(der.into())),
                SectionKind::EcPrivateKey => key = Some(PrivateKeyDer::Sec1(der.into())),
                _ => return Err(InvalidIdentity::Unreadable),
            }
        }
        if chain.is_empty() {
            return Err(InvalidIdentity::NoCertificate);
        }
        let key = key.ok_or(InvalidIdentity::NoKey)?;
        let certified = CertifiedKey::from_der(chain, key, &provider())
            .map_err(|error| InvalidIdentity::Unusable(error.to_string()))?;
        Ok(Self(Arc::new(certified.into())))
    }

    pub(crate) fn resolver(&self) -> Arc<SingleCertAndKey> {
        Arc::clone(&self.0)
    }
}

/// PKCS #8 has a section of its own for encrypted keys, the older forms have a header.
fn is_encrypted(pem: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pem);
    text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity(…)")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use der::asn1::AnyRef;
    use der::{Decode as _, Reader as _, SliceReader};
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};

    use super::*;

    fn made(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn refused(pem: &str) -> InvalidIdentity {
        Identity::from_pem(pem.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_certificate_needs_its_own_key() {
        let ((certificate, key), (_, foreign)) = (made("a.example"), made("b.example"));
        for both in [
            format!("{certificate}{key}"),
            format!("{key}\n{certificate}"),
        ] {
            let identity = Identity::from_pem(both.as_bytes()).unwrap();
            assert_eq!(format!("{identity:?}"), "Identity(…)");
        }
        assert_eq!(refused(&key), InvalidIdentity::NoCertificate);
        assert_eq!(refused(&certificate), InvalidIdentity::NoKey);
        let error = refused(&format!("{certificate}{foreign}"));
        assert!(matches!(error, InvalidIdentity::Unusable(_)), "{error:?}");
    }

    /// The key that PKCS #8 puts an algorithm before (RFC 5958 section 2), which is all of it in the forms
    /// before that.
    fn bare(pkcs8: &[u8]) -> &[u8] {
        let whole = AnyRef::from_der(pkcs8).unwrap();
        let mut fields = SliceReader::new(whole.value()).unwrap();
        let [_version, _algorithm, key] = [(); 3].map(|()| fields.decode::<AnyRef<'_>>().unwrap());
        key.value()
    }

    #[test]
    fn keys_are_taken_in_the_older_forms_too() {
        for (algorithm, label) in [
            (&PKCS_RSA_SHA256, "RSA PRIVATE KEY"),
            (&PKCS_ECDSA_P256_SHA256, "EC PRIVATE KEY"),
        ] {
            let key = KeyPair::generate_for(algorithm).unwrap();
            let params = CertificateParams::new(["a.example".to_owned()]).unwrap();
            let certificate = params.self_signed(&key).unwrap().pem();
            let key = STANDARD.encode(bare(&key.serialize_der()));
            let both =
                format!("{certificate}-----BEGIN {label}-----\n{key}\n-----END {label}-----\n");
            Identity::from_pem(both.as_bytes()).unwrap();
        }
    }

    #[test]
    fn a_key_with_a_passphrase_and_what_is_no_key_are_told_apart() {
        let (certificate, _) = made("a.example");
        let section = |label: &str, content: &str| {
            format!("{certificate}-----BEGIN {label}-----\n{content}\n-----END {label}-----\n")
        };
        let pkcs8 = refused(&section("ENCRYPTED PRIVATE KEY", "AA=="));
        assert_eq!(pkcs8, InvalidIdentity::EncryptedKey);
        let older = section(
            "RSA PRIVATE KEY",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==",
        );
        assert_eq!(refused(&older), InvalidIdentity::EncryptedKey);
        let request = refused(&section("CERTIFICATE REQUEST", "AA=="));
        assert_eq!(request, InvalidIdentity::Unreadable);
        let nonsense = refused(&section("PRIVATE KEY", "AA=="));
        assert!(
            matches!(nonsense, InvalidIdentity::Unusable(_)),
            "{nonsense:?}"
        );
    }
}
