//! Writing to Jira, on both deployments, before a sandbox that refuses the form of the other one.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{IssueKey, ProjectKey};
use atlassian::model::{IssueType, ProjectKind, Screen, Transition, User};
use atlassian::{
    CommentAudience, Credential, Deployment, Error, IssueDetail, Jira, Meant, Projects, Whereabouts,
};
use sandbox::{Effect, Fault, Personality, Sandbox, people};
use serde_json::{Map, Value, json};

use super::{assert_understood, credential, jira};

const BOTH: [Deployment; 2] = [Cloud, DataCenter];

/// One person at one deployment.
struct Desk {
    sandbox: Sandbox,
    jira: Jira,
    ana: Credential,
}

impl Desk {
    async fn at(deployment: Deployment) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        Self {
            jira: jira(&sandbox, deployment),
            ana: credential(&people::ana(), deployment),
            sandbox,
        }
    }

    async fn screen(&self, project: &str, issue_type: &str) -> (IssueType, Screen) {
        let project = self.jira.admit_project(&project_key(project)).unwrap();
        let types = self.jira.issue_types(&self.ana, &project).await.unwrap();
        let found = types.into_iter().find(|it| it.name == issue_type).unwrap();
        let screen = self.jira.create_screen(&self.ana, &project, &found).await;
        (found, screen.unwrap())
    }

    async fn create(
        &self,
        project: &str,
        issue_type: &str,
        values: Value,
    ) -> Result<IssueKey, Error> {
        let (found, screen) = self.screen(project, issue_type).await;
        let filled = screen.filled(&object(values)).unwrap();
        let project = self.jira.admit_project(&project_key(project))?;
        let created = self
            .jira
            .create_issue(&self.ana, &project, &found, filled)
            .await;
        created.map(|issue| issue.key)
    }

    async fn assignee(&self, wanted: &str) -> Meant {
        let demo = self.jira.admit_project(&project_key("DEMO")).unwrap();
        self.jira.assignee(&self.ana, &demo, wanted).await.unwrap()
    }

    async fn whereabouts(&self, issue: &str) -> Whereabouts {
        self.jira.whereabouts(&self.ana, &key(issue)).await.unwrap()
    }

    async fn newest_comment(&self, issue: &str) -> String {
        let page = self.jira.comments(&self.ana, &key(issue), 1).await.unwrap();
        let body = page.comments[0].body.as_ref().unwrap();
        body.to_markdown().trim().to_owned()
    }

    /// What was carried out.
    fn changes(&self) -> Vec<String> {
        let changes = self.sandbox.changes().into_iter();
        changes
            .map(|it| format!("{} {}", it.deed, it.object))
            .collect()
    }
}

fn object(values: Value) -> Map<String, Value> {
    values.as_object().unwrap().clone()
}

fn project_key(key: &str) -> ProjectKey {
    ProjectKey::parse(key).unwrap()
}

fn key(key: &str) -> IssueKey {
    IssueKey::parse(key).unwrap()
}

#[tokio::test]
async fn b_37_an_issue_is_created_in_words_of_a_person_and_reads_back_the_same() {
    for deployment in BOTH {
        let desk = Desk::at(deployment).await;
        let Meant::One(ben) = desk.assignee("ben@kestrel-cycles.example").await else {
            panic!("ben is not found")
        };
        let values = json!({
            "summary": "Pump is empty", "description": "**Now**\n\n- one\n- two",
            "assignee": ben.id, "labels": ["shop"], "priority": "high", "Due date": "2026-12-24",
            "components": "checkout",
        });
        let created = desk.create("DEMO", "Bug", values).await.unwrap();
        let issue = desk
            .jira
            .issue(&desk.ana, &created, IssueDetail::Fields)
            .await
            .unwrap();
        assert_eq!(issue.summary.as_deref(), Some("Pump is empty"));
        assert_eq!(issue.assignee.unwrap().label(), "Ben Okafor");
        assert_eq!(
            (issue.priority.as_deref(), issue.labels),
            (Some("High"), vec!["shop".to_owned()])
        );
        assert_eq!(issue.due_date.as_deref(), Some("2026-12-24"));
        let description = issue.description.unwrap().to_markdown();
        assert_eq!(description.trim(), "**Now**\n\n- one\n- two");
        assert_eq!(desk.changes(), [format!("created issue {created}")]);
        assert_understood(&desk.sandbox);
    }
}

#[tokio::test]
async fn what_a_project_wants_to_be_told_is_asked_for_by_name() {
    for deployment in BOTH {
        let desk = Desk::at(deployment).await;
        let (_, screen) = desk.screen("OPS", "Task").await;
        let filled = screen.filled(&object(json!({ "summary": "x" }))).unwrap();
        let missing = screen.missing(&filled).unwrap();
        assert!(
            missing.to_string().ends_with("Standort (Porto, Lissabon)"),
            "{missing}"
        );
        let values = json!({ "summary": "x", "standort": "porto" });
        desk.create("OPS", "Task", values).await.unwrap();
        assert_understood(&desk.sandbox);
    }
}

#[tokio::test]
async fn b_36_the_assignee_is_found_by_everything_people_are_called() {
    for deployment in BOTH {
        let desk = Desk::at(deployment).await;
        let ben = people::ben();
        let id = match deployment {
            Cloud => ben.account_id.clone(),
            DataCenter => ben.user_name.clone(),
        };
        for wanted in [&id, &ben.email, &ben.display_name, "okafor"] {
            let Meant::One(found) = desk.assignee(wanted).await else {
                panic!("{deployment}: {wanted}")
            };
            assert_eq!(found.id.as_ref(), Some(&id), "{deployment}: {wanted}");
        }
        let Meant::One(me) = desk.assignee(" Me ").await else {
            panic!("{deployment}: me")
        };
        assert_eq!(me.label(), "Ana Sousa");
        assert_eq!(desk.assignee("zoe").await, Meant::Nobody);
        let Meant::Perhaps(candidates) = desk.assignee("a").await else {
            panic!("{deployment}: a")
        };
        let names: Vec<&str> = candidates.iter().map(User::label).collect();
        assert_eq!(names, ["Ana Sousa", "Assistant Service"]);
        assert_understood(&desk.sandbox);
    }
}

#[tokio::test]
async fn b_34_a_transition_is_taken_and_its_empty_answer_is_success() {
    for deployment in BOTH {
        let desk = Desk::at(deployment).await;
        let before = desk.whereabouts("OPS-1").await;
        assert_eq!(before.project, ProjectKind::Other);
        let ways = desk.jira.transitions(&desk.ana, &before.issue).await;
        let ways = ways.unwrap();
        let way = Transition::named(&ways, "abschließen").unwrap();
        let nothing = way.screen.filled(&Map::new()).unwrap();
        assert!(way.screen.missing(&nothing).is_some());
        let values = object(json!({ "resolution": "won't do" }));
        let filled = way.screen.filled(&values).unwrap();
        let (jira, comment) = (&desk.jira, Some("*Enough* of it"));
        let taken = jira.take_transition(&desk.ana, &before.issue, way, filled, comment);
        assert_eq!(taken.await, Ok(()));
        let status = desk.whereabouts("OPS-1").await.status;
        assert_eq!(status.unwrap().name, "Erledigt");
        assert_eq!(desk.newest_comment("OPS-1").await, "*Enough* of it");
        let expected = ["took transition OPS-1 to Erledigt", "added comment OPS-1"];
        assert_eq!(desk.changes(), expected);
        assert_understood(&desk.sandbox);
    }
}

#[tokio::test]
async fn a_comment_is_for_everybody_or_for_those_who_work_on_it() {
    for deployment in BOTH {
        let desk = Desk::at(deployment).await;
        let help = desk.whereabouts("help-1").await;
        assert_eq!(help.project, ProjectKind::ServiceDesk);
        for audience in [CommentAudience::Everybody, CommentAudience::Internal] {
            let added = desk
                .jira
                .add_comment(&desk.ana, &help.issue, "`x`", audience)
                .await;
            assert_eq!(added.unwrap().unwrap().author.unwrap().label(), "Ana Sousa");
        }
        let expected = [
            "added comment HELP-1 for all",
            "added comment HELP-1 internally",
        ];
        assert_eq!(desk.changes(), expected, "{deployment}");
        assert_understood(&desk.sandbox);
    }
}

#[tokio::test]
async fn b_60_a_write_is_sent_once_and_an_open_outcome_is_told_as_such() {
    for (effect, carried_out) in [(Effect::CutBody, 1), (Effect::status(502, ""), 0)] {
        let desk = Desk::at(DataCenter).await;
        let fault = Fault::new(Personality::JiraDataCenter, "/rest/api/2/issue", effect);
        desk.sandbox.inject(fault.on("POST"));
        let error = desk
            .create("DEMO", "Task", json!({ "summary": "x" }))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error:?}");
        assert_eq!(desk.changes().len(), carried_out);
        let posts = desk
            .sandbox
            .requests()
            .into_iter()
            .filter(|it| it.method == "POST");
        assert_eq!(posts.count(), 1);
    }
}

#[tokio::test]
async fn nothing_is_written_outside_the_limit_of_a_client() {
    for deployment in BOTH {
        let mut desk = Desk::at(deployment).await;
        let parent = json!({ "summary": "x", "parent": "OPS-1" });
        desk.jira = desk.jira.within(&Projects::only([project_key("DEMO")]));
        assert!(desk.jira.admit_project(&project_key("OPS")).is_err());
        let hidden = desk
            .jira
            .whereabouts(&desk.ana, &key("OPS-1"))
            .await
            .unwrap_err();
        assert!(matches!(hidden, Error::NotFound { .. }), "{hidden:?}");
        let error = desk.create("DEMO", "Sub-task", parent).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        let number = json!({ "summary": "x", "parent": { "id": "11001" } });
        let error = desk.create("DEMO", "Sub-task", number).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        assert_eq!(desk.sandbox.changes(), []);
        let inside = json!({ "summary": "x", "parent": "DEMO-3" });
        desk.create("DEMO", "Sub-task", inside).await.unwrap();
        let projects = desk.jira.creatable_projects(&desk.ana).await.unwrap();
        let keys: Vec<&str> = projects.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["DEMO"]);
    }
}
