//! Corporate networks: authorities and certificates of one's own, proxies, and what is said when one
//! of them is missing.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::{
    Host, Origin, call, keeping_connections, refusal, reserved, result, settings,
};

/// An authority, a server with a certificate of it, and files for a client.
struct Tls {
    url: String,
    folder: TempDir,
    _tasks: JoinSet<()>,
}

/// Whether a server wants to know who connects.
#[derive(Clone, Copy, PartialEq)]
enum Visitors {
    Anybody,
    WithCertificate,
}

impl Tls {
    /// Puts TLS in front of a server.
    async fn before(origin: &Origin, visitors: Visitors) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // No two authorities have the same name.
        let authority = authority(folder.path().to_str().unwrap());
        let server = leaf(&authority);
        let client = leaf(&authority);
        for (name, der, label) in [
            ("ca.pem", authority.der().to_vec(), "CERTIFICATE"),
            ("client.pem", client.0.to_vec(), "CERTIFICATE"),
            ("client.key", client.1.serialize_der(), "PRIVATE KEY"),
            (
                "other.key",
                KeyPair::generate().unwrap().serialize_der(),
                "PRIVATE KEY",
            ),
        ] {
            fs::write(folder.path().join(name), pem(label, &der)).unwrap();
        }
        let config = server_config(visitors, &authority, server);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/mcp", listener.local_addr().unwrap());
        let behind = origin.url.trim_start_matches("http://").to_owned();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, TlsAcceptor::from(config), behind));
        Self {
            url,
            folder,
            _tasks: tasks,
        }
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn leaf(authority: &CertifiedIssuer<'static, KeyPair>) -> (CertificateDer<'static>, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    (certificate.der().clone(), key)
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(der);
    let line = |word| format!("{dashes}{word} {label}{dashes}\n", dashes = "-".repeat(5));
    [line("BEGIN"), base64, "\n".to_owned(), line("END")].concat()
}

fn server_config(
    visitors: Visitors,
    authority: &CertifiedIssuer<'static, KeyPair>,
    (certificate, key): (CertificateDer<'static>, KeyPair),
) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder();
    let builder = if visitors == Visitors::WithCertificate {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(roots.into()).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    Arc::new(builder.with_single_cert(vec![certificate], key).unwrap())
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: String) {
    let mut connections = JoinSet::new();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let (acceptor, behind) = (acceptor.clone(), behind.clone());
        connections.spawn(async move {
            // A client that does not like the certificate, or has none, is part of the tests.
            let Ok(mut inside) = acceptor.accept(connection).await else {
                return;
            };
            let mut outside = TcpStream::connect(behind).await.unwrap();
            let _ended = copy_bidirectional(&mut inside, &mut outside).await;
        });
    }
}

async fn json_server() -> Origin {
    Origin::answering(|request| result(&request.rpc_id())).await
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_by_flag_or_variable() {
    let origin = json_server().await;
    let tls = Tls::before(&origin, Visitors::Anybody).await;
    let ca = tls.file("ca.pem");
    let by_flag = settings(&[&tls.url, "--ca-file", &ca], &[]);
    assert_eq!(Host::with(by_flag).answer(call("1")).await, 1);
    let by_variable = settings(&[&tls.url], &[("BRIDGE_CA_FILE", &ca)]);
    assert_eq!(Host::with(by_variable).answer(call("2")).await, 2);
}

#[tokio::test]
async fn an_unknown_issuer_is_named_as_such_with_the_flag_to_use() {
    let origin = json_server().await;
    let tls = Tls::before(&origin, Visitors::Anybody).await;
    let other = Tls::before(&origin, Visitors::Anybody).await;
    // With an authority, so that the test needs none of the system.
    let mut host = Host::with(settings(
        &[&tls.url, "--ca-file", &other.file("ca.pem")],
        &[],
    ));
    let error = host.error(call("1")).await;
    assert!(
        error.contains("issuer") && error.contains("--ca-file"),
        "{error}"
    );
    assert_eq!(origin.paths(), [""; 0]);
}

#[tokio::test]
async fn a_server_that_asks_who_connects_is_shown_the_certificate() {
    let origin = json_server().await;
    let tls = Tls::before(&origin, Visitors::WithCertificate).await;
    let [ca, cert, key] = ["ca.pem", "client.pem", "client.key"].map(|name| tls.file(name));
    let shown = [
        "--ca-file",
        &ca,
        "--client-cert",
        &cert,
        "--client-key",
        &key,
    ];
    let shown = [&[tls.url.as_str()], &shown[..]].concat();
    assert_eq!(Host::with(settings(&shown, &[])).answer(call("1")).await, 1);
    let mut host = Host::with(settings(&[&tls.url, "--ca-file", &ca], &[]));
    let error = host.error(call("2")).await;
    assert!(error.contains("--client-cert"), "{error}");
}

/// Asserts how each refusal begins and what it says.
fn assert_refused(rows: &[(&[&str], &str, &str)]) {
    for (arguments, beginning, says) in rows {
        let error = refusal(arguments, &[]);
        assert!(
            error.starts_with(beginning) && error.contains(says),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_authority_that_is_none_is_a_start_error_that_names_the_flag() {
    let tls = Tls::before(&json_server().await, Visitors::Anybody).await;
    fs::write(tls.path("broken"), pem("CERTIFICATE", b"nonsense")).unwrap();
    let (key, broken) = (tls.file("client.key"), tls.file("broken"));
    assert_refused(&[
        (
            &["--ca-file", "/no/such"],
            "--ca-file: cannot read",
            "/such",
        ),
        (&["--ca-file", &key], "--ca-file: ", "holds no certificate"),
        (&["--ca-file", &broken], "--ca-file: ", "cannot be read"),
    ]);
}

#[tokio::test]
async fn a_certificate_without_its_key_is_a_start_error_that_names_the_flag() {
    let tls = Tls::before(&json_server().await, Visitors::Anybody).await;
    let [cert, key, other] = ["client.pem", "client.key", "other.key"].map(|name| tls.file(name));
    let both = |cert, key| ["--client-cert", cert, "--client-key", key];
    assert_refused(&[
        (
            &["--client-cert", &cert],
            "--client-cert is given without",
            "--client-key",
        ),
        (
            &["--client-key", &key],
            "--client-key is given without",
            "--client-cert",
        ),
        (&both(&key, &key), "--client-cert: ", "no certificate"),
        (&both(&cert, &cert), "--client-key: ", "no private key"),
        (
            &both(&cert, &other),
            "--client-key: ",
            "is not the private key",
        ),
    ]);
}

/// A proxy for plain requests and for tunnels, which it opens to this machine whatever the name.
async fn proxy(status: u16) -> Origin {
    Origin::start(move |request, reply| async move {
        match (status, request.method.as_str()) {
            (200, "POST") => reply.json(&result(&request.rpc_id())).await,
            _ => reply.status(status).await,
        }
    })
    .await
}

#[tokio::test]
async fn a_proxy_of_ones_own_is_used_with_its_password_and_not_for_hosts_that_are_excepted() {
    let proxy = proxy(200).await;
    let address = proxy.url.replace("http://", "http://ana:pass%20word@");
    for (arguments, variables) in [
        (vec!["http://mcp.invalid/mcp", "--proxy", &address], vec![]),
        (
            vec!["http://mcp.invalid/mcp"],
            vec![("BRIDGE_PROXY", address.as_str())],
        ),
    ] {
        Host::with(settings(&arguments, &variables))
            .answer(call("1"))
            .await;
        let request = proxy.requests().pop().unwrap();
        assert_eq!(request.path, "http://mcp.invalid/mcp");
        assert_eq!(
            request.header("proxy-authorization"),
            Some("Basic YW5hOnBhc3Mgd29yZA==")
        );
    }
    for excepted in [vec!["--no-proxy", ".invalid"], vec![]] {
        let arguments = [
            &["http://mcp.invalid/mcp", "--proxy", &address],
            &excepted[..],
        ]
        .concat();
        let variables = match excepted.is_empty() {
            true => vec![("NO_PROXY", "other.test,mcp.invalid")],
            false => vec![],
        };
        let error = Host::with(settings(&arguments, &variables))
            .error(call("2"))
            .await;
        assert!(error.contains("DNS"), "{error}");
    }
    assert_eq!(proxy.requests().len(), 2);
}

/// The proxy may have closed it behind the last answer, and the news still be on its way.
#[tokio::test]
async fn a_connection_to_a_proxy_of_plain_http_carries_one_request() {
    let (proxy, connections) = keeping_connections().await;
    let address = proxy.trim_end_matches("/mcp");
    let mut host = Host::with(settings(
        &["http://mcp.invalid/mcp", "--proxy", address],
        &[],
    ));
    for id in [1, 2] {
        assert_eq!(host.answer(call(&id.to_string())).await, id);
    }
    assert_eq!(*connections.lock().unwrap(), [0, 1]);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_apart_from_the_server() {
    let (_held, address) = reserved();
    let tls = Tls::before(&json_server().await, Visitors::Anybody).await;
    for proxy in [
        format!("http://{address}"),
        "http://proxy.invalid".to_owned(),
    ] {
        for url in ["http://mcp.invalid/mcp", "https://mcp.invalid/mcp"] {
            let arguments = [url, "--proxy", &proxy, "--ca-file", &tls.file("ca.pem")];
            let mut host = Host::with(settings(&arguments, &[]));
            let error = host.error(call("1")).await;
            for part in ["the proxy before mcp.invalid cannot be reached", "--proxy"] {
                assert!(error.contains(part), "{url} {proxy}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn this_machine_is_never_reached_through_a_proxy() {
    let (proxy, origin) = (proxy(200).await, json_server().await);
    let arguments = [&origin.at("/mcp"), "--proxy", &proxy.url];
    Host::with(settings(&arguments, &[]))
        .answer(call("1"))
        .await;
    assert_eq!((proxy.requests().len(), origin.requests().len()), (0, 1));
}

/// Case 31.
#[tokio::test]
async fn a_proxy_that_wants_a_password_is_told_apart_from_the_server() {
    let proxy = proxy(407).await;
    for url in ["http://mcp.invalid/mcp", "https://mcp.invalid/mcp"] {
        // An authority of our own, so that the test needs none of the system.
        let tls = Tls::before(&proxy, Visitors::Anybody).await;
        let ca = tls.file("ca.pem");
        let arguments = [url, "--proxy", &proxy.url, "--ca-file", &ca];
        let error = Host::with(settings(&arguments, &[])).error(call("1")).await;
        assert!(
            error.contains("407") && error.contains("--proxy"),
            "{url}: {error}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_no_proxy_is_refused_without_being_shown() {
    for wrong in [
        "http://ana:s3cret@",
        "ftp://ana:s3cret@proxy.test",
        "s3cret here",
    ] {
        let error = refusal(&["--proxy", wrong], &[]);
        assert!(error.starts_with("--proxy is not the address"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}
