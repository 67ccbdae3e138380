//! The gate in front of every endpoint: records the request, lets faults strike, finds out who
//! asks, and gives refusals their shape. It knows no endpoint.

use axum::extract::{Request, State};
use axum::http::header::{SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;

use crate::gateway::TENANT_INFO;
use crate::people::Person;
use crate::personality::{Deployment, Personality};
use crate::record::{Host, SeenRequest};
use crate::site::Site;
use crate::site::credential::{Credential, session, session_owner};
use crate::site::effects;
use crate::site::refusal::Refusal;

/// The person a request acts as; an extension of every request that passed the gate.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) Person);

/// Lets a request through, or does not.
pub(crate) async fn pass(State(site): State<Site>, request: Request, next: Next) -> Response {
    let credential = Credential::read(request.headers());
    let caller = who(&site, &credential, &request);
    let person = caller.as_ref().ok().and_then(Option::as_ref);
    let seen = seen(&site, site.host, &request, person);
    let answer = answer(&site, caller, request, next);
    recorded(&site, seen, answer).await
}

/// The request as it arrived, made by this person if by anybody.
pub(crate) fn seen(
    site: &Site,
    host: Host,
    request: &Request,
    person: Option<&Person>,
) -> SeenRequest {
    SeenRequest {
        personality: site.personality,
        host,
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        credential: Credential::read(request.headers()).seen(),
        person: person.map(|person| person.user_name.clone()),
        status: 0,
        cookie_sent: request.headers().contains_key("cookie"),
        traceparent: traceparent(request),
        refusal: None,
    }
}

/// The answer, unless the sandbox is dropped first, with its place in the record.
pub(crate) async fn recorded(
    site: &Site,
    seen: SeenRequest,
    answer: impl Future<Output = Response>,
) -> Response {
    let entry = site.shared.record.arrived(seen);
    let response = tokio::select! {
        response = answer => response,
        () = site.closed() => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let refusal = response.extensions().get::<Refusal>();
    let message = refusal.map(|refusal| refusal.message.clone());
    let status = response.status().as_u16();
    site.shared.record.answered(entry, status, message);
    response
}

fn traceparent(request: &Request) -> Option<String> {
    let sent = request.headers().get("traceparent")?;
    Some(String::from_utf8_lossy(sent.as_bytes()).into_owned())
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
        None => credential.owner((site.personality.deployment(), site.host), &store.people),
    }
}

/// The answer with faults; the first fault that matches is the only one.
async fn answer(site: &Site, caller: Identity, request: Request, next: Next) -> Response {
    let strike = site.shared.faults.strike(
        site.personality,
        request.method().as_str(),
        request.uri().path(),
    );
    effects::under(strike, serve(site, caller, request, next).boxed()).await
}

/// The answer without faults, refusals in the site's own form.
async fn serve(site: &Site, caller: Identity, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = admit(site, caller, request, next).await;
    match response.extensions().get::<Refusal>() {
        None => response,
        Some(refusal) => shaped(refusal, &response, site.personality, &path),
    }
}

/// Refuses wrong credentials always, and missing ones except where the real sites answer anybody.
async fn admit(site: &Site, caller: Identity, mut request: Request, next: Next) -> Response {
    let full = FullPath(request.uri().path().to_owned());
    let person = match caller {
        Ok(Some(person)) => person,
        Ok(None) if answers_anybody(site.personality, &full.0) => return next.run(request).await,
        Ok(None) => return unauthenticated(site.personality, "no credential"),
        Err(why) => {
            let mut response = unauthenticated(site.personality, why);
            // Seraph is the login layer of Atlassian's products.
            let reason = HeaderValue::from_static("AUTHENTICATED_FAILED");
            response
                .headers_mut()
                .insert("x-seraph-loginreason", reason);
            return response;
        }
    };
    let extensions = request.extensions_mut();
    extensions.insert(full);
    extensions.insert(site.clone());
    extensions.insert(Caller(person.clone()));
    let mut response = next.run(request).await;
    greet(site.personality, &person, response.headers_mut());
    response
}

fn unauthenticated(site: Personality, why: &str) -> Response {
    let message = format!("Client must be authenticated to access this resource. (sandbox: {why})");
    let mut response = Refusal::unauthorized(message).into_response();
    let realm = match site.deployment() {
        Deployment::Cloud => "OAuth realm=\"sandbox\"",
        Deployment::DataCenter => "Basic realm=\"protected-area\"",
    };
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static(realm));
    response
}

/// The probes for the kind of deployment need no credential.
fn answers_anybody(personality: Personality, path: &str) -> bool {
    if personality.deployment() == Deployment::Cloud && path == TENANT_INFO {
        return true;
    }
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

/// Status and body of the refusal; the headers set on the way here (cookies, `Allow`) stay.
fn shaped(refusal: &Refusal, plain: &Response, site: Personality, path: &str) -> Response {
    let mut response = refusal.shaped(site, path);
    for (name, value) in plain.headers() {
        response.headers_mut().append(name, value.clone());
    }
    // The record wants it.
    response.extensions_mut().insert(refusal.clone());
    response
}
