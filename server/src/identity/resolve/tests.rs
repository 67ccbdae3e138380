//! Which credential a request gets, without a network; what the sites see is asserted end to end.

use atlassian::{DeploymentSetting, Scheme, SiteSettings, SiteUrl};
use http::{HeaderMap, HeaderName};
use shared::secret::Secret;

use super::*;
use crate::narrowing::Writing;

fn site(deployment: Deployment) -> SiteSettings {
    let mut site = SiteSettings::new(SiteUrl::parse("http://127.0.0.1:9").unwrap());
    site.deployment = DeploymentSetting::Fixed(deployment);
    site
}

fn identity(deployment: Deployment) -> Identity {
    let jira = Jira::new(site(deployment)).unwrap();
    let confluence = Confluence::new(site(deployment)).unwrap();
    Identity::new(
        Some(Configuration::new(jira, None).unwrap()),
        Some(Configuration::new(confluence, None).unwrap()),
        Policy::HeadersOnly,
        FingerprintKey::random().unwrap(),
    )
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

async fn identify(
    identity: &Identity,
    pairs: &[(&'static str, &str)],
) -> Result<Identified<Caller>, Refused> {
    identity
        .identify(RequestHead {
            headers: &headers(pairs),
            peer: None,
        })
        .await
}

async fn jira_scheme(deployment: Deployment, value: &str) -> Result<Scheme, String> {
    let identified = identify(&identity(deployment), &[("authorization", value)]).await;
    let caller = identified.map_err(|refused| refused.to_string())?.caller;
    Ok(caller.jira().unwrap().credential.scheme())
}

/// B-15: a Cloud account could not be brought by a request.
#[tokio::test]
async fn b_15_email_and_token_mean_basic_on_cloud_and_a_token_as_it_stands_on_data_center() {
    use Deployment::{Cloud, DataCenter};
    assert_eq!(
        jira_scheme(Cloud, "Bearer ana@x.io:tok").await,
        Ok(Scheme::Basic)
    );
    assert_eq!(jira_scheme(Cloud, "Bearer to:k").await, Ok(Scheme::Bearer));
    assert_eq!(
        jira_scheme(DataCenter, "Bearer ana@x.io:tok").await,
        Ok(Scheme::Bearer)
    );
    // ana@x.io:tok
    assert_eq!(
        jira_scheme(Cloud, "Basic YW5hQHguaW86dG9r").await,
        Ok(Scheme::Basic)
    );
}

#[tokio::test]
async fn basic_that_cannot_be_meant_is_refused_and_says_what_is_wanted() {
    // ana@x.io:tok, then ana:tok
    let on_data_center = jira_scheme(Deployment::DataCenter, "Basic YW5hQHguaW86dG9r").await;
    assert!(
        on_data_center
            .unwrap_err()
            .contains("personal access token")
    );
    let without_email = jira_scheme(Deployment::Cloud, "Basic YW5hOnRvaw==").await;
    assert!(without_email.unwrap_err().contains("email:token"));
}

#[tokio::test]
async fn a_service_header_spares_its_service_the_basic_credentials_that_only_the_other_takes() {
    let mut mixed = identity(Deployment::Cloud);
    let data_center = Confluence::new(site(Deployment::DataCenter)).unwrap();
    mixed.confluence = Some(Configuration::new(data_center, None).unwrap());
    let basic = ("authorization", "Basic YW5hQHguaW86dG9r");
    assert!(identify(&mixed, &[basic]).await.is_err());
    assert!(
        identify(&mixed, &[basic, ("x-confluence-token", "pat")])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_token_that_no_site_can_take_is_refused_and_not_shown() {
    let identity = identity(Deployment::DataCenter);
    let headers = HeaderMap::from_iter([(
        HeaderName::from_static("x-jira-token"),
        http::HeaderValue::from_bytes("gehe\u{ed}m".as_bytes()).unwrap(),
    )]);
    let refused = identity
        .identify(RequestHead {
            headers: &headers,
            peer: None,
        })
        .await;
    let message = refused.unwrap_err().to_string();
    assert!(message.starts_with("the X-Jira-Token header"), "{message}");
    assert!(!message.contains("gehe"), "{message}");
}

#[tokio::test]
async fn a_request_without_credentials_is_nobody_and_not_refused() {
    let identified = identify(&identity(Deployment::Cloud), &[]).await.unwrap();
    assert_eq!(identified.fingerprint, None);
    let missing = identified.caller.jira().unwrap_err();
    assert!(
        missing.text().contains("X-Jira-Token") && missing.text().contains("JIRA_PERSONAL_TOKEN")
    );
}

#[tokio::test]
async fn requests_that_present_the_same_have_the_same_fingerprint_whatever_the_headers() {
    let identity = identity(Deployment::DataCenter);
    let of = async |pairs: &[(&'static str, &str)]| {
        identify(&identity, pairs)
            .await
            .unwrap()
            .fingerprint
            .unwrap()
    };
    let bearer = of(&[("authorization", "Bearer a")]).await;
    assert_eq!(bearer, of(&[("authorization", "bearer   a ")]).await);
    assert_eq!(
        bearer,
        of(&[("x-jira-token", "a"), ("x-confluence-token", "a")]).await
    );
    assert_ne!(bearer, of(&[("authorization", "Bearer b")]).await);
    assert_ne!(bearer, of(&[("x-jira-token", "a")]).await);
    assert_ne!(
        of(&[("x-jira-token", "a")]).await,
        of(&[("x-confluence-token", "a")]).await
    );
}

/// B-10: a client per request was never closed. Here one request more is no client more.
#[tokio::test]
async fn b_10_callers_share_the_clients_of_the_server() {
    let identity = identity(Deployment::Cloud);
    let [one, two] = [
        identify(&identity, &[]).await.unwrap(),
        identify(&identity, &[]).await.unwrap(),
    ];
    let site = |identified: &Identified<Caller>| {
        std::ptr::from_ref(identified.caller.jira.as_ref().unwrap().site.base_url())
    };
    assert_eq!(site(&one), site(&two));
}

#[test]
fn no_form_of_a_caller_shows_a_credential() {
    let own = ConfiguredCredential {
        value: Configured::Token(Secret::new("s3cret-token")),
        variable: "JIRA_PERSONAL_TOKEN".to_owned(),
    };
    let configuration = Configuration::new(Jira::new(site(Deployment::Cloud)).unwrap(), Some(own));
    assert!(!format!("{configuration:?}").contains("s3cret"));
}

#[tokio::test]
async fn the_limits_of_the_operator_hold_for_every_caller() {
    let mut limits = Narrowing::none();
    limits.tools.writing = Writing::Forbidden;
    let identity = identity(Deployment::Cloud).within(limits.clone());
    assert_eq!(identity.narrowing(), &limits);
    let caller = identify(&identity, &[]).await.unwrap().caller;
    assert_eq!(caller.tools, limits.tools);
}

#[test]
fn the_sites_are_those_that_are_configured() {
    let mut identity = identity(Deployment::Cloud);
    assert!(identity.jira().is_some() && identity.confluence().is_some());
    identity.confluence = None;
    assert!(identity.jira().is_some() && identity.confluence().is_none());
}
