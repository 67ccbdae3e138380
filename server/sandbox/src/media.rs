//! The host where both Cloud sites keep the bytes of files: one more listener, which knows nobody and
//! takes whoever comes with a ticket. Refuses credentials, which nobody may bring here.
//! Who gets a ticket is decided by the endpoints that redirect here.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, LOCATION};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;
use url::{Url, form_urlencoded};

use crate::moment::Moment;
use crate::personality::Personality;
use crate::record::{Fingerprint, Host};
use crate::site::refusal::Refusal;
use crate::site::{Site, download, effects, gate};
use crate::store::attachment::Attachment;

/// How long a ticket holds, in seconds.
const HOLDS: i64 = 600;

/// The redirect of a site to the bytes of a file.
pub(crate) fn redirect(site: &Site, status: StatusCode, file: &Attachment) -> Response {
    let path = path_of(site.personality, file.id);
    let expires = site.shared.clock.now().0.as_second() + HOLDS;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &sign(&path, expires))
        .append_pair("expires", &expires.to_string())
        .append_pair("name", &file.name)
        .finish();
    let target = format!("http://{}{path}?{query}", site.media);
    (status, [(LOCATION, target)]).into_response()
}

/// Everything the host answers.
pub(crate) fn router(site: Site) -> Router {
    Router::new().fallback(pass).with_state(site)
}

/// The address of the host as its sites know it.
pub(crate) fn url(address: SocketAddr) -> Result<Url, url::ParseError> {
    Url::parse(&format!("http://{address}"))
}

fn path_of(personality: Personality, id: u64) -> String {
    let product = match personality {
        Personality::ConfluenceCloud | Personality::ConfluenceDataCenter => "confluence",
        Personality::JiraCloud | Personality::JiraDataCenter => "jira",
    };
    format!("/file/{product}/{id}/binary")
}

fn sign(path: &str, expires: i64) -> String {
    Fingerprint::of(&format!("sandbox media {path} until {expires}")).to_string()
}

/// Answers, notes that it did, and lets faults of the site strike whose file it is.
async fn pass(State(site): State<Site>, request: Request) -> Response {
    let personality = if request.uri().path().starts_with("/file/confluence/") {
        Personality::ConfluenceCloud
    } else {
        Personality::JiraCloud
    };
    let site = Site {
        personality,
        ..site
    };
    let (path, method) = (request.uri().path(), request.method().as_str());
    let strike = site.shared.faults.strike(personality, method, path);
    let seen = gate::seen(&site, Host::Media, &request, None);
    let (head, _) = request.into_parts();
    let answer = async { given(&site, &head) };
    gate::recorded(&site, seen, effects::under(strike, answer)).await
}

fn given(site: &Site, request: &Parts) -> Response {
    match file(site, request) {
        Ok(response) => response,
        Err(refusal) => {
            let body = Json(json!({ "error": { "title": refusal.message } }));
            let status = StatusCode::from_u16(refusal.status);
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, body).into_response();
            response.extensions_mut().insert(refusal);
            response
        }
    }
}

fn file(site: &Site, request: &Parts) -> Result<Response, Refusal> {
    for credential in [AUTHORIZATION, COOKIE] {
        if request.headers.contains_key(&credential) {
            return Err(Refusal::bad_request(format!(
                "sandbox: the header {credential} must not leave the site that it was made for"
            )));
        }
    }
    if request.method != Method::GET {
        return Err(Refusal::new(405, "sandbox: files are only given"));
    }
    let (path, query) = (request.uri.path(), request.uri.query());
    if !admits(path, query, site.shared.clock.now()) {
        return Err(Refusal::new(
            403,
            "the token is not valid for this file, or has expired",
        ));
    }
    let id = path.split('/').nth(3).and_then(|id| id.parse().ok());
    let store = site.shared.store();
    let found = id.and_then(|id| match site.personality {
        Personality::ConfluenceCloud => store.confluence(site.personality).attachment(id),
        _ => store.jira(site.personality).attachment(id),
    });
    found
        .map(download::file)
        .ok_or_else(|| Refusal::not_found("there is no such file"))
}

/// Whether the ticket in the query is for this path and still holds.
fn admits(path: &str, query: Option<&str>, now: Moment) -> bool {
    let pairs: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
    let value = |name| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_ref())
    };
    let expires = value("expires").and_then(|text| text.parse::<i64>().ok());
    expires.is_some_and(|expires| {
        expires > now.0.as_second() && value("token") == Some(&sign(path, expires))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::sample_noon;

    #[test]
    fn a_ticket_is_for_one_file_and_one_time() {
        let now = Moment(sample_noon());
        let second = now.0.as_second();
        let path = path_of(Personality::JiraCloud, 7);
        let other = path_of(Personality::ConfluenceCloud, 7);
        let ticket = |expires: i64| format!("token={}&expires={expires}", sign(&path, expires));
        assert!(admits(&path, Some(&ticket(second + 1)), now));
        assert!(!admits(&other, Some(&ticket(second + 1)), now));
        assert!(!admits(&path, Some(&ticket(second)), now));
        let stretched = ticket(second).replace("expires=", "expires=9");
        assert!(!admits(&path, Some(&stretched), now));
        assert!(!admits(&path, None, now));
    }
}
