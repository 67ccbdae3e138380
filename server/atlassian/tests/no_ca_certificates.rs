//! Runs in a process of its own whose trust store is empty: plain HTTP and switched-off checks must
//! work there, checked HTTPS must say what is missing. No test harness, because the trust store is
//! found through environment variables, which a process cannot change safely for itself.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use atlassian::{Credential, Jira, SiteError, SiteSettings, SiteUrl, TlsVerification};

const CHILD: &str = "without-certificates";

fn main() {
    if std::env::args().any(|argument| argument == CHILD) {
        plain_http_works_without_certificates();
        unchecked_https_works_without_certificates();
        checked_https_says_what_is_missing();
        return;
    }
    let program = std::env::current_exe().unwrap();
    let nowhere = program.with_extension("no-such-file");
    let status = Command::new(program)
        .arg(CHILD)
        .env("SSL_CERT_FILE", &nowhere)
        .env("SSL_CERT_DIR", &nowhere)
        .status()
        .unwrap();
    assert!(status.success());
    println!("test result: ok. 3 passed without CA certificates");
}

fn settings(url: &str, tls: TlsVerification) -> SiteSettings {
    SiteSettings {
        tls,
        ..SiteSettings::new(SiteUrl::parse(url).unwrap())
    }
}

fn plain_http_works_without_certificates() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let site = std::thread::spawn(move || {
        for body in [r#"{"deploymentType":"Server"}"#, r#"{"name":"ana"}"#] {
            let (mut socket, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            assert!(socket.read(&mut request).unwrap() > 0);
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close");
            write!(socket, "{head}\r\n\r\n{body}").unwrap();
        }
    });
    let jira = Jira::new(settings(&url, TlsVerification::On)).unwrap();
    let credential = Credential::bearer("token").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let user = runtime.block_on(jira.myself(&credential)).unwrap();
    assert_eq!(user.label(), "ana");
    site.join().unwrap();
}

fn unchecked_https_works_without_certificates() {
    Jira::new(settings("https://127.0.0.1:1", TlsVerification::Off)).unwrap();
}

fn checked_https_says_what_is_missing() {
    let made = Jira::new(settings("https://127.0.0.1:1", TlsVerification::On));
    // Elsewhere the trust store is not found through these variables.
    if cfg!(target_os = "linux") {
        let error = made.unwrap_err();
        assert!(matches!(error, SiteError::Tls { .. }));
        let text = error.to_string();
        for part in ["Jira", "ca-certificates", "JIRA_SSL_VERIFY=false"] {
            assert!(text.contains(part), "{part} not in {text}");
        }
    }
}
