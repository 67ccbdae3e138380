//! Downloads: where the bytes of a file are, how many are taken, and what is no file but a login page.
//! How they travel, redirects above all, is the parent's work.

use futures::FutureExt as _;
use http::header;
use url::Url;

use super::{Answer, Call, Site, Wants, body};
use crate::error::Error;

impl Site {
    /// A GET of an address that the site told, absolute or below its own, for one file.
    ///
    /// # Errors
    /// [`Error::KeptElsewhere`] when that is on another origin or outside the context path: the credential
    /// is for this site alone.
    pub(crate) fn read_told(&self, address: &str, what: String) -> Result<Call<'_>, Error> {
        let whole = if address.starts_with('/') {
            format!("{}{address}", self.base)
        } else {
            address.to_owned()
        };
        let service = self.service;
        let Ok(url) = Url::parse(&whole) else {
            return Err(Error::Malformed {
                service,
                what,
                path: ".".to_owned(),
                detail: "the address of the file is none".to_owned(),
            });
        };
        // User and password before the host would become a credential of their own.
        let anonymous = url.username().is_empty() && url.password().is_none();
        if anonymous && self.base.contains(&url) {
            return Ok(self.read_url(url, what));
        }
        Err(Error::KeptElsewhere {
            service,
            what,
            origin: url.origin().ascii_serialization(),
            site: self.base.to_string(),
        })
    }
}

impl Call<'_> {
    /// The bytes of a file that is said to have `size` of them. An empty file is a file.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`] when there are more than `most`; nothing is sent when `size` says so.
    pub(crate) async fn download(mut self, size: Option<u64>, most: u64) -> Result<Vec<u8>, Error> {
        self.wants = Wants::File { most };
        if size.is_some_and(|size| size > most) {
            return Err(body::too_large(&self, size));
        }
        let answer = self.send().boxed().await?;
        if is_login_page(&answer, size) {
            return Err(Error::LoginPage {
                service: self.site.service,
                status: answer.status.as_u16(),
            });
        }
        if answer.body.is_empty() && size.is_some_and(|size| size > 0) {
            return Err(Error::Malformed {
                service: self.site.service,
                what: self.what.clone(),
                path: ".".to_owned(),
                detail: "the answer is empty".to_owned(),
            });
        }
        Ok(answer.body)
    }
}

/// Whether HTML came in the place of the file. A file may be HTML itself: then it comes as an attachment
/// (RFC 6266), as both services send files, or it is exactly as long as it is said to be.
fn is_login_page(answer: &Answer, size: Option<u64>) -> bool {
    let is_offered_as_file = answer.headers.contains_key(header::CONTENT_DISPOSITION);
    let has_its_size = size == Some(answer.body.len() as u64);
    body::is_typed_html(answer) && !is_offered_as_file && !has_its_size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Service, SiteSettings, SiteUrl};

    fn told(address: &str) -> Result<String, Error> {
        let url = SiteUrl::parse("http://a.example/confluence").unwrap();
        let site = Site::new(Service::Confluence, SiteSettings::new(url)).unwrap();
        let call = site.read_told(address, "attachment att1".to_owned());
        call.map(|call| call.url.to_string())
    }

    #[test]
    fn a_file_is_asked_for_below_the_site_alone() {
        let whole = "http://a.example/confluence/download/attachments/1/a%20b.txt?version=1";
        assert_eq!(told(whole).as_deref(), Ok(whole));
        let below = "/download/attachments/1/a%20b.txt?version=1";
        assert_eq!(told(below).as_deref(), Ok(whole));
        for elsewhere in [
            "http://b.example/confluence/download/attachments/1/a.txt",
            "https://a.example/confluence/download/attachments/1/a.txt",
            "http://a.example:8080/confluence/download/attachments/1/a.txt",
            "http://a.example/download/attachments/1/a.txt",
            "http://ana:secret@a.example/confluence/download/attachments/1/a.txt",
            "/../rest/admin",
            "/%2e%2e/rest/admin",
            "file:///etc/passwd",
        ] {
            let error = told(elsewhere).unwrap_err();
            assert!(matches!(error, Error::KeptElsewhere { .. }), "{elsewhere}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let error = told("http://b.example/x").unwrap_err().to_string();
        assert!(
            error.contains("http://b.example") && error.contains("http://a.example/confluence")
        );
        assert!(matches!(told("x"), Err(Error::Malformed { .. })));
    }
}
