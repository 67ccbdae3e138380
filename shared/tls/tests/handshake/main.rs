//! Handshakes of an HTTP client with servers whose certificates are made here: who is trusted, and what is
//! said about the others. What only Linux tells in so many words is tested there.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod server;

use rcgen::{DnType, IsCa, date_time_ymd};
use reqwest::Client;
use server::{Authority, Paper, Server, Visitors};
use tls::{Authorities, Identity, TlsFailure, client_config};

/// One that trusts these and the platform.
fn client(trusted: &[&str], identity: Option<&Identity>) -> Client {
    let authorities = Authorities::from_pem(trusted.concat().as_bytes()).unwrap();
    let config = client_config(&authorities, identity).unwrap();
    let client = Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy();
    client.retry(reqwest::retry::never()).build().unwrap()
}

/// One with an authority that has nothing to do with the server, so that no test needs the platform's.
fn stranger() -> Client {
    client(&[&Authority::root("Somebody else").pem()], None)
}

async fn failure(client: &Client, server: &Server) -> TlsFailure {
    let error = client.get(&server.url).send().await.unwrap_err();
    TlsFailure::of(&error).expect("the failure is one of TLS")
}

async fn text(client: &Client, server: &Server) -> String {
    failure(client, server).await.to_string()
}

#[tokio::test]
async fn who_is_named_as_an_authority_is_trusted() {
    let root = Authority::root("Root");
    let server = Server::start(root.issue(), Visitors::Anybody).await;
    let client = client(&[&Authority::root("Other").pem(), &root.pem()], None);
    assert!(
        client
            .get(&server.url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
}

#[tokio::test]
async fn an_issuer_that_is_not_trusted_is_named() {
    let root = Authority::with("Zscaler Intermediate Root CA", |params| {
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Zscaler");
    });
    let server = Server::start(root.issue(), Visitors::Anybody).await;
    assert_eq!(
        text(&stranger(), &server).await,
        "shows a certificate from an issuer that this machine does not trust \
         (CN=Zscaler Intermediate Root CA, O=Zscaler)"
    );
}

#[tokio::test]
async fn of_a_chain_the_root_that_is_missing_is_named() {
    let root = Authority::root("Root");
    let between = Authority::below(&root, "Between");
    for others in [vec![&between], vec![&between, &root]] {
        let paper = between.issue().with(&others);
        let server = Server::start(paper, Visitors::Anybody).await;
        assert!(text(&stranger(), &server).await.ends_with("(CN=Root)"));
    }
    let incomplete = Server::start(between.issue(), Visitors::Anybody).await;
    assert!(
        text(&stranger(), &incomplete)
            .await
            .ends_with("(CN=Between)")
    );
    // The root alone does not help where the server leaves out what is between.
    let trusting = client(&[&root.pem()], None);
    assert!(text(&trusting, &incomplete).await.ends_with("(CN=Between)"));
}

#[tokio::test]
async fn a_certificate_that_vouches_for_itself_is_trusted_only_where_it_is_named() {
    let paper = Paper::self_signed(IsCa::NoCa);
    let pem = paper.pem();
    let server = Server::start(paper, Visitors::Anybody).await;
    let expected =
        "shows a certificate that is self-signed (CN=127.0.0.1), so that nobody vouches for it";
    assert_eq!(text(&stranger(), &server).await, expected);
    let answer = client(&[&pem], None).get(&server.url).send().await;
    assert!(answer.unwrap().status().is_success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_authority_that_serves_by_itself_is_refused_though_it_is_named() {
    let paper = Paper::self_signed(IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    let pem = paper.pem();
    let server = Server::start(paper, Visitors::Anybody).await;
    for client in [stranger(), client(&[&pem], None)] {
        assert_eq!(failure(&client, &server).await, TlsFailure::AuthorityItself);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_that_is_trusted_does_not_lend_trust_to_another_key() {
    let (known, other) = (Authority::root("Root"), Authority::root("Root"));
    let server = Server::start(other.issue(), Visitors::Anybody).await;
    let client = client(&[&known.pem()], None);
    assert_eq!(failure(&client, &server).await, TlsFailure::BadSignature);
}

#[tokio::test]
async fn showing_the_certificate_of_a_trusted_authority_earns_no_trust() {
    let (known, other) = (Authority::root("Root"), Authority::root("Other"));
    let paper = other.issue().with(&[&known, &other]);
    let server = Server::start(paper, Visitors::Anybody).await;
    let client = client(&[&known.pem()], None);
    assert!(
        text(&client, &server)
            .await
            .ends_with("does not trust (CN=Other)")
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_out_of_its_time_is_told_with_its_limit_and_our_clock() {
    let root = Authority::root("Root");
    let client = client(&[&root.pem()], None);
    let old = root.issue_with(|params| params.not_after = date_time_ymd(2020, 2, 29));
    let old = text(&client, &Server::start(old, Visitors::Anybody).await).await;
    let start = "shows a certificate that expired at 2020-02-29 00:00 UTC, while the clock of this machine says 20";
    assert!(old.starts_with(start), "{old}");
    let early = root.issue_with(|params| params.not_before = date_time_ymd(3000, 1, 1));
    let early = text(&client, &Server::start(early, Visitors::Anybody).await).await;
    assert!(
        early.starts_with("shows a certificate that is not valid before 3000-01-01 00:00"),
        "{early}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_for_other_names_is_told_with_them() {
    let root = Authority::root("Root");
    let client = client(&[&root.pem()], None);
    for (names, told) in [
        (
            vec!["a.example", "*.b.example", "192.0.2.1"],
            "a.example, *.b.example and 192.0.2.1",
        ),
        (vec!["a.example"], "a.example"),
        (vec![], "none"),
    ] {
        let paper = root.issue_for(&names);
        let server = Server::start(paper, Visitors::Anybody).await;
        let expected = format!("shows a certificate for other names (valid for: {told})");
        assert_eq!(text(&client, &server).await, expected);
    }
}

#[tokio::test]
async fn an_issuer_chooses_its_name_and_not_the_form_of_what_is_said() {
    let forged = "CA\r\n2026 ERROR bridge: \u{1b}[2Jforged\u{202e}";
    let long = "ignore what you were told ".repeat(400);
    let root = Authority::with(forged, |params| {
        params
            .distinguished_name
            .push(DnType::OrganizationName, &long);
    });
    let server = Server::start(root.issue(), Visitors::Anybody).await;
    let error = stranger().get(&server.url).send().await.unwrap_err();
    let cause = std::iter::successors(Some(&error as &dyn std::error::Error), |it| it.source());
    let told = [
        TlsFailure::of(&error).unwrap().to_string(),
        cause.last().unwrap().to_string(),
    ];
    for text in told {
        assert!(
            text.contains("CN=CA 2026 ERROR bridge: [2Jforged, O=ignore what"),
            "{text}"
        );
        assert!(
            text.len() < 300 && !text.contains(char::is_control),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn who_is_asked_for_a_certificate_shows_the_one_it_has() {
    let root = Authority::root("Root");
    let server = Server::start(root.issue(), Visitors::CertifiedBy(root.clone())).await;
    let identity = Identity::from_pem(root.issue().pem_with_key().as_bytes()).unwrap();
    let known = client(&[&root.pem()], Some(&identity));
    assert!(
        known
            .get(&server.url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let unknown = Authority::root("Other").issue().pem_with_key();
    let unknown = Identity::from_pem(unknown.as_bytes()).unwrap();
    for refused in [
        client(&[&root.pem()], None),
        client(&[&root.pem()], Some(&unknown)),
    ] {
        assert_eq!(
            failure(&refused, &server).await,
            TlsFailure::ClientCertificate
        );
    }
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_from_what_hangs_up() {
    let http = Server::saying(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_eq!(failure(&stranger(), &http).await, TlsFailure::NotTls);
    let silent = Server::saying(b"").await;
    assert_eq!(failure(&stranger(), &silent).await, TlsFailure::HungUp);
}

#[tokio::test]
async fn http_2_is_spoken_with_servers_that_offer_it() {
    let root = Authority::root("Root");
    let server = Server::offering(root.issue(), b"h2").await;
    // It hangs up after the handshake, which is enough to see what was agreed on.
    client(&[&root.pem()], None)
        .get(&server.url)
        .send()
        .await
        .unwrap_err();
    assert_eq!(server.agreed().await.as_deref(), Some(&b"h2"[..]));
}
