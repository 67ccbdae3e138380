//! Jira's verbs on both sample sites.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::IssueKey;
use atlassian::model::{Issue, StatusCategory, Total};
use atlassian::query::{IncludeDone, Jql};
use atlassian::{Error, IssueDetail, IssueFields, Jira, SearchRequest};
use sandbox::{Personality, Sandbox, people};

use super::{assert_understood, credential, jira, settings};

fn key(text: &str) -> IssueKey {
    IssueKey::parse(text).unwrap()
}

async fn sample_issue(sandbox: &Sandbox, deployment: atlassian::Deployment) -> Issue {
    let ana = credential(&people::ana(), deployment);
    let jira = jira(sandbox, deployment);
    jira.issue(&ana, &key("demo-1"), IssueDetail::WithStatusHistory)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_issue_reads_the_same_on_both_deployments() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let issue = sample_issue(&sandbox, deployment).await;
        assert_eq!(
            issue.summary.as_deref(),
            Some("Checkout pays twice after a double click")
        );
        let status = issue.status.unwrap();
        let category = Some(StatusCategory::InProgress);
        assert_eq!(
            (status.name.as_str(), status.category),
            ("In Progress", category)
        );
        assert_eq!(issue.assignee.unwrap().label(), "Ana Sousa");
        assert_eq!(issue.priority.as_deref(), Some("Highest"));
        assert_eq!(issue.due_date.as_deref(), Some("2026-09-25"));
        assert_eq!(issue.labels, ["checkout", "payments"]);
        assert!(issue.created.is_some() && issue.updated > issue.created);
        assert!(issue.links.iter().any(|it| it.relation == "blocks"));
        let changes = issue.status_history.unwrap().changes;
        let names: Vec<_> = changes.iter().map(|it| it.to.as_deref().unwrap()).collect();
        assert_eq!(names, ["In Progress", "In Review", "In Progress"]);
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn b_37_a_description_reads_as_markdown_on_both_deployments() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let issue = sample_issue(&sandbox, deployment).await;
        let text = issue.description.unwrap().to_markdown();
        for part in [
            "## What happens\n\n",
            "clicks **Pay now** twice",
            "[Checkout flow](https://shop.kestrel-cycles.example/docs/checkout)",
            "1. Put a cargo bike into the basket\n2. Go to checkout\n   1. as a guest\n",
            "| Browser | Network | Charged |\n| --- | --- | --- |\n| Firefox 142 | fast | once |",
            "```json\n{\"order\": \"K-20817\"",
            "> Do **not** try this",
            "`Idempotency-Key`",
            "- Payment providers\n  - Stripe: yes\n",
            "*slow search*",
        ] {
            assert!(
                text.contains(part),
                "{deployment}: {part:?} not in:\n{text}"
            );
        }
    }
}

#[tokio::test]
async fn comments_and_remote_links_are_read() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let jira = jira(&sandbox, deployment);
        let page = jira.comments(&ana, &key("DEMO-1"), 2).await.unwrap();
        let authors: Vec<_> = page
            .comments
            .iter()
            .map(|it| it.author.as_ref().unwrap().label())
            .collect();
        assert_eq!(
            (page.total, authors),
            (5, vec!["Ana Sousa", "Carol Lindqvist"])
        );
        let links = jira.remote_links(&ana, &key("DEMO-1")).await.unwrap();
        let titles: Vec<_> = links.iter().filter_map(|it| it.title.as_deref()).collect();
        assert_eq!(titles, ["Checkout flow", "Idempotent requests, a primer"]);
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn a_search_is_walked_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let jira = jira(&sandbox, deployment);
        let jql = Jql::assigned_to_me(IncludeDone::Yes);
        let (mut cursor, mut keys, mut totals) = (None, Vec::new(), Vec::new());
        loop {
            let request = SearchRequest {
                fields: IssueFields::Overview,
                limit: 3,
                cursor,
            };
            let page = jira.search(&ana, &jql, request).await.unwrap();
            assert!(page.issues.iter().all(|issue| issue.summary.is_some()));
            keys.extend(page.issues.into_iter().map(|issue| issue.key));
            totals.push(page.total);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let count = keys.len() as u64;
        assert!(count > 3 && totals.len() > 1, "{keys:?}");
        let expected = match deployment {
            Cloud => Total::Approximate(count),
            DataCenter => Total::Exact(count),
        };
        assert_eq!(totals[0], expected);
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len() as u64, count, "an issue came twice");
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn b_41_finished_issues_are_left_out_whatever_their_status_is_called() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let jira = jira(&sandbox, deployment);
        let open = Jql::assigned_to_me(IncludeDone::No);
        let request = SearchRequest {
            fields: IssueFields::All,
            limit: 50,
            cursor: None,
        };
        let open = jira.search(&ana, &open, request).await.unwrap();
        let done =
            |issue: &Issue| issue.status.as_ref().unwrap().category == Some(StatusCategory::Done);
        assert!(!open.issues.is_empty() && !open.issues.iter().any(done));
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn everybody_acts_as_themselves_and_sees_only_their_own() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let jira = jira(&sandbox, deployment);
        for person in people::all() {
            let me = credential(&person, deployment);
            assert_eq!(jira.myself(&me).await.unwrap().label(), person.display_name);
        }
        let ben = credential(&people::ben(), deployment);
        let hidden = jira
            .issue(&ben, &key("SECRET-1"), IssueDetail::Fields)
            .await
            .unwrap_err();
        assert!(matches!(hidden, Error::NotFound { .. }), "{hidden:?}");
        let ana = credential(&people::ana(), deployment);
        jira.issue(&ana, &key("SECRET-1"), IssueDetail::Fields)
            .await
            .unwrap();
    }
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| !request.cookie_sent)
    );
}

#[tokio::test]
async fn b_15_a_credential_of_the_wrong_form_is_explained() {
    let sandbox = Sandbox::start().await.unwrap();
    let ana = people::ana();
    let bare = atlassian::Credential::bearer(&ana.api_token).unwrap();
    let error = jira(&sandbox, Cloud).myself(&bare).await.unwrap_err();
    assert!(error.next_step().contains("email:token"), "{error:?}");
    let expired = atlassian::Credential::bearer("expired").unwrap();
    let error = jira(&sandbox, DataCenter)
        .myself(&expired)
        .await
        .unwrap_err();
    assert!(
        error.next_step().contains("personal access token"),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_deployment_is_found_by_asking() {
    let sandbox = Sandbox::start().await.unwrap();
    for (personality, deployment) in [
        (Personality::JiraCloud, Cloud),
        (Personality::JiraDataCenter, DataCenter),
    ] {
        let jira = Jira::new(settings(&sandbox, personality)).unwrap();
        assert_eq!(jira.deployment().await, Ok(deployment));
    }
    assert_understood(&sandbox);
}
