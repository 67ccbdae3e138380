//! The server's certificate and key, for connections that are encrypted here and not by a proxy.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::stamp::Stamp;

/// A certificate and its key, which follow their files.
pub(crate) struct Tls {
    files: Files,
    current: Mutex<Current>,
}

/// PEM files.
#[derive(Debug, Clone)]
struct Files {
    /// The server's certificate, then those that lead to its authority.
    certificate: PathBuf,
    key: PathBuf,
}

struct Current {
    /// How the files looked when they were last read, also when nothing could be made of them.
    stamp: Stamp,
    config: Arc<ServerConfig>,
}

/// Why no certificate and key could be made of two files. Names neither the files nor what is in them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusableCertificate {
    #[error("the certificate cannot be read: {0}")]
    Certificate(pem::Error),
    #[error("the file of the certificate contains none; it must be PEM")]
    NoCertificate,
    #[error("the key cannot be read; it must be PEM and not encrypted: {0}")]
    Key(pem::Error),
    #[error("certificate and key are of no use together: {0}")]
    Unfit(#[from] rustls::Error),
}

impl Tls {
    /// Reads both files.
    pub(crate) fn open(certificate: PathBuf, key: PathBuf) -> Result<Self, UnusableCertificate> {
        let files = Files { certificate, key };
        let stamp = files.stamp();
        let config = files.read()?;
        Ok(Self {
            files,
            current: Mutex::new(Current { stamp, config }),
        })
    }

    /// What the next handshake is made with. Files that have changed are read again; while nothing can
    /// be made of them, as when only one of the two has been replaced yet, the old ones serve.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        let stamp = self.files.stamp();
        // Reading cannot panic, and the old configuration stays until there is a new one.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.stamp != stamp {
            current.stamp = stamp;
            match self.files.read() {
                Ok(config) => {
                    tracing::info!("the certificate has been read again");
                    current.config = config;
                }
                Err(error) => tracing::error!(
                    %error,
                    "the files of --tls-cert and --tls-key have changed and are of no use; the old \
                     certificate still serves"
                ),
            }
        }
        Arc::clone(&current.config)
    }
}

impl Files {
    fn stamp(&self) -> Stamp {
        Stamp::of(&[&self.certificate, &self.key])
    }

    fn read(&self) -> Result<Arc<ServerConfig>, UnusableCertificate> {
        let certificates = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(UnusableCertificate::Key)?;
        // The provider that the clients of Jira and Confluence use too.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, UnusableCertificate> {
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(UnusableCertificate::Certificate)?;
    if certificates.is_empty() {
        return Err(UnusableCertificate::NoCertificate);
    }
    Ok(certificates)
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    }

    fn open(folder: &Path) -> Result<Tls, UnusableCertificate> {
        Tls::open(folder.join("cert.pem"), folder.join("key.pem"))
    }

    #[test]
    fn a_new_certificate_serves_as_soon_as_its_files_are_there_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let tls = open(folder.path()).unwrap();
        let first = tls.config();
        assert!(Arc::ptr_eq(&first, &tls.config()));
        let key = std::fs::read(folder.path().join("key.pem")).unwrap();
        write(folder.path());
        let new_key = std::fs::read(folder.path().join("key.pem")).unwrap();
        std::fs::write(folder.path().join("key.pem"), [&key[..], b"\n"].concat()).unwrap();
        assert!(Arc::ptr_eq(&first, &tls.config()), "they do not fit");
        std::fs::remove_file(folder.path().join("key.pem")).unwrap();
        assert!(Arc::ptr_eq(&first, &tls.config()), "one is missing");
        std::fs::write(folder.path().join("key.pem"), new_key).unwrap();
        assert!(!Arc::ptr_eq(&first, &tls.config()));
    }

    #[test]
    fn files_of_no_use_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let told = || open(folder.path()).unwrap_err().to_string();
        assert!(told().starts_with("the certificate cannot be read"));
        write(folder.path());
        std::fs::write(folder.path().join("key.pem"), "nothing").unwrap();
        assert!(told().starts_with("the key cannot be read"));
        std::fs::write(folder.path().join("cert.pem"), "nothing").unwrap();
        assert!(told().contains("contains none"), "{}", told());
    }
}
