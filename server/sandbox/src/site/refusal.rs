//! A request that is refused, and the shapes in which the products' APIs say so.
//! When something is refused is decided by the endpoints and the gate.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::Personality;

/// A refusal with the sentence a caller gets to read.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// What is wrong with single fields; only Jira tells it in a form of its own.
    errors: Map<String, Value>,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: Map::new(),
        }
    }

    /// A 400 of Jira that names the fields it is about.
    pub(crate) fn of_fields(errors: Map<String, Value>) -> Self {
        let told = errors
            .iter()
            .map(|(name, why)| format!("{name}: {why}"))
            .collect::<Vec<_>>();
        Self {
            errors,
            ..Self::bad_request(told.join("; "))
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, message)
    }

    pub(crate) fn gone(message: impl Into<String>) -> Self {
        Self::new(410, message)
    }

    fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer in the error shape of the API that `path` belongs to.
    pub(crate) fn shaped(&self, personality: Personality, path: &str) -> Response {
        let body = match personality {
            Personality::JiraCloud | Personality::JiraDataCenter => {
                let general = self.errors.is_empty().then_some(&self.message);
                json!({ "errorMessages": Vec::from_iter(general), "errors": self.errors })
            }
            Personality::ConfluenceCloud if path.starts_with("/wiki/api/v2") => self.version_two(),
            Personality::ConfluenceCloud | Personality::ConfluenceDataCenter => json!({
                "statusCode": self.status,
                "data": { "authorized": self.status != 401, "valid": true, "errors": [],
                          "successful": false },
                "message": self.message,
                "reason": self.code().canonical_reason(),
            }),
        };
        (self.code(), Json(body)).into_response()
    }

    /// Confluence's v2: a short title, a code in capitals, the sentence as detail.
    fn version_two(&self) -> Value {
        let title = self.code().canonical_reason().unwrap_or("Error");
        let code = title.to_uppercase().replace(' ', "_");
        json!({ "errors": [
            { "status": self.status, "code": code, "title": title, "detail": self.message }
        ] })
    }
}

/// Carries the refusal to the gate, which knows site and path and therefore the shape.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.code().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
