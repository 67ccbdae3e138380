//! Servers whose certificate is not to be trusted: what a person is told, and that nothing is sent.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::process::{program, run, text};
use crate::support::{Host, Origin, call, result, settings};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str, organization: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, organization);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server shows.
struct Paper {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

fn issued(authority: &Authority, params: &CertificateParams) -> Paper {
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.signed_by(&key, authority).unwrap().der().clone()];
    Paper { chain, key }
}

fn self_signed() -> Paper {
    let key = KeyPair::generate().unwrap();
    let certificate = params("127.0.0.1").self_signed(&key).unwrap();
    let chain = vec![certificate.der().clone()];
    Paper { chain, key }
}

/// A server that shows a certificate, and counts who comes and who stays.
struct Server {
    url: String,
    address: String,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// In front of one that answers.
    async fn showing(paper: Paper, origin: &Origin) -> Self {
        let key = PrivateKeyDer::try_from(paper.key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(paper.chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let behind = origin.url.trim_start_matches("http://").to_owned();
        Self::on(move |connection| {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            async move {
                let mut inside = acceptor.accept(connection).await?;
                let mut outside = TcpStream::connect(behind).await?;
                copy_bidirectional(&mut inside, &mut outside)
                    .await
                    .map(drop)
            }
        })
        .await
    }

    /// One that lets everybody through to this address, whatever name they ask for.
    async fn tunnel_to(address: &str) -> Self {
        let address = address.to_owned();
        Self::on(move |mut inside| {
            let address = address.clone();
            async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(inside.read_u8().await?);
                }
                assert!(request.starts_with(b"CONNECT mcp.invalid:443 "));
                inside.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                let mut outside = TcpStream::connect(address).await?;
                copy_bidirectional(&mut inside, &mut outside)
                    .await
                    .map(drop)
            }
        })
        .await
    }

    async fn on<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let served = serve(connection);
                // A client that is not content is what these tests are about.
                open.spawn(async { drop(served.await) });
            }
        });
        Self {
            url: format!("https://{address}/mcp"),
            address,
            connections,
            _tasks: tasks,
        }
    }
}

async fn answering() -> Origin {
    Origin::answering(|request| result(&request.rpc_id())).await
}

/// A file with the certificate of somebody.
fn file(authority: &Authority) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, authority.pem()).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// What a person is told who trusts this authority, and that the server saw one connection and no request.
async fn told(paper: Paper, trusted: &Authority) -> String {
    let origin = answering().await;
    let server = Server::showing(paper, &origin).await;
    let (_folder, ca) = file(trusted);
    let mut host = Host::with(settings(&[&server.url, "--ca-file", &ca], &[]));
    let error = host.error(call("1")).await;
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "{error}");
    assert_eq!(origin.paths(), [""; 0]);
    error
}

// Other platforms tell neither dates nor names.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_way_of_not_being_trusted_is_told_with_what_to_do_about_it() {
    let ours = authority("Our CA", "Us");
    let [mut old, mut early] = [params("127.0.0.1"), params("127.0.0.1")];
    old.not_after = date_time_ymd(2020, 2, 29);
    early.not_before = date_time_ymd(3000, 1, 1);
    for (paper, parts) in [
        (
            issued(&authority("Inspecting CA", "Zscaler"), &params("127.0.0.1")),
            [
                "does not trust (CN=Inspecting CA, O=Zscaler); ",
                "--ca-file (BRIDGE_CA_FILE)",
            ],
        ),
        (
            self_signed(),
            ["is self-signed (CN=", "--ca-file (BRIDGE_CA_FILE)"],
        ),
        (
            issued(&ours, &old),
            ["expired at 2020-02-29", "set the clock"],
        ),
        (
            issued(&ours, &early),
            ["not valid before 3000-01-01", "set the clock"],
        ),
        (
            issued(&ours, &params("a.example")),
            ["valid for: a.example", "SSE_SERVER_URL"],
        ),
        (
            issued(&authority("Our CA", "Us"), &params("127.0.0.1")),
            ["not signed with the key", "renewed its CA"],
        ),
    ] {
        let error = told(paper, &ours).await;
        for part in parts.into_iter().chain(["127.0.0.1"]) {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[tokio::test]
async fn of_a_chain_the_root_that_is_missing_is_named() {
    let root = authority("Root", "Them");
    let mut between = CertificateParams::default();
    between
        .distinguished_name
        .push(DnType::CommonName, "Between");
    between.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let between = CertifiedIssuer::signed_by(between, KeyPair::generate().unwrap(), &root).unwrap();
    let mut paper = issued(&between, &params("127.0.0.1"));
    paper.chain.push(between.der().clone());
    let error = told(paper, &authority("Our CA", "Us")).await;
    assert!(error.contains("(CN=Root, O=Them)"), "{error}");
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_apart() {
    let plain = Server::on(|mut connection| async move {
        let mut hello = [0; 4096];
        assert!(connection.read(&mut hello).await? > 0);
        connection
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
    });
    let plain = plain.await;
    let (_folder, ca) = file(&authority("Our CA", "Us"));
    let error = Host::with(settings(&[&plain.url, "--ca-file", &ca], &[]))
        .error(call("1"))
        .await;
    for part in ["not TLS", "scheme, host and port", "127.0.0.1"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// As a gateway does while its server is replaced. Nothing was sent, so nothing can happen twice.
#[tokio::test]
async fn a_server_that_hangs_up_in_the_handshake_is_tried_again() {
    let ours = authority("Our CA", "Us");
    let (_folder, ca) = file(&ours);
    let origin = answering().await;
    let server = Server::showing(issued(&ours, &params("127.0.0.1")), &origin).await;
    let (behind, is_up) = (server.address.clone(), AtomicBool::new(false));
    let gateway = Server::on(move |mut connection| {
        let (behind, is_up) = (behind.clone(), is_up.swap(true, Ordering::SeqCst));
        async move {
            if !is_up {
                let mut hello = [0; 4096];
                return connection.read(&mut hello).await.map(drop);
            }
            let mut behind = TcpStream::connect(behind).await?;
            let carried = copy_bidirectional(&mut connection, &mut behind).await;
            carried.map(drop)
        }
    });
    let gateway = gateway.await;
    let arguments = [&gateway.url, "--ca-file", &ca, "--connect-wait", "60"];
    let mut host = Host::with(settings(&arguments, &[]));
    assert_eq!(host.answer(call("1")).await, 1);
    assert_eq!(gateway.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn certificates_are_checked_through_a_tunnel_as_well() {
    let (ours, theirs) = (
        authority("Our CA", "Us"),
        authority("Inspecting CA", "Zscaler"),
    );
    let (_folder, ca) = file(&ours);
    for (issuer, refusal) in [
        (&ours, None),
        (&theirs, Some("(CN=Inspecting CA, O=Zscaler)")),
    ] {
        let origin = answering().await;
        let server = Server::showing(issued(issuer, &params("mcp.invalid")), &origin).await;
        let proxy = Server::tunnel_to(&server.address).await;
        let address = format!("http://{}", proxy.address);
        let arguments = [
            "https://mcp.invalid/mcp",
            "--proxy",
            &address,
            "--ca-file",
            &ca,
        ];
        let mut host = Host::with(settings(&arguments, &[]));
        match refusal {
            None => assert_eq!(host.answer(call("1")).await, 1),
            Some(part) => {
                let error = host.error(call("1")).await;
                assert!(error.contains(part), "{error}");
                assert_eq!(origin.paths(), [""; 0]);
            }
        }
    }
}

// Other platforms tell neither dates nor names.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_cannot_write_into_the_log_or_a_terminal_by_its_certificate() {
    let forged = "x\r\n2026-01-01T00:00:00Z ERROR bridge: \u{1b}[2Jforged";
    let ours = authority("Our CA", "Us");
    let mut names = params("a.example");
    // A name out of a certificate may be any text.
    let name = rcgen::string::Ia5String::try_from(forged).unwrap();
    names.subject_alt_names = vec![rcgen::SanType::DnsName(name); 100];
    let hostile = authority(&format!("{forged}{}", "y".repeat(10_000)), forged);
    for paper in [
        issued(&hostile, &params("127.0.0.1")),
        issued(&ours, &names),
    ] {
        let server = Server::showing(paper, &answering().await).await;
        let (_folder, ca) = file(&ours);
        let arguments = [&server.url, "--ca-file", &ca, "--log-level", "trace"];
        let output = run(program(&arguments, &[]), &call("1")).await;
        let (answer, log) = (text(&output.stdout), text(&output.stderr));
        assert!(
            answer.contains("x 2026-01-01T00:00:00Z ERROR bridge: [2Jforged"),
            "{answer}"
        );
        assert!(answer.len() < 2000, "{answer}");
        assert!(
            !log.contains('\u{1b}') && !log.contains("\n2026-01-01"),
            "{log}"
        );
    }
}
