//! Servers on this machine, and the certificates they show.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority that was made a moment ago.
#[derive(Clone)]
pub(crate) struct Authority(Arc<CertifiedIssuer<'static, KeyPair>>);

/// A certificate with its key, and those that are shown with it.
pub(crate) struct Paper {
    own: Certificate,
    key: KeyPair,
    others: Vec<CertificateDer<'static>>,
}

/// Whether a server wants to know who connects.
pub(crate) enum Visitors {
    Anybody,
    CertifiedBy(Authority),
}

/// A server that stops when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    agreed: mpsc::UnboundedReceiver<Option<Vec<u8>>>,
    task: JoinHandle<()>,
}

fn of_authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn for_names(names: &[&str]) -> CertificateParams {
    let names = names.iter().map(ToString::to_string);
    CertificateParams::new(names.collect::<Vec<_>>()).unwrap()
}

impl Authority {
    pub(crate) fn root(name: &str) -> Self {
        Self::with(name, |_| {})
    }

    pub(crate) fn with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = of_authority(name);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Self(Arc::new(CertifiedIssuer::self_signed(params, key).unwrap()))
    }

    pub(crate) fn below(issuer: &Self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let made = CertifiedIssuer::signed_by(of_authority(name), key, &issuer.0);
        Self(Arc::new(made.unwrap()))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for this machine.
    pub(crate) fn issue(&self) -> Paper {
        self.issue_with(|_| {})
    }

    pub(crate) fn issue_with(&self, change: impl FnOnce(&mut CertificateParams)) -> Paper {
        let mut params = for_names(&["127.0.0.1"]);
        change(&mut params);
        self.sign(&params)
    }

    pub(crate) fn issue_for(&self, names: &[&str]) -> Paper {
        self.sign(&for_names(names))
    }

    fn sign(&self, params: &CertificateParams) -> Paper {
        let key = KeyPair::generate().unwrap();
        Paper {
            own: params.signed_by(&key, &self.0).unwrap(),
            key,
            others: vec![],
        }
    }
}

impl Paper {
    /// One for this machine that nobody else has signed.
    pub(crate) fn self_signed(is_ca: IsCa) -> Self {
        let mut params = for_names(&["127.0.0.1"]);
        params.distinguished_name = of_authority("127.0.0.1").distinguished_name;
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        Self {
            own: params.self_signed(&key).unwrap(),
            key,
            others: vec![],
        }
    }

    /// Shown together with the certificates of these.
    pub(crate) fn with(mut self, others: &[&Authority]) -> Self {
        self.others = others.iter().map(|it| it.0.der().clone()).collect();
        self
    }

    pub(crate) fn pem(&self) -> String {
        self.own.pem()
    }

    pub(crate) fn pem_with_key(&self) -> String {
        self.own.pem() + &self.key.serialize_pem()
    }
}

impl Server {
    /// One that has nothing to say, and says it with 204.
    pub(crate) async fn start(paper: Paper, visitors: Visitors) -> Self {
        Self::with(config(paper, visitors)).await
    }

    /// One that speaks this.
    pub(crate) async fn offering(paper: Paper, protocol: &[u8]) -> Self {
        let mut config = config(paper, Visitors::Anybody);
        config.alpn_protocols = vec![protocol.to_vec()];
        Self::with(config).await
    }

    async fn with(config: ServerConfig) -> Self {
        let (report, agreed) = mpsc::unbounded_channel();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::on(agreed, move |connection| {
            let (acceptor, report) = (acceptor.clone(), report.clone());
            async move {
                let mut connection = acceptor.accept(connection).await?;
                let protocol = connection.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                report.send(protocol).ok();
                let mut request = [0; 4096];
                if connection.read(&mut request).await? > 0 {
                    let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
                    connection.write_all(answer).await?;
                }
                connection.shutdown().await
            }
        })
        .await
    }

    /// One that says this to whatever it is told first, and hangs up.
    pub(crate) async fn saying(answer: &'static [u8]) -> Self {
        Self::on(
            mpsc::unbounded_channel().1,
            move |mut connection| async move {
                let mut request = [0; 4096];
                let _length = connection.read(&mut request).await?;
                connection.write_all(answer).await?;
                connection.shutdown().await
            },
        )
        .await
    }

    async fn on<F>(
        agreed: mpsc::UnboundedReceiver<Option<Vec<u8>>>,
        serve: impl Fn(TcpStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                // A client that is not content, or not known, is part of the tests.
                drop(serve(connection).await);
            }
        });
        Self { url, agreed, task }
    }

    /// What protocol the first handshake agreed on.
    pub(crate) async fn agreed(mut self) -> Option<Vec<u8>> {
        self.agreed.recv().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn config(paper: Paper, visitors: Visitors) -> ServerConfig {
    let builder = ServerConfig::builder();
    let builder = match visitors {
        Visitors::Anybody => builder.with_no_client_auth(),
        Visitors::CertifiedBy(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots));
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = [vec![paper.own.der().clone()], paper.others].concat();
    let key = PrivateKeyDer::try_from(paper.key.serialize_der()).unwrap();
    builder.with_single_cert(chain, key).unwrap()
}
