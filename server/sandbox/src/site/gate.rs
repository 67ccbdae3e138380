//! The gate in front of every endpoint: records the request, lets faults strike, finds out who
//! asks, and gives refusals their shape. It knows no endpoint.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::{StreamExt as _, stream};

use crate::fault::Effect;
use crate::people::Person;
use crate::personality::{Deployment, Personality};
use crate::record::SeenRequest;
use crate::site::Site;
use crate::site::credential::{Credential, session, session_owner};
use crate::site::nulls;
use crate::site::refusal::Refusal;

/// The person a request acts as; an extension of every request that passed the gate.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) Person);

/// Lets a request through, or does not.
pub(crate) async fn pass(State(site): State<Site>, request: Request, next: Next) -> Response {
    let credential = Credential::read(request.headers());
    let caller = who(&site, &credential, &request);
    let path = request.uri().path().to_owned();
    let entry = site.shared.record.arrived(SeenRequest {
        personality: site.personality,
        method: request.method().to_string(),
        path: path.clone(),
        query: request.uri().query().map(str::to_owned),
        credential: credential.seen(),
        person: caller
            .as_ref()
            .ok()
            .and_then(Option::as_ref)
            .map(|p| p.user_name.clone()),
        status: 0,
        cookie_sent: request.headers().contains_key("cookie"),
        refusal: None,
    });

    let response = tokio::select! {
        response = answer(&site, caller, request, next) => response,
        () = site.closed() => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let refusal = response.extensions().get::<Refusal>().cloned();
    let message = refusal.as_ref().map(|refusal| refusal.message.clone());
    site.shared
        .record
        .answered(entry, response.status().as_u16(), message);
    match refusal {
        None => response,
        Some(refusal) => shaped(&refusal, &response, site.personality, &path),
    }
}

/// Method and path as they arrived, for explanations.
pub(crate) fn line(request: &Request) -> String {
    let path = request.extensions().get::<FullPath>();
    let path = path.map_or(request.uri().path(), |full| full.0.as_str());
    format!("{} {path}", request.method())
}

/// The path before nesting cut the context path off.
#[derive(Clone)]
struct FullPath(String);

type Identity = Result<Option<Person>, &'static str>;

/// The person of the session cookie comes first, as on Data Center.
fn who(site: &Site, credential: &Credential, request: &Request) -> Identity {
    let store = site.shared.store();
    match session_owner(site.personality, request.headers(), &store.people) {
        Some(person) => Ok(Some(person)),
        None => credential.owner(site.personality.deployment(), &store.people),
    }
}

/// The answer with faults; the first fault that matches is the only one.
async fn answer(site: &Site, caller: Identity, request: Request, next: Next) -> Response {
    let strike = site
        .shared
        .faults
        .strike(site.personality, request.uri().path());
    match strike {
        None => admit(site, caller, request, next).await,
        Some(Effect::Delay(time)) => {
            tokio::time::sleep(time).await;
            admit(site, caller, request, next).await
        }
        Some(Effect::Stall) => std::future::pending().await,
        Some(Effect::EmptySuccess) => StatusCode::OK.into_response(),
        Some(Effect::HtmlLoginPage) => Html(LOGIN_PAGE).into_response(),
        Some(Effect::Status {
            status,
            headers,
            body,
        }) => replacement(status, &headers, body),
        Some(Effect::CutBody) => cut(admit(site, caller, request, next).await).await,
        Some(Effect::NullFields) => nulls::nullify(admit(site, caller, request, next).await).await,
    }
}

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Log in - Kestrel SSO</title></head>\
    <body><form action=\"/login\" method=\"post\"><input name=\"user\"></form></body></html>";

/// Refuses wrong credentials always, and missing ones except where the real sites answer anybody.
async fn admit(site: &Site, caller: Identity, mut request: Request, next: Next) -> Response {
    let person = match caller {
        Ok(Some(person)) => person,
        Ok(None) if answers_anybody(site.personality, request.uri().path()) => {
            return next.run(request).await;
        }
        Ok(None) => return Refusal::unauthorized(unauthenticated("no credential")).into_response(),
        Err(why) => return Refusal::unauthorized(unauthenticated(why)).into_response(),
    };
    let full = FullPath(request.uri().path().to_owned());
    let extensions = request.extensions_mut();
    extensions.insert(full);
    extensions.insert(site.clone());
    extensions.insert(Caller(person.clone()));
    let mut response = next.run(request).await;
    greet(site.personality, &person, response.headers_mut());
    response
}

fn unauthenticated(why: &str) -> String {
    format!("Client must be authenticated to access this resource. (sandbox: {why})")
}

/// The probes for the kind of deployment need no credential.
fn answers_anybody(personality: Personality, path: &str) -> bool {
    let path = path
        .strip_prefix(personality.context_path())
        .unwrap_or(path);
    match personality {
        Personality::JiraCloud => {
            matches!(path, "/rest/api/2/serverInfo" | "/rest/api/3/serverInfo")
        }
        Personality::JiraDataCenter => path == "/rest/api/2/serverInfo",
        Personality::ConfluenceDataCenter => path == "/rest/api/server-information",
        Personality::ConfluenceCloud => false,
    }
}

/// What every authenticated answer carries: a session cookie and who was seen.
fn greet(personality: Personality, person: &Person, headers: &mut axum::http::HeaderMap) {
    let root = match personality.context_path() {
        "" => "/",
        context => context,
    };
    let cookies = [
        format!(
            "JSESSIONID={}; Path={root}; HttpOnly",
            session(personality, person)
        ),
        format!(
            "atlassian.xsrf.token={}_lin; Path={root}",
            session(personality, person)
        ),
    ];
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(SET_COOKIE, value);
        }
    }
    let (name, value) = match personality.deployment() {
        Deployment::Cloud => ("x-aaccountid", &person.account_id),
        Deployment::DataCenter => ("x-ausername", &person.user_name),
    };
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Keeps the headers the gate had already set (cookies), and takes status and body of the refusal.
fn shaped(refusal: &Refusal, plain: &Response, site: Personality, path: &str) -> Response {
    let mut response = refusal.shaped(site, path);
    let headers = response.headers_mut();
    for cookie in plain.headers().get_all(SET_COOKIE) {
        headers.append(SET_COOKIE, cookie.clone());
    }
    if refusal.status == 401 {
        // Atlassian names its realm; Seraph is the login layer of the Data Center products.
        let realm = match site.deployment() {
            Deployment::Cloud => "OAuth realm=\"sandbox\"",
            Deployment::DataCenter => "Basic realm=\"protected-area\"",
        };
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(realm));
        headers.insert(
            "x-seraph-loginreason",
            HeaderValue::from_static("AUTHENTICATED_FAILED"),
        );
    }
    response
}

fn replacement(status: u16, headers: &[(String, String)], body: String) -> Response {
    let json = body.starts_with(['{', '[']);
    let kind = if json {
        "application/json"
    } else {
        "text/plain;charset=UTF-8"
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [(CONTENT_TYPE, kind)], body).into_response();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The head promises the whole body; half of it comes, then the connection breaks.
async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half: Bytes = whole.slice(..whole.len() / 2);
    // The pause lets hyper flush the first half before it learns of the break.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut by an injected fault"))
    });
    let body = Body::from_stream(stream::iter([Ok(half)]).chain(end));
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    Response::from_parts(head, body)
}
