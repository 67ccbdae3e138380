//! Runs in a process of its own whose trust store is empty: plain HTTP and switched-off checks must
//! work there, checked HTTPS must say what is missing. No test harness, because the trust store is
//! found through environment variables, which a process cannot change safely for itself.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use atlassian::{
    Credential, InvalidSiteUrl, Jira, SiteError, SiteSettings, SiteUrl, TlsVerification,
};

const CHILD: &str = "without-certificates";

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    if std::env::args().any(|argument| argument == CHILD) {
        plain_http_works_without_certificates()?;
        unchecked_https_works_without_certificates()?;
        return checked_https_says_what_is_missing();
    }
    let program = std::env::current_exe()?;
    let nowhere = program.with_extension("no-such-file");
    let mut child = Command::new(program);
    child
        .arg(CHILD)
        .env("SSL_CERT_FILE", &nowhere)
        .env("SSL_CERT_DIR", &nowhere);
    assert!(child.status()?.success());
    Ok(())
}

fn jira(url: &str, tls: TlsVerification) -> Result<Result<Jira, SiteError>, InvalidSiteUrl> {
    let settings = SiteSettings::new(SiteUrl::parse(url)?);
    Ok(Jira::new(SiteSettings { tls, ..settings }))
}

fn plain_http_works_without_certificates() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let site = std::thread::spawn(move || serve(&listener));
    let jira = jira(&url, TlsVerification::On)??;
    let credential = Credential::bearer("token")?;
    let user = tokio::runtime::Runtime::new()?.block_on(jira.myself(&credential))?;
    assert_eq!(user.label(), "ana");
    Ok(site.join().expect("the site does not panic")?)
}

/// Answers the probe and one call.
fn serve(listener: &TcpListener) -> std::io::Result<()> {
    for body in [r#"{"deploymentType":"Server"}"#, r#"{"name":"ana"}"#] {
        let (mut socket, _) = listener.accept()?;
        let mut request = [0; 4096];
        assert!(socket.read(&mut request)? > 0);
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close");
        write!(socket, "{head}\r\n\r\n{body}")?;
    }
    Ok(())
}

fn unchecked_https_works_without_certificates() -> Outcome {
    jira("https://127.0.0.1:1", TlsVerification::Off)??;
    Ok(())
}

fn checked_https_says_what_is_missing() -> Outcome {
    let made = jira("https://127.0.0.1:1", TlsVerification::On)?;
    // Elsewhere the trust store is not found through these variables.
    if cfg!(target_os = "linux") {
        let text = made
            .err()
            .ok_or("a client without a trust store")?
            .to_string();
        for part in ["Jira", "ca-certificates", "JIRA_SSL_VERIFY=false"] {
            assert!(text.contains(part), "{part} not in {text}");
        }
    }
    Ok(())
}
