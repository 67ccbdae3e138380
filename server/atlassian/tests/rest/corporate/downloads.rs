//! Downloads that leave a site which is reached over TLS, and perhaps asks who connects.

use atlassian::Deployment::Cloud;
use atlassian::model::Attachment;
use atlassian::{ClientCertificate, Error, Jira, Network, SiteSettings};
use serde_json::json;

use super::{Company, TlsSite, Visitors, trusting};
use crate::listener::Listener;
use crate::{jira, settings, token};

/// A file, told by a site that does not matter here.
async fn told() -> Attachment {
    let site = Listener::saying(json!({ "filename": "trace.log" })).await;
    let id = "10042".parse().unwrap();
    let found = jira(&site.url, Cloud).attachment(&token(), &id).await;
    found.unwrap()
}

fn redirect(to: &str) -> String {
    format!(
        "HTTP/1.1 303 See Other\r\nLocation: {to}/file/1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

async fn bytes(site: &TlsSite, network: Network) -> Result<Vec<u8>, Error> {
    let settings = SiteSettings {
        network,
        ..settings(&site.url, Cloud)
    };
    let jira = Jira::new(settings).unwrap();
    let file = told().await;
    jira.attachment_content(&token(), &file, 1000).await
}

#[tokio::test]
async fn the_certificate_for_the_site_is_not_shown_to_the_host_of_its_files() {
    let company = Company::founded("Example Works");
    let paper = company.issue();
    let (certificate, key) = (paper.certificate.as_bytes(), paper.key.as_bytes());
    let certificate = ClientCertificate::from_pem(certificate, key).unwrap();
    for (visitors, is_given) in [
        (Visitors::Anybody, true),
        (Visitors::HoldersOfCertificates, false),
    ] {
        let media = TlsSite::open(&company, visitors).await;
        let asking = Visitors::HoldersOfCertificates;
        let site = TlsSite::answering(&company, asking, redirect(&media.url)).await;
        let network = Network {
            client_certificate: Some(certificate.clone()),
            ..trusting(&company)
        };
        let found = bytes(&site, network).await;
        assert_eq!(found.is_ok(), is_given, "{found:?}");
    }
}

#[tokio::test]
async fn a_download_of_an_encrypted_site_stays_encrypted() {
    let company = Company::founded("Example Works");
    let media = Listener::saying(json!({})).await;
    let site = TlsSite::answering(&company, Visitors::Anybody, redirect(&media.url)).await;
    let refused = bytes(&site, trusting(&company)).await;
    let Err(Error::Redirected { to, .. }) = refused else {
        panic!("expected a refused redirect, not {refused:?}");
    };
    assert_eq!(to, format!("{}, which is not encrypted", media.url));
    assert_eq!(media.lines(), [""; 0]);
}
