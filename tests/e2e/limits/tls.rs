//! TLS by the server itself, and its certificate replaced while it runs.

use std::path::Path;

use reqwest::{Certificate, Client};
use tests::programs::run_server;

use super::*;

/// Writes a new certificate and its key.
fn renew(folder: &Path) -> Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), &certificate).unwrap();
    Certificate::from_pem(certificate.as_bytes()).unwrap()
}

/// A client that trusts nothing else, without a connection yet.
fn trusting(certificate: &Certificate) -> Client {
    Client::builder()
        .tls_certs_only([certificate.clone()])
        .no_proxy()
        .build()
        .unwrap()
}

async fn encrypted(folder: &Path, flags: &[&str]) -> Server {
    let files = ["cert.pem", "key.pem"].map(|it| folder.join(it).to_str().unwrap().to_owned());
    let tls = ["--tls-cert", &files[0], "--tls-key", &files[1]];
    server(&[&tls, flags].concat()).await
}

async fn pings(client: &Client, server: &Server) -> reqwest::Result<Value> {
    let url = format!("https://localhost:{}/mcp", server.address.port());
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let sent = client.post(url).json(&message).send().await?;
    sent.json().await
}

#[tokio::test]
async fn a_certificate_that_is_replaced_serves_from_the_next_connection_on() {
    let folder = tempfile::tempdir().unwrap();
    let old = renew(folder.path());
    let server = encrypted(folder.path(), &[]).await;
    let connected = trusting(&old);
    assert_eq!(
        pings(&connected, &server).await.unwrap()["result"],
        json!({})
    );
    let new = renew(folder.path());
    assert_eq!(
        pings(&trusting(&new), &server).await.unwrap()["result"],
        json!({})
    );
    assert!(pings(&trusting(&old), &server).await.is_err());
    // A connection that was there before lives on.
    assert_eq!(
        pings(&connected, &server).await.unwrap()["result"],
        json!({})
    );
    std::fs::write(folder.path().join("cert.pem"), "half a certif").unwrap();
    assert_eq!(
        pings(&trusting(&new), &server).await.unwrap()["result"],
        json!({})
    );
}

#[tokio::test]
async fn what_is_no_tls_or_takes_too_long_is_no_connection() {
    let folder = tempfile::tempdir().unwrap();
    let client = trusting(&renew(folder.path()));
    let server = encrypted(folder.path(), &["--header-timeout", "200ms"]).await;
    let plain = in_time(send(server.address, request(PING, "").as_bytes())).await;
    assert!(!plain.unwrap_or_default().contains("HTTP/1.1"));
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(in_time(said(&mut silent)).await.unwrap_or_default(), "");
    // A handshake takes a busy machine longer than that now and then.
    let pinged = async {
        loop {
            if let Ok(answer) = pings(&client, &server).await {
                return answer;
            }
        }
    };
    assert_eq!(in_time(pinged).await["result"], json!({}));
}

#[tokio::test]
async fn beyond_this_machine_it_listens_with_tls_or_where_somebody_said_who_does_it() {
    let folder = tempfile::tempdir().unwrap();
    renew(folder.path());
    let url = [("JIRA_URL".to_owned(), "http://jira.localhost".to_owned())];
    let everywhere = ["--host", "0.0.0.0", "--port", "0"];
    let ended = run_server(folder.path(), &everywhere, &url).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    for way in ["--tls-cert", "--tls-key", "--behind-tls-proxy"] {
        assert!(ended.stderr.contains(way), "{way}: {}", ended.stderr);
    }
    let half = [&everywhere[..], &["--tls-cert", "cert.pem"]].concat();
    let ended = run_server(folder.path(), &half, &url).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("set both"), "{}", ended.stderr);
    // On 127.0.0.1 it would not have to be asked.
    let _server = encrypted(folder.path(), &["--host", "0.0.0.0"]).await;
}
