//! Answers that are refusals, by status, by header or by being a web page.

use atlassian::Deployment::DataCenter;
use atlassian::{Error, Scheme, Service};

use crate::listener::reply;
use crate::transport::failure;

/// The failure of reading an issue when Jira answers with this status and one message.
async fn refused(status: u16) -> Error {
    failure(move || reply(status, &[], r#"{"errorMessages":["because"]}"#)).await
}

fn what() -> String {
    "issue DEMO-1".to_owned()
}

fn because() -> Option<String> {
    Some("because".to_owned())
}

#[tokio::test]
async fn b_59_refusals_keep_the_words_of_jira() {
    let service = Service::Jira;
    let expected = Error::Unauthorized {
        service,
        deployment: Some(DataCenter),
        scheme: Some(Scheme::Bearer),
        message: because(),
    };
    assert_eq!(refused(401).await, expected);
    let (what, message) = (what(), because());
    assert_eq!(
        refused(403).await,
        Error::Forbidden {
            access: atlassian::Access::Read,
            service,
            what,
            message
        }
    );
    let (what, message) = (self::what(), because());
    assert_eq!(
        refused(404).await,
        Error::NotFound {
            service,
            what,
            message
        }
    );
}

#[tokio::test]
async fn b_59_other_statuses_are_told_by_their_class() {
    let (service, retry_after) = (Service::Jira, None);
    for status in [400, 409, 410, 422] {
        let (what, message) = (what(), because());
        assert_eq!(
            refused(status).await,
            Error::Rejected {
                service,
                what,
                status,
                message
            }
        );
    }
    for (status, tries) in [(500, 1), (501, 1), (502, 3), (503, 3), (504, 3)] {
        let message = because();
        let expected = Error::Unavailable {
            service,
            status,
            message,
            retry_after,
            tries,
        };
        assert_eq!(refused(status).await, expected);
    }
}

#[tokio::test]
async fn a_failed_sign_in_is_told_from_a_missing_issue() {
    let failed = [("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")];
    for status in [200, 404] {
        let error = failure(move || reply(status, &failed, r#"{"key":"DEMO-1"}"#)).await;
        assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    }
    let denied = [("X-Seraph-LoginReason", "AUTHENTICATION_DENIED, x")];
    let error = failure(move || reply(403, &denied, "")).await;
    assert_eq!(
        error,
        Error::CaptchaRequired {
            service: Service::Jira
        }
    );
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let page = "<!DOCTYPE html><title>Log in</title>";
    let service = Service::Jira;
    let typed = failure(move || reply(200, &[("Content-Type", "text/html; charset=utf-8")], page));
    assert_eq!(
        typed.await,
        Error::LoginPage {
            service,
            status: 200
        }
    );
    let untyped = failure(move || reply(200, &[], page)).await;
    assert_eq!(
        untyped,
        Error::LoginPage {
            service,
            status: 200
        }
    );
    // The status says more than the page.
    let down = failure(move || reply(502, &[("Content-Type", "text/html")], page)).await;
    assert!(
        matches!(
            down,
            Error::Unavailable {
                status: 502,
                message: None,
                ..
            }
        ),
        "{down:?}"
    );
}
