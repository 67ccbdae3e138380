//! What a caller tells of itself, and what it hands on to its sites.

use atlassian::{Deployment, DeploymentSetting, Scheme, SiteSettings};
use sandbox::{Personality, Sandbox};

use super::*;

fn site(url: &str) -> SiteSettings {
    let mut site = SiteSettings::new(SiteUrl::parse(url).unwrap());
    site.deployment = DeploymentSetting::Fixed(Deployment::DataCenter);
    site
}

fn jira(url: &str, grant: Grant) -> Option<Account<Jira>> {
    let site = Jira::new(site(url)).unwrap();
    Some(Account { site, grant })
}

fn confluence(url: &str, grant: Grant) -> Option<Account<Confluence>> {
    let site = Confluence::new(site(url)).unwrap();
    Some(Account { site, grant })
}

const NOWHERE: &str = "http://127.0.0.1:9";
const NONE: Grant = Grant::Missing(Missing::Nowhere);

fn caller(jira: Option<Account<Jira>>, confluence: Option<Account<Confluence>>) -> Caller {
    let tools = Narrowing::none().tools;
    Caller {
        jira,
        confluence,
        tools,
        confirmation: Confirmation::default(),
        trace: None,
        attachments: Arc::default(),
    }
}

/// Ana's own account at Jira, the server's at Confluence.
fn mixed() -> Caller {
    let ana = Credential::basic("ana@x.io", "tok").unwrap();
    let own = Credential::bearer("own").unwrap();
    caller(
        jira(NOWHERE, Grant::Credential(ana, CredentialSource::Header)),
        confluence(
            NOWHERE,
            Grant::Credential(own, CredentialSource::Environment),
        ),
    )
}

#[test]
fn a_caller_has_the_services_of_the_server_also_those_it_has_no_way_to() {
    let of_jira = caller(jira(NOWHERE, NONE), None);
    assert!(of_jira.has(Service::Jira) && !of_jira.has(Service::Confluence));
    assert_eq!(of_jira.confluence_address(), None);
    let of_confluence = caller(None, confluence(NOWHERE, NONE));
    assert!(of_confluence.has(Service::Confluence) && !of_confluence.has(Service::Jira));
    let address = of_confluence.confluence_address().unwrap();
    assert_eq!(address.as_str(), NOWHERE);
}

#[test]
fn each_service_is_called_with_its_own_credential_from_where_it_came() {
    let mixed = mixed();
    let of = |service| {
        let (credential, source) = mixed.credential(service)?;
        Some((credential.scheme(), source))
    };
    let expected = (Scheme::Basic, CredentialSource::Header);
    assert_eq!(of(Service::Jira), Some(expected));
    let expected = (Scheme::Bearer, CredentialSource::Environment);
    assert_eq!(of(Service::Confluence), Some(expected));
    let missing = caller(jira(NOWHERE, NONE), None);
    assert!(missing.credential(Service::Jira).is_none());
    assert!(missing.credential(Service::Confluence).is_none());
}

#[test]
fn an_answer_tells_programs_whose_account_it_was_made_with() {
    let mixed = mixed();
    let jira = mixed.jira().unwrap().metadata(Some("Ana"));
    let expected = json!({IDENTITY_METADATA: {"jira": {"source": "header", "name": "Ana"}}});
    assert_eq!(json!(jira), expected);
    let confluence = mixed.confluence().unwrap().metadata(None);
    let expected = json!({IDENTITY_METADATA: {"confluence": {"source": "environment"}}});
    assert_eq!(json!(confluence), expected);
}

#[tokio::test]
async fn what_either_site_is_asked_belongs_to_the_trace_of_the_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = |personality| sandbox.url(personality).to_string();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let caller = caller(
        jira(&url(Personality::JiraDataCenter), NONE),
        confluence(&url(Personality::ConfluenceDataCenter), NONE),
    );
    let caller = caller.in_trace(
        &TraceContext::parse(parent, None).unwrap(),
        TraceSource::Header,
    );
    caller.jira.unwrap().site.release().await.unwrap();
    caller.confluence.unwrap().site.release().await.unwrap();
    let traces: Vec<_> = sandbox
        .requests()
        .into_iter()
        .map(|request| request.traceparent)
        .collect();
    assert_eq!(traces, [Some(parent.to_owned()), Some(parent.to_owned())]);
}
