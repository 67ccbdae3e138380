//! Clients that are limited to some projects or spaces, on both sample sites.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{IssueKey, PageId, ProjectKey, SpaceKey};
use atlassian::model::{PageKind, Total};
use atlassian::query::{Cql, Jql};
use atlassian::{
    Confluence, Credential, Deployment, Error, IssueDetail, IssueFields, Jira, Projects,
    SearchRequest, Spaces, ThreadRange,
};
use sandbox::{Sandbox, people};

use super::{assert_understood, credential};

const FIVE: ThreadRange = ThreadRange { skip: 0, enough: 5 };

fn key(text: &str) -> IssueKey {
    IssueKey::parse(text).unwrap()
}

fn page(id: &str) -> PageId {
    PageId::parse(id).unwrap()
}

fn projects(keys: &[&str]) -> Projects {
    Projects::only(keys.iter().map(|key| ProjectKey::parse(key).unwrap()))
}

fn spaces(keys: &[&str]) -> Spaces {
    Spaces::only(keys.iter().map(|key| SpaceKey::parse(key).unwrap()))
}

fn jira(sandbox: &Sandbox, deployment: Deployment, keys: &[&str]) -> (Jira, Credential) {
    let jira = super::jira(sandbox, deployment).within(&projects(keys));
    (jira, credential(&people::ana(), deployment))
}

fn confluence(
    sandbox: &Sandbox,
    deployment: Deployment,
    keys: &[&str],
) -> (Confluence, Credential) {
    let confluence = super::confluence(sandbox, deployment).within(&spaces(keys));
    (confluence, credential(&people::ana(), deployment))
}

/// Everything an error says but the name that was asked for.
fn told(error: &Error, asked: &str) -> String {
    let text = format!("{error} | {}", error.next_step());
    text.replace(asked, "…")
}

async fn found(jira: &Jira, ana: &Credential, jql: &str) -> Result<Vec<String>, Error> {
    let request = SearchRequest {
        fields: IssueFields::All,
        limit: 50,
        cursor: None,
    };
    let found = jira.search(ana, &Jql::new(jql), request).await?;
    Ok(found.issues.iter().map(|it| it.key.to_string()).collect())
}

#[tokio::test]
async fn an_issue_out_of_reach_is_answered_like_one_that_does_not_exist() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (jira, ana) = jira(&sandbox, deployment, &["DEMO"]);
        let mut answers = Vec::new();
        for name in ["OPS-1", "SECRET-1", "OPS-999", "NONE-1", "DEMO-999"] {
            let key = key(name);
            let (issue, comments, files, links, admitted) = tokio::join!(
                jira.issue(&ana, &key, IssueDetail::Fields),
                jira.comments(&ana, &key, 5),
                jira.attachments(&ana, &key),
                jira.remote_links(&ana, &key),
                jira.admit_issue(&ana, &key),
            );
            answers.push(told(&issue.unwrap_err(), name));
            answers.push(told(&comments.unwrap_err(), name));
            answers.push(told(&files.unwrap_err(), name));
            answers.push(told(&links.unwrap_err(), name));
            answers.push(told(&admitted.unwrap_err(), name));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert!(
            answers[0].contains("limited to Jira projects: DEMO"),
            "{answers:?}"
        );
        let reached = sandbox.requests();
        assert!(!reached.iter().any(|it| it.path.ends_with("/comment")));
        assert!(!reached.iter().any(|it| it.path.ends_with("/remotelink")));
        sandbox.forget_requests();
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn a_moved_issue_is_where_it_is_now_by_whichever_key() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        // DEMO-9 was OPS-4.
        let (ops, ana) = jira(&sandbox, deployment, &["OPS"]);
        let old = key("OPS-4");
        assert!(ops.issue(&ana, &old, IssueDetail::Fields).await.is_err());
        assert!(ops.comments(&ana, &old, 5).await.is_err());
        assert!(ops.admit_issue(&ana, &old).await.is_err());
        let (demo, ana) = jira(&sandbox, deployment, &["DEMO"]);
        let admitted = demo.admit_issue(&ana, &old).await.unwrap();
        assert_eq!(admitted.key().as_str(), "DEMO-9");
        let issue = demo.issue(&ana, &old, IssueDetail::Fields).await.unwrap();
        assert_eq!(issue.key.as_str(), "DEMO-9");
    }
}

#[tokio::test]
async fn parents_and_links_out_of_reach_leave_no_trace() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (demo, ana) = jira(&sandbox, deployment, &["DEMO"]);
        let issue = demo.issue(&ana, &key("DEMO-1"), IssueDetail::Fields).await;
        let issue = issue.unwrap();
        let linked: Vec<_> = issue.links.iter().map(|it| it.issue.key.as_str()).collect();
        assert_eq!(linked, ["DEMO-3"]);
        assert_eq!(issue.parent.unwrap().key.as_str(), "DEMO-2");
        let (ops, ana) = jira(&sandbox, deployment, &["OPS"]);
        let issue = ops.issue(&ana, &key("OPS-7"), IssueDetail::Fields).await;
        assert_eq!(issue.unwrap().links, []);
    }
}

#[tokio::test]
async fn a_search_finds_what_is_within_reach_however_it_is_put() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (ops, ana) = jira(&sandbox, deployment, &["OPS"]);
        for jql in [
            "project = OPS OR project = DEMO OR project = SECRET ORDER BY key",
            "project = SECRET OR key in (OPS-4, DEMO-9, OPS-1)",
            "summary ~ \") OR (project = SECRET\" OR project in (SECRET, OPS)",
        ] {
            let keys = found(&ops, &ana, jql).await.unwrap();
            assert!(!keys.is_empty(), "{jql}");
            assert!(
                keys.iter().all(|key| key.starts_with("OPS-")),
                "{jql}: {keys:?}"
            );
        }
        for jql in [
            "project = OPS) OR (project = SECRET",
            "project = it's OR key = ')'",
        ] {
            let refused = found(&ops, &ana, jql).await.unwrap_err();
            assert!(
                matches!(refused, Error::QueryNotLimited { .. }),
                "{refused:?}"
            );
        }
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn with_nothing_within_reach_nothing_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (jira, ana) = jira(&sandbox, deployment, &[]);
        assert!(jira.admit_issue(&ana, &key("DEMO-1")).await.is_err());
        assert!(jira.comments(&ana, &key("DEMO-1"), 5).await.is_err());
        assert_eq!(found(&jira, &ana, "project = DEMO").await.unwrap(), [""; 0]);
        let (confluence, ana) = confluence(&sandbox, deployment, &[]);
        assert!(confluence.admit_page(&ana, &page("98300")).await.is_err());
        let hits = confluence
            .search(&ana, &Cql::new("type = page"), 5, None)
            .await;
        assert_eq!(hits.unwrap().total, Total::Exact(0));
    }
    assert_eq!(sandbox.requests(), []);
}

#[tokio::test]
async fn a_page_out_of_reach_is_answered_like_one_that_does_not_exist() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (demo, ana) = confluence(&sandbox, deployment, &["demo"]);
        let mut answers = Vec::new();
        for id in ["98400", "98410", "1", "98999"] {
            let id = page(id);
            let (whole, comments, files, versions, admitted) = tokio::join!(
                demo.page(&ana, &id),
                demo.page_comments(&ana, &id, PageKind::Page, FIVE),
                demo.attachments(&ana, &id, 5, None),
                demo.page_versions(&ana, &id, PageKind::Page, 5),
                demo.admit_page(&ana, &id),
            );
            answers.push(told(&whole.unwrap_err(), id.as_str()));
            answers.push(told(&comments.unwrap_err(), id.as_str()));
            answers.push(told(&files.unwrap_err(), id.as_str()));
            answers.push(told(&versions.unwrap_err(), id.as_str()));
            answers.push(told(&admitted.unwrap_err(), id.as_str()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert!(
            answers[0].contains("limited to Confluence spaces: demo"),
            "{answers:?}"
        );
        assert!(demo.page(&ana, &page("98310")).await.is_ok());
        let checkout = page("98310");
        let comments = demo.page_comments(&ana, &checkout, PageKind::Page, FIVE);
        assert!(comments.await.is_ok());
        assert!(
            demo.page_versions(&ana, &page("98310"), PageKind::Page, 5)
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_page_is_looked_up_by_title_in_the_spaces_within_reach_only() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (team, ana) = confluence(&sandbox, deployment, &["TEAM"]);
        let [demo_key, team_key] = ["DEMO", "TEAM"].map(|key| SpaceKey::parse(key).unwrap());
        let home = team.page(&ana, &page("98400")).await.unwrap();
        let found = team.page_by_title(&ana, &team_key, &home.title).await;
        assert_eq!(found.unwrap().id, home.id);
        sandbox.forget_requests();
        let refused = team.page_by_title(&ana, &demo_key, "Home").await;
        assert!(matches!(refused, Err(Error::NotFound { .. })));
        assert_eq!(sandbox.requests(), []);
        assert!(team.admit_space(&demo_key).is_err() && team.admit_space(&team_key).is_ok());
    }
}

#[tokio::test]
async fn hits_are_from_spaces_within_reach() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let (team, ana) = confluence(&sandbox, deployment, &["TEAM"]);
        for cql in [
            "type = page",
            "space = DEMO OR space = TEAM order by created",
            "(title ~ \") OR (space = DEMO\") OR type = page",
        ] {
            let found = team.search(&ana, &Cql::new(cql), 50, None).await.unwrap();
            assert!(!found.hits.is_empty(), "{cql}");
            let keys = found.hits.iter().map(|hit| hit.space_key.as_deref());
            assert!(keys.into_iter().all(|key| key == Some("TEAM")), "{cql}");
        }
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn a_second_limit_only_narrows_the_first() {
    let sandbox = Sandbox::start().await.unwrap();
    let (jira, ana) = jira(&sandbox, Cloud, &["DEMO"]);
    let jira = jira.within(&projects(&["DEMO", "OPS"]));
    assert_eq!(jira.projects(), &projects(&["DEMO"]));
    assert!(jira.admit_issue(&ana, &key("OPS-1")).await.is_err());
    let (confluence, ana) = confluence(&sandbox, Cloud, &["DEMO"]);
    let confluence = confluence.within(&Spaces::everything());
    assert_eq!(confluence.spaces(), &spaces(&["DEMO"]));
    assert!(confluence.admit_page(&ana, &page("98400")).await.is_err());
}

#[tokio::test]
async fn without_a_limit_checking_costs_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let jira = super::jira(&sandbox, Cloud);
    let ana = credential(&people::ana(), Cloud);
    let admitted = jira.admit_issue(&ana, &key("NONE-1")).await.unwrap();
    assert_eq!(admitted.key().as_str(), "NONE-1");
    let project = ProjectKey::parse("NONE").unwrap();
    assert_eq!(jira.admit_project(&project).unwrap().key(), &project);
    let confluence = super::confluence(&sandbox, Cloud);
    assert!(confluence.admit_page(&ana, &page("1")).await.is_ok());
    assert_eq!(sandbox.requests(), []);
}

#[tokio::test]
async fn a_limit_may_name_projects_that_the_account_does_not_see() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ben = credential(&people::ben(), deployment);
        let (both, _) = jira(&sandbox, deployment, &["DEMO", "OPS"]);
        let keys = found(&both, &ben, "text ~ checkout ORDER BY key").await;
        let keys = keys.unwrap();
        assert!(!keys.is_empty() && keys.iter().all(|key| key.starts_with("DEMO-")));
        let (hidden, _) = jira(&sandbox, deployment, &["OPS", "SECRET"]);
        assert_eq!(
            found(&hidden, &ben, "text ~ checkout").await.unwrap(),
            [""; 0]
        );
        let mistake = found(&both, &ben, "colour = red").await.unwrap_err();
        assert!(mistake.to_string().contains("colour"), "{mistake}");
    }
}
