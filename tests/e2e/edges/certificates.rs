//! Case 40: a server whose certificate nobody has vouched for.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tests::fault::bridge::Setup;
use tests::fault::message::{call, sentence};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A certificate for this machine from an authority that was made a moment ago.
fn untrusted() -> ServerConfig {
    let mut authority = CertificateParams::default();
    let name = &mut authority.distinguished_name;
    name.push(DnType::CommonName, "An authority nobody knows");
    name.push(DnType::OrganizationName, "Nobody");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}

/// Shakes hands with whoever comes and reports whether that went well.
async fn listen() -> (String, mpsc::UnboundedReceiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/mcp", listener.local_addr().unwrap());
    let (report, handshakes) = mpsc::unbounded_channel();
    let acceptor = TlsAcceptor::from(Arc::new(untrusted()));
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let accepted = acceptor.accept(connection).await;
            if report.send(accepted.is_ok()).is_err() {
                return;
            }
        }
    });
    (url, handshakes)
}

#[tokio::test]
async fn case_40_an_untrusted_certificate_is_one_error_that_names_the_issuer_and_the_ca_file() {
    let (url, mut handshakes) = listen().await;
    let mut bridge = Setup::to(&url).start();
    let answer = bridge.ask(call("1")).await;
    let text = sentence(&answer);
    let issuer = "CN=An authority nobody knows, O=Nobody";
    for part in [
        &format!("issuer that this machine does not trust ({issuer})"),
        "--ca-file",
        "127.0.0.1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let cause = answer["error"]["data"]["cause"]
        .as_str()
        .unwrap_or_default();
    let refusal = format!("UnknownIssuer({issuer})");
    assert!(cause.contains(&refusal), "{answer}");
    bridge.end().await;
    // Nothing was sent: neither over this connection nor, in plain words, over another one.
    assert_eq!(handshakes.recv().await, Some(false));
    assert!(handshakes.try_recv().is_err(), "it was tried once");
}
