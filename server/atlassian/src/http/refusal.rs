//! Statuses other than 2xx, as errors with the words upstream found for them (B-59).
//! Advice for the person is in `error`.

use http::{StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use super::{Answer, Call, wait};
use crate::error::Error;

/// Atlassian's word on a failed sign-in, sent with any status: Cloud may answer 404 or even 200
/// as for an anonymous visitor when a token is wrong.
const LOGIN_REASON: &str = "x-seraph-loginreason";

/// Longest upstream message that is passed on, in characters.
const MESSAGE_LIMIT: usize = 1000;

/// Passes a successful answer, turns any other into its error.
pub(super) fn check(call: &Call<'_>, answer: &Answer) -> Result<(), Error> {
    let service = call.site.service;
    if let Some(host) = &answer.outside {
        return check_outside(call, answer.status, host);
    }
    let reason = answer
        .headers
        .get(LOGIN_REASON)
        .and_then(|value| value.to_str().ok());
    if reason.is_some_and(|reason| reason.contains("AUTHENTICATION_DENIED")) {
        return Err(Error::CaptchaRequired { service });
    }
    let failed_sign_in = call.credential.is_some()
        && reason.is_some_and(|reason| reason.contains("AUTHENTICATED_FAILED"));
    if answer.status.is_success() && !failed_sign_in {
        return Ok(());
    }
    let repeats_token = |message: &String| call.credential.is_some_and(|it| it.is_in(message));
    let message = upstream_message(&answer.body).filter(|message| !repeats_token(message));
    if lacks_scope(answer, message.as_deref()) {
        let what = call.what.clone();
        return Err(Error::MissingScope {
            service,
            what,
            message,
        });
    }
    if failed_sign_in || answer.status == StatusCode::UNAUTHORIZED {
        let scheme = call.credential.map(crate::credential::Credential::scheme);
        let deployment = call.deployment();
        return Err(Error::Unauthorized {
            service,
            deployment,
            scheme,
            message,
        });
    }
    Err(by_status(call, answer, message))
}

/// The same for a host that the site sent us to. What it says about sign-ins and quotas is not about the
/// caller, whom it does not know.
fn check_outside(call: &Call<'_>, status: StatusCode, host: &str) -> Result<(), Error> {
    if status.is_success() {
        return Ok(());
    }
    Err(Error::FileHost {
        service: call.site.service,
        what: call.what.clone(),
        host: host.to_owned(),
        status: status.as_u16(),
    })
}

/// Whether a 401 of Cloud's gateway is about what a token was made for and not about who holds it:
/// `X-Failure-Category: FAILURE_CLIENT_SCOPE_CHECK`, "Unauthorized; scope does not match".
fn lacks_scope(answer: &Answer, message: Option<&str>) -> bool {
    let category = answer.headers.get("x-failure-category");
    let category = category.and_then(|value| value.to_str().ok());
    answer.status == StatusCode::UNAUTHORIZED
        && (category.is_some_and(|category| category.contains("SCOPE"))
            || message.is_some_and(|message| message.contains("scope does not match")))
}

fn by_status(call: &Call<'_>, answer: &Answer, message: Option<String>) -> Error {
    let (service, what) = (call.site.service, call.what.clone());
    let status = answer.status.as_u16();
    let retry_after = wait::asked(&answer.headers, Timestamp::now());
    let tries = 1;
    match status {
        403 => Error::Forbidden {
            service,
            access: call.access,
            what,
            message,
        },
        404 => Error::NotFound {
            service,
            what,
            message,
        },
        429 => Error::RateLimited {
            service,
            retry_after,
            tries,
        },
        300..400 => Error::Redirected {
            service,
            to: target(call, answer),
        },
        500.. => Error::Unavailable {
            service,
            status,
            message,
            retry_after,
            tries,
        },
        _ => Error::Rejected {
            service,
            what,
            status,
            message,
        },
    }
}

/// Where a redirect leads that would turn a question into another request: the origin alone, because
/// the rest of the address may say more than the reader should see.
fn target(call: &Call<'_>, answer: &Answer) -> String {
    let location = answer.headers.get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let origin = location.and_then(|location| call.url.join(location).ok());
    origin.map_or_else(
        || {
            format!(
                "nowhere (status {} without an address)",
                answer.status.as_u16()
            )
        },
        |url| url.origin().ascii_serialization(),
    )
}

/// The words of an error body in any of the shapes Atlassian uses, on one line.
fn upstream_message(body: &[u8]) -> Option<String> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let mut parts = Vec::new();
    // Jira: {"errorMessages": […], "errors": {"field": "…"}, "warningMessages": […]}
    for list in ["errorMessages", "warningMessages"] {
        parts.extend(json[list].as_array().into_iter().flatten().filter_map(text));
    }
    if let Some(fields) = json["errors"].as_object() {
        let named = |(name, value)| text(value).map(|text| format!("{name}: {text}"));
        parts.extend(fields.iter().filter_map(named));
    }
    // Confluence v2: {"errors": [{"code": …, "title": …, "detail": …}]}
    for error in json["errors"].as_array().into_iter().flatten() {
        let words = [&error["title"], &error["detail"]]
            .into_iter()
            .filter_map(text);
        let words: Vec<_> = words.collect();
        parts.extend((!words.is_empty()).then(|| words.join(": ")));
    }
    // Confluence v1, the gateway, and a few Jira paths.
    for member in ["message", "errorMessage"] {
        parts.extend(text(&json[member]));
    }
    parts.dedup();
    let one_line = parts
        .join("; ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let short: String = one_line.chars().take(MESSAGE_LIMIT).collect();
    (!short.is_empty()).then_some(short)
}

fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_59_the_message_of_every_error_shape_is_found() {
        for (body, message) in [
            (
                r#"{"errorMessages":["Issue does not exist"],"errors":{}}"#,
                "Issue does not exist",
            ),
            (
                r#"{"errorMessages":[],"errors":{"jql":"bad","x":"worse\nstill"}}"#,
                "jql: bad; x: worse still",
            ),
            (
                r#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Not Found","detail":null}]}"#,
                "Not Found",
            ),
            (
                r#"{"errors":[{"title":"Bad","detail":"because"}]}"#,
                "Bad: because",
            ),
            (
                r#"{"statusCode":400,"data":{"errors":[]},"message":"Could not parse cql : x"}"#,
                "Could not parse cql : x",
            ),
            (r#"{"code":401,"message":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"errorMessage":"no"}"#, "no"),
        ] {
            assert_eq!(
                upstream_message(body.as_bytes()).as_deref(),
                Some(message),
                "{body}"
            );
        }
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"errors":null}"#,
            r#"{"errorMessages":[null]}"#,
        ] {
            assert_eq!(upstream_message(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        let body = serde_json::json!({ "message": "ä".repeat(5000) }).to_string();
        assert_eq!(
            upstream_message(body.as_bytes()).unwrap().chars().count(),
            MESSAGE_LIMIT
        );
    }
}
