//! What is taken from which header, and what is refused.
#![expect(clippy::too_many_lines, reason = "a table is as long as its rows")]

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;
use crate::credentials::{Configured, EmailToken, TokenHeaders, to_headers};

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
        })
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
}

fn read(pairs: &[(&str, &str)]) -> Result<PresentedCredentials, Refused> {
    PresentedCredentials::read(&headers(pairs))
}

fn token_and_header(credential: Option<&PresentedCredential>) -> Option<(&str, CredentialHeader)> {
    credential.map(|credential| match &credential.presented {
        Presented::Token(token) => (token.expose(), credential.header),
        Presented::Basic { .. } => panic!("not a token"),
    })
}

#[test]
fn a_service_header_wins_over_authorization_for_its_service_only() {
    let read = read(&[("authorization", "Bearer both"), ("x-jira-token", "own")]).unwrap();
    assert_eq!(
        token_and_header(read.jira.as_ref()),
        Some(("own", CredentialHeader::XJiraToken))
    );
    assert_eq!(
        token_and_header(read.confluence.as_ref()),
        Some(("both", CredentialHeader::Authorization))
    );
}

#[test]
fn a_request_without_credential_headers_presents_nothing() {
    assert!(read(&[("x-other", "1")]).unwrap().is_empty());
}

#[test]
fn a_credential_for_either_service_is_one_that_was_brought() {
    for header in ["authorization", "x-jira-token", "x-confluence-token"] {
        let value = if header == "authorization" {
            "Bearer tok"
        } else {
            "tok"
        };
        assert!(!read(&[(header, value)]).unwrap().is_empty(), "{header}");
    }
}

/// B-05: lower-case schemes and stray spaces ran with the server's identity.
#[test]
fn b_05_scheme_case_and_surrounding_white_space_do_not_matter() {
    for value in [
        "bearer tok",
        "BEARER tok",
        "Bearer   tok  ",
        "\tBearer\ttok",
    ] {
        let read = read(&[("authorization", value)]).unwrap();
        let expected = Some(("tok", CredentialHeader::Authorization));
        assert_eq!(token_and_header(read.jira.as_ref()), expected, "{value:?}");
    }
    let read = read(&[("x-jira-token", "  tok ")]).unwrap();
    assert_eq!(
        token_and_header(read.jira.as_ref()),
        Some(("tok", CredentialHeader::XJiraToken))
    );
    assert_eq!(read.confluence, None);
}

/// B-05: a header that is present but unusable was ignored.
#[test]
fn b_05_a_present_but_unusable_header_is_refused_by_name() {
    use CredentialHeader::{Authorization, XConfluenceToken, XJiraToken};
    use RefusedReason::{
        BasicIncomplete, BasicUndecodable, BearerTooMany, Empty, Repeated, Unfilled, UnknownScheme,
        Unreadable,
    };
    for (pairs, header, reason) in [
        (&[("authorization", "")][..], Authorization, Empty),
        (&[("authorization", "   ")], Authorization, Empty),
        (&[("authorization", "Bearer")], Authorization, Empty),
        (&[("authorization", "Bearer  ")], Authorization, Empty),
        (&[("authorization", "Basic")], Authorization, Empty),
        (&[("x-jira-token", "")], XJiraToken, Empty),
        (&[("x-confluence-token", " ")], XConfluenceToken, Empty),
        (
            &[("authorization", "Token abc")],
            Authorization,
            UnknownScheme,
        ),
        (&[("authorization", "tok")], Authorization, UnknownScheme),
        (
            &[("authorization", "Digest x=y")],
            Authorization,
            UnknownScheme,
        ),
        (
            &[("authorization", "Bearer a b")],
            Authorization,
            Unreadable,
        ),
        (
            &[("authorization", "Bearer a, Bearer b")],
            Authorization,
            Unreadable,
        ),
        (&[("x-jira-token", "Bearer a")], XJiraToken, BearerTooMany),
        (
            &[("authorization", "Bearer bearer a")],
            Authorization,
            BearerTooMany,
        ),
        (&[("x-jira-token", "Bearer a b")], XJiraToken, Unreadable),
        (
            &[("authorization", "Bearer ${TOKEN}")],
            Authorization,
            Unfilled,
        ),
        (
            &[("x-jira-token", "${input:jira token}")],
            XJiraToken,
            Unfilled,
        ),
        (
            &[("authorization", "Basic !!!")],
            Authorization,
            BasicUndecodable,
        ),
        (
            &[("authorization", "Basic bm9jb2xvbg==")],
            Authorization,
            BasicIncomplete,
        ),
        (
            &[("authorization", "Basic Og==")],
            Authorization,
            BasicIncomplete,
        ),
        (
            &[("authorization", "Basic YTo=")],
            Authorization,
            BasicIncomplete,
        ),
        (
            &[("x-jira-token", "a"), ("x-jira-token", "a")],
            XJiraToken,
            Repeated,
        ),
        (
            &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
            Authorization,
            Repeated,
        ),
        // Also when it would not have been used.
        (
            &[
                ("authorization", "Nonsense"),
                ("x-jira-token", "a"),
                ("x-confluence-token", "b"),
            ],
            Authorization,
            UnknownScheme,
        ),
    ] {
        assert_eq!(read(pairs), Err(Refused { header, reason }), "{pairs:?}");
    }
}

/// B-13: a user name beyond ASCII crashed the Python server.
#[test]
fn b_13_basic_credentials_are_utf_8_with_or_without_padding() {
    for value in [
        "Basic asO8cmdlbkB4LmlvOnTDtms=",
        "basic asO8cmdlbkB4LmlvOnTDtms",
    ] {
        let jira = read(&[("authorization", value)]).unwrap().jira.unwrap();
        let expected = Presented::Basic {
            user: "jürgen@x.io".to_owned(),
            password: Secret::new("tök"),
        };
        assert_eq!(jira.presented, expected);
    }
}

#[test]
fn a_refusal_names_the_header_and_what_to_send_and_never_the_value() {
    let error = read(&[("authorization", "Zzz s3cret")])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("the Authorization header has an unknown scheme"),
        "{error}"
    );
    assert!(
        !error.contains("s3cret") && !error.contains("Zzz"),
        "{error}"
    );
}

fn configured() -> impl Strategy<Value = Option<Configured>> {
    let token = "[!-~]{1,12}";
    let email = "[a-z]{1,6}@[a-z]{1,6}";
    prop::option::of(prop_oneof![
        token.prop_map(|t| Configured::Token(Secret::new(t))),
        (email, token).prop_map(|(email, token)| {
            Configured::EmailToken(EmailToken {
                email,
                token: Secret::new(token),
            })
        }),
    ])
}

/// The credential the server should see for a service, or `None` if the service has none.
fn seen(credential: Option<&PresentedCredential>) -> Option<Secret> {
    credential.map(|credential| match &credential.presented {
        Presented::Token(token) => token.clone(),
        Presented::Basic { user, password } => EmailToken {
            email: user.clone(),
            token: password.clone(),
        }
        .join(),
    })
}

fn meant(configured: Option<&Configured>) -> Option<Secret> {
    configured.map(|configured| match configured {
        Configured::Token(token) => token.clone(),
        Configured::EmailToken(both) => both.join(),
    })
}

proptest! {
    #[test]
    fn the_server_reads_what_the_bridge_wrote(
        jira in configured(),
        confluence in configured(),
        service_headers in any::<bool>(),
    ) {
        let style = if service_headers { TokenHeaders::Service } else { TokenHeaders::Auto };
        let headers = to_headers(jira.as_ref(), confluence.as_ref(), style).unwrap();
        let read = PresentedCredentials::read(&headers).unwrap();
        if jira.is_some() {
            prop_assert_eq!(seen(read.jira.as_ref()), meant(jira.as_ref()));
        }
        if confluence.is_some() {
            prop_assert_eq!(seen(read.confluence.as_ref()), meant(confluence.as_ref()));
        }
    }
}
