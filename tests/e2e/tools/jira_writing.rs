//! create-jira-issue, comment-jira-issue and transition-jira-issue.

use sandbox::{Effect, Fault, people};
use serde_json::{Value, json};
use tests::world::{DEPLOYMENTS, personalities};

use super::{Site, assert_tells};

mod creating;

const COMMENT: &str = "comment-jira-issue";
const CREATE: &str = "create-jira-issue";
const ISSUE: &str = "get-jira-issue";
const TRANSITION: &str = "transition-jira-issue";

impl Site {
    /// What Jira carried out so far.
    fn carried_out(&self) -> Vec<String> {
        let changes = self.world.sandbox.changes().into_iter();
        changes
            .map(|change| format!("{} {} by {}", change.deed, change.object, change.person))
            .collect()
    }

    /// The answer to Ana.
    async fn told(&self, tool: &str, arguments: Value) -> String {
        self.answer(&people::ana(), tool, arguments).await
    }

    /// The failure told to Ana; nothing was carried out.
    async fn refused(&self, tool: &str, arguments: Value) -> String {
        let before = self.carried_out();
        let failure = self.failure(&people::ana(), tool, arguments).await;
        assert_eq!(self.carried_out(), before, "{failure}");
        assert_tells(&failure, &["\n\nNext step: "]);
        failure
    }

    /// How many requests of the last call were writes.
    fn writes(&self) -> usize {
        let requests = self.requests().into_iter();
        requests.filter(|request| request.method == "POST").count()
    }
}

/// B-34 and B-40: a successful transition was told as a failure, and no tool named the transitions.
#[tokio::test]
async fn b_34_b_40_an_issue_is_moved_by_the_name_or_id_of_a_transition_or_by_its_status() {
    for deployment in DEPLOYMENTS {
        for (wanted, moved) in [
            ("Warten lassen", "In Arbeit → Wartet auf Zulieferer"),
            ("31", "In Arbeit → Wartet auf Zulieferer"),
            ("WARTET AUF ZULIEFERER", "In Arbeit → Wartet auf Zulieferer"),
            (" offen ", "In Arbeit → Offen"),
        ] {
            let site = Site::start(deployment).await;
            let arguments = json!({"issue_key": "OPS-1", "transition_id": wanted});
            let told = site.told(TRANSITION, arguments).await;
            assert_tells(&told, &["OPS-1 was moved: ", moved, "/browse/OPS-1"]);
            assert_eq!(site.carried_out().len(), 1, "{told}");
        }
    }
}

#[tokio::test]
async fn b_40_words_that_fit_no_transition_or_several_are_answered_with_those_there_are() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (wanted, why) in [
            ("Done", "is no transition it has now"),
            ("", "is no transition it has now"),
            ("Erledigt", "fits several of its transitions"),
        ] {
            let arguments = json!({"issue_key": "OPS-1", "transition_id": wanted});
            let failure = site.refused(TRANSITION, arguments).await;
            let listed = [
                "issue OPS-1 is in status In Arbeit",
                why,
                "- `11`: Wieder öffnen (to status Offen)",
                "- `41`: Abschließen (to status Erledigt)",
                "- `51`: Verwerfen (to status Erledigt)",
            ];
            assert_tells(&failure, &listed);
            assert_eq!(site.writes(), 0);
        }
    }
}

#[tokio::test]
async fn an_issue_that_is_in_the_wanted_status_already_is_left_there() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let mut arguments = json!({"issue_key": "OPS-1", "transition_id": "in arbeit"});
        let told = site.told(TRANSITION, arguments.clone()).await;
        assert_tells(
            &told,
            &[
                "OPS-1 is in status In Arbeit already",
                "nothing was changed",
            ],
        );
        arguments["comment"] = json!("Done with it");
        let failure = site.refused(TRANSITION, arguments).await;
        assert_tells(&failure, &["already", "use comment-jira-issue"]);
        assert_eq!(site.carried_out(), [""; 0]);
    }
}

#[tokio::test]
async fn what_a_transition_asks_for_is_told_with_what_it_can_be() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let mut arguments = json!({"issue_key": "OPS-1", "transition_id": "Abschließen"});
        let failure = site.refused(TRANSITION, arguments.clone()).await;
        let parts = [
            "Resolution is required.",
            "Resolution (Done, Won't Do, Duplicate)",
            "`resolution`",
        ];
        assert_tells(&failure, &parts);
        arguments["resolution"] = json!("finished");
        let failure = site.refused(TRANSITION, arguments.clone()).await;
        assert_tells(&failure, &["\"finished\"", "Done, Won't Do, Duplicate"]);
        arguments["resolution"] = json!("won't do");
        arguments["comment"] = json!("Too *late*");
        let told = site.told(TRANSITION, arguments).await;
        assert_tells(&told, &["→ Erledigt", "**Comment**: added"]);
        let expected = [
            "took transition OPS-1 to Erledigt by ana",
            "added comment OPS-1 by ana",
        ];
        assert_eq!(site.carried_out(), expected);
        let issue = json!({"issue_key": "OPS-1", "include_comments": true});
        let told = site.told(ISSUE, issue).await;
        assert_tells(&told, &["**Resolution**: Won't Do", "Too *late*"]);

        let arguments =
            json!({"issue_key": "DEMO-3", "transition_id": "Done", "resolution": "Done"});
        let failure = site.refused(TRANSITION, arguments).await;
        assert_tells(
            &failure,
            &["Jira has no field \"resolution\" to fill in here; there is: none"],
        );
    }
}

/// Where the screen takes no comment it is added by itself, and on a service desk always: customers
/// would read one that travels with the transition.
#[tokio::test]
async fn the_comment_of_a_transition_is_added_and_stays_internal_on_a_service_desk() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments =
            json!({"issue_key": "DEMO-3", "transition_id": "In Review", "comment": "a"});
        site.told(TRANSITION, arguments).await;
        let arguments = json!({"issue_key": "HELP-1", "transition_id": "Done", "comment": "b",
                               "resolution": "Done"});
        let told = site.told(TRANSITION, arguments).await;
        assert_tells(&told, &["To Do → Done", "added (internal"]);
        let expected = [
            "took transition DEMO-3 to In Review by ana",
            "added comment DEMO-3 for all by ana",
            "took transition HELP-1 to Done by ana",
            "added comment HELP-1 internally by ana",
        ];
        assert_eq!(site.carried_out(), expected);
    }
}

/// Half done is told as half done, so that nobody moves the issue twice.
#[tokio::test]
async fn a_comment_that_fails_after_its_transition_is_told_apart() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let (jira, _) = personalities(deployment);
        let forbidden = Effect::status(403, r#"{"errorMessages":["no comments"]}"#);
        let fault = Fault::new(jira, "/comment", forbidden).on("POST");
        site.world.sandbox.inject(fault);
        let arguments = json!({"issue_key": "DEMO-3", "transition_id": "Done", "comment": "a"});
        let failure = site.failure(&people::ana(), TRANSITION, arguments).await;
        let parts = [
            "To Do → Done",
            "The comment was not added",
            "no comments",
            "do not move",
        ];
        assert_tells(&failure, &parts);
        assert_eq!(
            site.carried_out(),
            ["took transition DEMO-3 to Done by ana"]
        );
    }
}

#[tokio::test]
async fn a_comment_on_a_service_desk_is_internal_unless_asked_otherwise() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (key, internal, readers, carried_out) in [
            (
                "HELP-1",
                None,
                "(internal: customers do not see it)",
                "HELP-1 internally",
            ),
            ("HELP-1", Some(true), "(internal", "HELP-1 internally"),
            (
                "HELP-1",
                Some(false),
                "(public: the customer sees it)",
                "HELP-1 for all",
            ),
            (
                "DEMO-1",
                None,
                "(seen by everybody who sees the issue)",
                "DEMO-1 for all",
            ),
            (
                "DEMO-1",
                Some(false),
                "(seen by everybody",
                "DEMO-1 for all",
            ),
        ] {
            let arguments = json!({"issue_key": key, "comment": "Hello", "internal": internal});
            let told = site.told(COMMENT, arguments).await;
            assert_tells(&told, &[key, readers, "focusedCommentId="]);
            let expected = format!("added comment {carried_out} by ana");
            assert_eq!(site.carried_out().last(), Some(&expected));
        }
    }
}

#[tokio::test]
async fn a_comment_that_cannot_be_internal_or_says_nothing_is_refused() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-1", "comment": "Hello", "internal": true});
        let failure = site.refused(COMMENT, arguments).await;
        assert_tells(&failure, &["DEMO-1 is not on a service desk"]);
        let failure = site.refused(COMMENT, json!({"issue_key": "DEMO-1", "comment": " \n"}));
        assert_tells(&failure.await, &["the comment is empty"]);
        assert_eq!(site.requests(), []);
    }
}

/// B-37: Markdown was sent as it came, which is neither ADF nor wiki markup.
#[tokio::test]
async fn b_37_a_comment_reads_as_it_was_written() {
    let written = "**Three** things:\n\n- one\n- `two`\n\n```rust\nfn three() {}\n```";
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"issue_key": "DEMO-7", "comment": written});
        site.told(COMMENT, arguments).await;
        let issue = json!({"issue_key": "DEMO-7", "include_comments": true});
        assert_tells(
            &site.told(ISSUE, issue).await,
            &["author=\"Ana Sousa\"", written],
        );
    }
}

/// A rehearsal asks, and writes nothing.
#[tokio::test]
async fn a_dry_run_shows_what_would_happen_and_writes_nothing() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let rehearsal = async |tool, arguments: Value, parts: &[&str]| {
            assert_tells(&site.told(tool, arguments).await, parts);
            assert_eq!(
                (site.writes(), site.carried_out()),
                (0, Vec::new()),
                "{tool}"
            );
        };
        let arguments = json!({"project_key": "DEMO", "summary": "New", "issue_type": "task",
                               "assignee": "me", "description": "- a\n- b", "dry_run": true});
        let people = "**Type**: Task  \n**Assignee**: Ana Sousa";
        let parts = [
            "Nothing was created",
            "project DEMO",
            "**Title**: New",
            people,
            "> - a\n> - b",
        ];
        rehearsal(CREATE, arguments, &parts).await;
        let arguments = json!({"issue_key": "HELP-1", "comment": "a **b**", "dry_run": true});
        let parts = ["Nothing was written", "HELP-1 (internal", "> a **b**"];
        rehearsal(COMMENT, arguments, &parts).await;
        let arguments = json!({"issue_key": "OPS-1", "transition_id": "offen", "comment": "c",
                               "dry_run": true});
        let diff = "```diff\n-Status: In Arbeit\n+Status: Offen\n```";
        let parts = ["Nothing was changed", "\"Wieder öffnen\"", diff, "> c"];
        rehearsal(TRANSITION, arguments, &parts).await;
    }
}

#[tokio::test]
async fn keys_may_be_pasted_addresses_of_this_site_and_of_no_other() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let (jira, _) = personalities(deployment);
        let base = site.world.sandbox.url(jira).to_string();
        let at = |path: &str| format!("{}/{path}", base.trim_end_matches('/'));
        let comment = json!({"issue_key": at("browse/DEMO-3"), "comment": "a"});
        let move_it = json!({"issue_key": at("browse/demo-3?x=y"), "transition_id": "Done"});
        let create = json!({"project_key": at("projects/DEMO/issues"), "summary": "New",
                            "issue_type": "Sub-task", "parent_key": at("browse/DEMO-3")});
        for (tool, arguments) in [(COMMENT, comment), (TRANSITION, move_it), (CREATE, create)] {
            let told = site.told(tool, arguments.clone()).await;
            assert_tells(&told, &["/browse/DEMO-"]);
            let elsewhere = arguments
                .to_string()
                .replace("http://127.0.0.1", "http://evil.example");
            let elsewhere: Value = serde_json::from_str(&elsewhere).unwrap();
            let before = site.carried_out();
            let failure = site.failure(&people::ana(), tool, elsewhere).await;
            assert_tells(&failure, &["belongs to http://evil.example"]);
            assert_eq!((site.requests(), site.carried_out()), (Vec::new(), before));
        }
    }
}

#[tokio::test]
async fn an_issue_that_the_caller_may_not_see_is_neither_moved_nor_commented() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, more) in [(COMMENT, "comment"), (TRANSITION, "transition_id")] {
            let told = async |key: &str| {
                let arguments = json!({"issue_key": key, more: "Done"});
                let failure = site.failure(&people::ben(), tool, arguments).await;
                assert_tells(&failure, &["Jira has no issue", key]);
                failure.replace(key, "KEY")
            };
            assert_eq!(told("OPS-1").await, told("OPS-999").await, "{deployment}");
        }
        assert_eq!(site.carried_out(), [""; 0]);
    }
}

/// The answer is lost after the site did it, or before: nobody knows, and nobody does it again.
#[tokio::test]
async fn a_write_is_sent_once_and_one_without_an_answer_is_told_as_unknown() {
    let issue = json!({"project_key": "DEMO", "summary": "New", "issue_type": "Task"});
    let comment = json!({"issue_key": "DEMO-1", "comment": "a"});
    let transition = json!({"issue_key": "DEMO-3", "transition_id": "Done"});
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, arguments, look_at) in [
            (CREATE, &issue, "look at project DEMO"),
            (COMMENT, &comment, "look at issue DEMO-1"),
            (TRANSITION, &transition, "look at issue DEMO-3"),
        ] {
            let failure = lost(&site, tool, arguments, Effect::status(502, "{}"), 0).await;
            assert_tells(&failure, &["it is unknown", look_at]);
            // "Not now" is an answer.
            let failure = lost(&site, tool, arguments, Effect::status(503, "{}"), 0).await;
            assert!(!failure.contains("unknown"), "{failure}");
            // The answer to a transition has no body that could be cut.
            if tool != TRANSITION {
                let failure = lost(&site, tool, arguments, Effect::CutBody, 1).await;
                assert_tells(&failure, &["it is unknown", look_at]);
            }
        }
    }
}

/// What is told when the answer to a write is lost. It was sent once, and carried out that often.
async fn lost(
    site: &Site,
    tool: &str,
    arguments: &Value,
    effect: Effect,
    carried_out: usize,
) -> String {
    let (before, (jira, _)) = (site.carried_out().len(), personalities(site.deployment));
    site.world
        .sandbox
        .inject(Fault::new(jira, "", effect).on("POST"));
    let failure = site.failure(&people::ana(), tool, arguments.clone()).await;
    site.world.sandbox.heal();
    assert_eq!(site.writes(), 1, "{tool}: {failure}");
    assert_eq!(
        site.carried_out().len() - before,
        carried_out,
        "{tool}: {failure}"
    );
    failure
}
