//! Corporate networks over real TLS: certificates made at test time, a site that asks who connects,
//! and a proxy in between.

mod downloads;

use std::sync::Arc;

use atlassian::Deployment::DataCenter;
use atlassian::{
    Authorities, ClientCertificate, ConnectFailure, Error, Jira, Network, Proxy, ProxyUrl,
    SiteSettings, TlsVerification,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::listener::Listener;
use crate::{settings, token};

/// A certificate authority of a company.
struct Company(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, both in PEM form.
struct Paper {
    certificate: String,
    key: String,
}

/// Whether a site asks who connects.
enum Visitors {
    Anybody,
    HoldersOfCertificates,
}

impl Company {
    fn founded() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn authorities(&self) -> Authorities {
        Authorities::from_pem(self.0.pem().as_bytes()).unwrap()
    }

    /// A certificate for this machine.
    fn issue(&self) -> Paper {
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        Paper {
            certificate: params.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self, visitors: &Visitors) -> ServerConfig {
        let paper = self.issue();
        let certificate = pem_certificate(&paper.certificate);
        let key = PrivateKeyDer::from_pem_slice(paper.key.as_bytes()).unwrap();
        let builder = ServerConfig::builder();
        let builder = match visitors {
            Visitors::Anybody => builder.with_no_client_auth(),
            Visitors::HoldersOfCertificates => {
                let mut roots = RootCertStore::empty();
                roots.add(self.0.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots));
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        builder.with_single_cert(vec![certificate], key).unwrap()
    }
}

fn pem_certificate(pem: &str) -> tokio_rustls::rustls::pki_types::CertificateDer<'static> {
    tokio_rustls::rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// A site over TLS that has one answer; stops when dropped.
struct TlsSite {
    url: String,
    task: JoinHandle<()>,
}

impl TlsSite {
    /// One that knows one user.
    async fn open(company: &Company, visitors: Visitors) -> Self {
        let body = r#"{"name":"ana"}"#;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}", body.len());
        let answer = format!("{head}\r\nConnection: close\r\n\r\n{body}");
        Self::answering(company, visitors, answer).await
    }

    async fn answering(company: &Company, visitors: Visitors, answer: String) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(company.server(&visitors)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // A visitor who does not trust us, or whom we do not know, is gone again.
                drop(serve(&acceptor, socket, &answer).await);
            }
        });
        Self { url, task }
    }
}

impl Drop for TlsSite {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(acceptor: &TlsAcceptor, socket: TcpStream, answer: &str) -> std::io::Result<()> {
    let mut socket = acceptor.accept(socket).await?;
    let mut request = [0; 4096];
    assert!(socket.read(&mut request).await? > 0);
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await
}

/// Who the caller is, as a site told that is reached like this.
async fn who(url: &str, network: Network, tls: TlsVerification) -> Result<String, Error> {
    let settings = SiteSettings {
        network,
        tls,
        ..settings(url, DataCenter)
    };
    let user = Jira::new(settings).unwrap().myself(&token()).await?;
    Ok(user.label().to_owned())
}

fn is_tls_failure(result: &Result<String, Error>) -> bool {
    let cause = ConnectFailure::Tls;
    matches!(result, Err(Error::Unreachable { cause: found, tries: 1, .. }) if *found == cause)
}

fn trusting(company: &Company) -> Network {
    Network {
        authorities: company.authorities(),
        ..Network::default()
    }
}

#[tokio::test]
async fn a_site_is_trusted_by_the_authority_of_its_company_and_by_no_other() {
    let (company, other) = (Company::founded(), Company::founded());
    let site = TlsSite::open(&company, Visitors::Anybody).await;
    let on = TlsVerification::On;
    assert_eq!(
        who(&site.url, trusting(&company), on).await,
        Ok("ana".to_owned())
    );
    let foreign = who(&site.url, trusting(&other), on).await;
    assert!(is_tls_failure(&foreign), "{foreign:?}");
    assert!(foreign.unwrap_err().next_step().contains("JIRA_CA_FILE"));
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_accepted_only_where_checks_are_off() {
    let site = TlsSite::open(&Company::founded(), Visitors::Anybody).await;
    let network = Network::default;
    let checked = trusting(&Company::founded());
    let refused = who(&site.url, checked, TlsVerification::On).await;
    assert!(is_tls_failure(&refused), "{refused:?}");
    let accepted = who(&site.url, network(), TlsVerification::Off).await;
    assert_eq!(accepted, Ok("ana".to_owned()));
}

#[tokio::test]
async fn a_site_that_asks_for_a_certificate_gets_the_one_that_is_set() {
    let company = Company::founded();
    let site = TlsSite::open(&company, Visitors::HoldersOfCertificates).await;
    let paper = company.issue();
    let (certificate, key) = (paper.certificate.as_bytes(), paper.key.as_bytes());
    let certificate = ClientCertificate::from_pem(certificate, key).unwrap();
    for tls in [TlsVerification::On, TlsVerification::Off] {
        let known = Network {
            client_certificate: Some(certificate.clone()),
            ..trusting(&company)
        };
        assert_eq!(who(&site.url, known, tls).await, Ok("ana".to_owned()));
        let unknown = who(&site.url, trusting(&company), tls).await;
        assert!(unknown.is_err(), "{unknown:?}");
    }
}

fn through(proxy: &str) -> Network {
    Network {
        proxy: Proxy::Through(ProxyUrl::parse(proxy).unwrap()),
        ..Network::default()
    }
}

#[tokio::test]
async fn a_proxy_gets_the_requests_for_its_service_and_its_own_password() {
    let proxy = Listener::saying(json!({ "name": "ana" })).await;
    let address = proxy.url.replace("http://", "http://door:s%26same@");
    let far = "http://jira.invalid/jira";
    let found = who(far, through(&address), TlsVerification::On).await;
    assert_eq!(found, Ok("ana".to_owned()));
    let seen = proxy.only();
    assert_eq!(
        seen.line(),
        "GET http://jira.invalid/jira/rest/api/2/myself"
    );
    // "door:s&same" in base64.
    let expected = "Basic ZG9vcjpzJnNhbWU=";
    assert_eq!(seen.header("proxy-authorization"), Some(expected));
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret-token"));

    let none = Network {
        proxy: Proxy::None,
        ..Network::default()
    };
    let direct = who(far, none, TlsVerification::On).await;
    assert!(
        matches!(direct, Err(Error::Unreachable { .. })),
        "{direct:?}"
    );
    proxy.only();
}

#[tokio::test]
async fn a_site_on_this_machine_is_never_asked_through_a_proxy() {
    let proxy = Listener::saying(json!({ "name": "the proxy" })).await;
    let site = Listener::saying(json!({ "name": "ana" })).await;
    let found = who(&site.url, through(&proxy.url), TlsVerification::On).await;
    assert_eq!(found, Ok("ana".to_owned()));
    assert!(proxy.lines().is_empty());
}
