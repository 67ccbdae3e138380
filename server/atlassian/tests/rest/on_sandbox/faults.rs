//! Every verb under every fault, on all four sites: an error a caller can act on, or an answer.

use std::time::Duration;

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{ConfluenceAttachmentId, IssueKey, JiraAttachmentId, PageId, SpaceKey};
use atlassian::model::PageKind;
use atlassian::query::{Cql, Jql};
use atlassian::{
    Confluence, Credential, Deployment, Error, IssueDetail, IssueFields, Jira, SearchRequest,
    SiteSettings, ThreadRange, Timeouts,
};
use sandbox::{Effect, Fault, Personality, Sandbox, people};

use super::{confluence, credential, jira};

/// Whether an error is the right one.
type Expected = fn(&Error) -> bool;

/// What each verb returned, by name.
type Outcomes = Vec<(&'static str, Result<(), Error>)>;

async fn jira_verbs(jira: &Jira, me: &Credential) -> Outcomes {
    let key = IssueKey::parse("DEMO-1").unwrap();
    let request = SearchRequest {
        fields: IssueFields::All,
        limit: 2,
        cursor: None,
    };
    let jql = Jql::new("project = DEMO ORDER BY created");
    let log = JiraAttachmentId::parse("60001").unwrap();
    vec![
        ("myself", jira.myself(me).await.map(drop)),
        (
            "issue",
            jira.issue(me, &key, IssueDetail::WithStatusHistory)
                .await
                .map(drop),
        ),
        ("comments", jira.comments(me, &key, 2).await.map(drop)),
        ("attachments", jira.attachments(me, &key).await.map(drop)),
        ("attachment", jira.attachment(me, &log).await.map(drop)),
        ("remote_links", jira.remote_links(me, &key).await.map(drop)),
        ("search", jira.search(me, &jql, request).await.map(drop)),
    ]
}

async fn confluence_verbs(confluence: &Confluence, me: &Credential) -> Outcomes {
    let id = PageId::parse("98310").unwrap();
    let space = SpaceKey::parse("DEMO").unwrap();
    let plan = ConfluenceAttachmentId::parse("att97001").unwrap();
    let cql = Cql::from_user_query("checkout", None);
    let by_title = confluence.page_by_title(me, &space, "Checkout flow");
    let two = ThreadRange { skip: 0, enough: 2 };
    vec![
        ("current_user", confluence.current_user(me).await.map(drop)),
        ("page", confluence.page(me, &id).await.map(drop)),
        ("page_by_title", by_title.await.map(drop)),
        (
            "page_comments",
            confluence
                .page_comments(me, &id, PageKind::Page, two)
                .await
                .map(drop),
        ),
        (
            "attachments",
            confluence.attachments(me, &id, 2, None).await.map(drop),
        ),
        (
            "attachment",
            confluence.attachment(me, &plan).await.map(drop),
        ),
        (
            "page_versions",
            confluence
                .page_versions(me, &id, PageKind::Page, 2)
                .await
                .map(drop),
        ),
        (
            "search",
            confluence.search(me, &cql, 2, None).await.map(drop),
        ),
    ]
}

/// All verbs of all four sites while a fault is in force.
async fn under(effect: &Effect) -> Outcomes {
    let sandbox = Sandbox::start().await.unwrap();
    for personality in Personality::ALL {
        sandbox.inject(Fault::new(*personality, "", effect.clone()));
    }
    let mut outcomes = Vec::new();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let (jira, confluence) = clients(&sandbox, deployment, effect);
        outcomes.extend(jira_verbs(&jira, &ana).await);
        outcomes.extend(confluence_verbs(&confluence, &ana).await);
    }
    outcomes
}

/// Clients for a fault: where no answer will ever come, they give up soon.
fn clients(sandbox: &Sandbox, deployment: Deployment, effect: &Effect) -> (Jira, Confluence) {
    let mut timeouts = Timeouts::default();
    if matches!(effect, Effect::Stall) {
        timeouts.total = Duration::from_millis(100);
    }
    let settings = |url: &str| SiteSettings {
        timeouts,
        ..crate::settings(url, deployment)
    };
    let jira_url = jira(sandbox, deployment).base_url().to_string();
    let confluence_url = confluence(sandbox, deployment).base_url().to_string();
    let jira = Jira::new(settings(&jira_url)).unwrap();
    (jira, Confluence::new(settings(&confluence_url)).unwrap())
}

#[tokio::test]
async fn every_verb_turns_every_fault_into_its_error() {
    let status = |status| Effect::status(status, "{}");
    let cases: [(Effect, Expected); 8] = [
        // Once refused, a credential is not sent again for a while.
        (status(401), |error| {
            matches!(
                error,
                Error::Unauthorized { .. } | Error::RefusedBefore { .. }
            )
        }),
        (status(403), |error| {
            matches!(error, Error::Forbidden { .. })
        }),
        (status(429), |error| {
            matches!(error, Error::RateLimited { .. })
        }),
        (status(500), |error| {
            matches!(error, Error::Unavailable { .. })
        }),
        (status(410), |error| {
            matches!(error, Error::Rejected { status: 410, .. })
        }),
        (Effect::CutBody, |error| {
            matches!(error, Error::Interrupted { .. })
        }),
        (Effect::HtmlLoginPage, |error| {
            matches!(error, Error::LoginPage { .. })
        }),
        (Effect::Stall, |error| {
            matches!(error, Error::TimedOut { .. })
        }),
    ];
    for (effect, expected) in cases {
        for (verb, outcome) in under(&effect).await {
            let error = outcome.expect_err(verb);
            assert!(expected(&error), "{verb} under {effect:?}: {error:?}");
            assert!(!error.to_string().is_empty() && !error.next_step().is_empty());
        }
    }
}

#[tokio::test]
async fn b_35_no_verb_fails_over_nulls() {
    for (verb, outcome) in under(&Effect::NullFields).await {
        assert_eq!(outcome, Ok(()), "{verb}");
    }
}

#[tokio::test]
async fn an_empty_success_is_no_answer_to_any_question() {
    for (verb, outcome) in under(&Effect::EmptySuccess).await {
        assert!(
            matches!(outcome, Err(Error::Malformed { .. })),
            "{verb}: {outcome:?}"
        );
    }
}
