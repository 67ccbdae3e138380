//! What an endpoint is given: the site, the caller and the strictly read request.
//! What it does with them is its own matter.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::change::Change;
use crate::people::Person;
use crate::site::Site;
use crate::site::gate::Caller;
use crate::site::params::Params;
use crate::site::refusal::Refusal;

/// What an endpoint returns.
pub(crate) type Answer = Result<Json<Value>, Refusal>;

/// One authenticated call.
pub(crate) struct Call {
    pub(crate) site: Site,
    pub(crate) caller: Person,
    query: Option<String>,
}

impl Call {
    /// The query parameters, if all of them are among `allowed`.
    pub(crate) fn params(&self, allowed: &[&str]) -> Result<Params, Refusal> {
        Params::strict(self.query.as_deref(), allowed)
    }

    /// Notes that this call was carried out.
    pub(crate) fn carried_out(&self, deed: &'static str, object: impl ToString) {
        self.site.shared.changes.add(Change {
            personality: self.site.personality,
            person: self.caller.user_name.clone(),
            deed,
            object: object.to_string(),
        });
    }
}

impl FromRequestParts<Site> for Call {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Refusal> {
        let Some(Caller(caller)) = parts.extensions.get::<Caller>().cloned() else {
            return Err(Refusal::unauthorized("Client must be authenticated."));
        };
        Ok(Self {
            site: site.clone(),
            caller,
            query: parts.uri.query().map(str::to_owned),
        })
    }
}

/// A JSON body; a wrong content type is 415, an unknown member (if `T` denies them) 400.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Site> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refusal> {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or("no content type").to_owned();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            let message = format!("sandbox: the body must be application/json, not {kind}");
            return Err(Refusal::new(415, message));
        }
        let bytes = Bytes::from_request(request, site).await;
        let bytes = bytes.map_err(|_| Refusal::bad_request("the body could not be read"))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Refusal::bad_request(format!("Invalid request payload: {error}")))
    }
}
