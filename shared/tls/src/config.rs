//! The one configuration of TLS; which connections use it is up to those who make them.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};

use crate::verifier::Verifier;
use crate::{Authorities, Identity};

/// What an HTTP client is built with, as reqwest 0.13 itself would have it: the same provider, versions and
/// protocols, servers trusted by the platform or by these authorities, and an identity for those that ask.
///
/// # Errors
/// When there is nobody to trust: no authorities are given and the machine has no CA certificates.
pub fn client_config(
    authorities: &Authorities,
    identity: Option<&Identity>,
) -> Result<ClientConfig, rustls::Error> {
    let provider = provider();
    let verifier = Verifier::of_the_platform(authorities, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        Some(identity) => config.with_client_cert_resolver(identity.resolver()),
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The one that reqwest uses.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    let installed = CryptoProvider::get_default().cloned();
    installed.unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()))
}
