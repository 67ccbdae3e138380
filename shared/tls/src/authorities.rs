//! Who is trusted besides the platform's store; not where the file comes from.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Certificates of authorities (PEM), checked to be some.
#[derive(Debug, Clone, Default)]
pub struct Authorities(Vec<CertificateDer<'static>>);

/// Why a PEM text has no authorities. The texts never repeat any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAuthorities {
    /// No `-----BEGIN CERTIFICATE-----`.
    #[error("it contains no certificate in PEM form (BEGIN CERTIFICATE)")]
    NoCertificate,
    /// PEM that is broken, or that is put around something else.
    #[error("it contains a certificate that cannot be read: {0}")]
    Unreadable(String),
}

impl Authorities {
    /// Reads one or more certificates in PEM form.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidAuthorities> {
        let unreadable = |why: &dyn ToString| InvalidAuthorities::Unreadable(why.to_string());
        let mut certificates = Vec::new();
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| unreadable(&"it is not proper PEM"))?;
            store
                .add(certificate.clone())
                .map_err(|error| unreadable(&error))?;
            certificates.push(certificate);
        }
        match certificates.is_empty() {
            true => Err(InvalidAuthorities::NoCertificate),
            false => Ok(Self(certificates)),
        }
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_at_least_one_certificate_and_nothing_that_is_none() {
        let made = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (first, second) = (made("a.example"), made("b.example"));
        let bundle = format!(
            "# two authorities\n{}{}",
            first.cert.pem(),
            second.cert.pem()
        );
        let authorities = Authorities::from_pem(bundle.as_bytes()).unwrap();
        assert_eq!(authorities.certificates().len(), 2);
        for nothing in ["", "hello", &first.signing_key.serialize_pem()] {
            let error = Authorities::from_pem(nothing.as_bytes()).unwrap_err();
            assert_eq!(error, InvalidAuthorities::NoCertificate);
        }
        for broken in [
            "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\naGVsbG8=\n",
        ] {
            let error = Authorities::from_pem(broken.as_bytes()).unwrap_err();
            assert!(
                matches!(error, InvalidAuthorities::Unreadable(_)),
                "{error:?}"
            );
        }
    }
}
