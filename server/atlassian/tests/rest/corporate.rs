//! Corporate networks over real TLS: certificates made at test time, a site that asks who connects,
//! and a proxy in between.

mod downloads;

use std::sync::Arc;

use atlassian::Deployment::DataCenter;
use atlassian::{
    Authorities, ClientCertificate, ConnectFailure, Error, Jira, Network, Proxy, ProxyUrl,
    SiteSettings, TlsFailure, TlsVerification,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{WantsServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::{ConfigBuilder, RootCertStore, ServerConfig};

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
    fn founded(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn authorities(&self) -> Authorities {
        Authorities::from_pem(self.0.pem().as_bytes()).unwrap()
    }

    /// A certificate for this machine.
    fn issue(&self) -> Paper {
        self.sign(&CertificateParams::new(["127.0.0.1".to_owned()]).unwrap())
    }

    fn sign(&self, params: &CertificateParams) -> Paper {
        let key = KeyPair::generate().unwrap();
        Paper {
            certificate: params.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self, visitors: &Visitors) -> ServerConfig {
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
        self.issue().shown(builder)
    }
}

impl Paper {
    /// One for this machine that has no company behind it.
    fn self_signed() -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        Self {
            certificate: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
        }
    }

    fn shown(&self, builder: ConfigBuilder<ServerConfig, WantsServerCert>) -> ServerConfig {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        builder.with_single_cert(vec![certificate], key).unwrap()
    }
}

/// A site over TLS that has one answer; stops when dropped.
struct TlsSite {
    url: String,
    task: JoinHandle<()>,
}

impl TlsSite {
    /// One that knows one user.
    async fn open(company: &Company, visitors: Visitors) -> Self {
        Self::start(company.server(&visitors), ana()).await
    }

    /// One that shows this to anybody, and knows one user.
    async fn showing(paper: &Paper) -> Self {
        let config = paper.shown(ServerConfig::builder().with_no_client_auth());
        Self::start(config, ana()).await
    }

    async fn answering(company: &Company, visitors: Visitors, answer: String) -> Self {
        Self::start(company.server(&visitors), answer).await
    }

    async fn start(config: ServerConfig, answer: String) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
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

fn ana() -> String {
    let body = r#"{"name":"ana"}"#;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}", body.len());
    format!("{head}\r\nConnection: close\r\n\r\n{body}")
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

/// What is wrong with TLS, which was tried once.
fn tls_failure(result: Result<String, Error>) -> TlsFailure {
    match result {
        Err(Error::Unreachable {
            cause: ConnectFailure::Tls(failure),
            tries: 1,
            ..
        }) => failure,
        other => panic!("{other:?}"),
    }
}

fn trusting(company: &Company) -> Network {
    Network {
        authorities: company.authorities(),
        ..Network::default()
    }
}

#[tokio::test]
async fn a_site_is_trusted_by_the_authority_of_its_company_and_by_no_other() {
    let (company, other) = (Company::founded("Example Works"), Company::founded("Other"));
    let site = TlsSite::open(&company, Visitors::Anybody).await;
    let on = TlsVerification::On;
    assert_eq!(
        who(&site.url, trusting(&company), on).await,
        Ok("ana".to_owned())
    );
    let foreign = who(&site.url, trusting(&other), on).await.unwrap_err();
    assert_eq!(
        foreign.to_string(),
        "cannot connect to Jira: it shows a certificate from an issuer that this machine does not trust \
         (CN=Example Works)"
    );
    let advice = foreign.next_step();
    for setting in ["JIRA_CA_FILE", "JIRA_SSL_VERIFY=false"] {
        assert!(advice.contains(setting), "{advice}");
    }
    let failure = tls_failure(Err(foreign));
    assert!(
        matches!(failure, TlsFailure::UnknownIssuer(_)),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_accepted_only_where_checks_are_off() {
    let paper = Paper::self_signed();
    let site = TlsSite::showing(&paper).await;
    let checked = trusting(&Company::founded("Other"));
    let refused = who(&site.url, checked, TlsVerification::On)
        .await
        .unwrap_err();
    assert!(refused.next_step().contains("JIRA_CA_FILE"), "{refused:?}");
    let failure = tls_failure(Err(refused));
    assert!(matches!(failure, TlsFailure::SelfSigned(_)), "{failure:?}");
    let accepted = who(&site.url, Network::default(), TlsVerification::Off).await;
    assert_eq!(accepted, Ok("ana".to_owned()));
    // Or where it vouches for itself because somebody says so.
    let named = Network {
        authorities: Authorities::from_pem(paper.certificate.as_bytes()).unwrap(),
        ..Network::default()
    };
    let trusted = who(&site.url, named, TlsVerification::On).await;
    assert_eq!(trusted, Ok("ana".to_owned()));
}

// Other platforms tell neither dates nor names.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_that_is_out_of_time_or_for_another_name_is_told_with_what_it_is_for() {
    let company = Company::founded("Example Works");
    let mut old = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    old.not_after = date_time_ymd(2020, 2, 29);
    let named = CertificateParams::new(["jira.example".to_owned()]).unwrap();
    for (params, told, advice) in [
        (old, "expired at 2020-02-29 00:00 UTC", "clock"),
        (named, "(valid for: jira.example)", "JIRA_URL"),
    ] {
        let paper = company.sign(&params);
        let site = TlsSite::showing(&paper).await;
        let refused = who(&site.url, trusting(&company), TlsVerification::On).await;
        let error = refused.unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        assert!(error.next_step().contains(advice), "{}", error.next_step());
    }
}

#[tokio::test]
async fn a_site_that_asks_for_a_certificate_gets_the_one_that_is_set() {
    let company = Company::founded("Example Works");
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
        let unknown = who(&site.url, trusting(&company), tls).await.unwrap_err();
        let advice = unknown.next_step();
        assert!(advice.contains("JIRA_CLIENT_CERT"), "{advice}");
        assert_eq!(tls_failure(Err(unknown)), TlsFailure::ClientCertificate);
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
