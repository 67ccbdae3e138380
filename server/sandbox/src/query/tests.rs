//! Both languages over the sample data, without a socket.

use super::check::Strictness;
use super::{cql, jql};
use crate::moment::{Moment, sample_noon};
use crate::people::{self, Person};
use crate::personality::{Deployment, Personality};
use crate::store::Store;

fn jira(query: &str, caller: &Person) -> Result<Vec<String>, String> {
    jira_with(query, caller, Strictness::Strict)
}

fn jira_with(query: &str, caller: &Person, how: Strictness) -> Result<Vec<String>, String> {
    let store = Store::with_samples().unwrap();
    let jira = store.jira(Personality::JiraDataCenter);
    let asked = jql::Asked {
        jira,
        people: &store.people,
        caller,
        deployment: Deployment::DataCenter,
        now: Moment(sample_noon()),
    };
    let plan = jql::plan(query, &asked, how).map_err(|error| error.0)?;
    let rows = jira.issues_for(caller).map(|issue| jql::IssueRow {
        issue,
        asked: &asked,
    });
    Ok(plan
        .run(rows, "created")
        .iter()
        .map(|row| row.issue.key.clone())
        .collect())
}

fn confluence(query: &str, caller: &Person) -> Result<Vec<String>, String> {
    let store = Store::with_samples().unwrap();
    let confluence = store.confluence(Personality::ConfluenceDataCenter);
    let asked = cql::Asked {
        people: &store.people,
        caller,
        deployment: Deployment::DataCenter,
        now: Moment(sample_noon()),
    };
    let plan = cql::plan(query, &asked).map_err(|error| error.0)?;
    let rows = cql::Found::all_for(confluence, caller).map(|found| cql::FoundRow {
        found,
        confluence,
        asked: &asked,
    });
    Ok(plan
        .run(rows, "lastmodified")
        .iter()
        .map(|row| row.found.title())
        .collect())
}

#[test]
fn conditions_combine_and_bind_tighter_than_or() {
    let ana = people::ana();
    let all = jira("project = DEMO", &ana).unwrap();
    let open = jira("project = DEMO AND statusCategory != Done", &ana).unwrap();
    let done = jira("project = DEMO AND statusCategory = done", &ana).unwrap();
    assert_eq!(open.len() + done.len(), all.len());
    assert!(!open.is_empty() && !done.is_empty());

    let mixed = jira(
        "key = OPS-1 OR project = DEMO AND statusCategory = Done",
        &ana,
    )
    .unwrap();
    assert_eq!(mixed.len(), done.len() + 1);
    let grouped = jira(
        "(key = OPS-1 OR project = DEMO) AND NOT statusCategory = Done",
        &ana,
    );
    assert!(grouped.unwrap().len() > open.len());
}

#[test]
fn not_equal_does_not_find_what_has_no_value() {
    let ana = people::ana();
    let unassigned = jira("assignee is EMPTY", &ana).unwrap();
    assert!(!unassigned.is_empty());
    let others = jira("assignee != ana", &ana).unwrap();
    assert!(others.iter().all(|key| !unassigned.contains(key)));
    let also = jira("assignee is not null AND assignee not in (ana)", &ana).unwrap();
    assert_eq!(others, also);
    let either = jira("assignee in (EMPTY, dan)", &ana).unwrap();
    assert!(either.len() > unassigned.len());
    let open = jira("resolution = Unresolved", &ana).unwrap();
    assert_eq!(open, jira("resolution is EMPTY", &ana).unwrap());
    assert!(open.contains(&"DEMO-1".to_owned()) && !open.contains(&"DEMO-5".to_owned()));
}

#[test]
fn the_current_user_is_the_caller() {
    let (ana, ben) = (people::ana(), people::ben());
    let hers = jira("assignee = currentUser()", &ana).unwrap();
    assert!(hers.contains(&"DEMO-1".to_owned()));
    assert!(
        !jira("assignee = currentUser()", &ben)
            .unwrap()
            .contains(&"DEMO-1".to_owned())
    );
    assert_eq!(
        jira("assignee = ana AND project = DEMO", &ben).unwrap(),
        jira("assignee = currentUser() AND project = DEMO", &ana).unwrap()
    );
}

#[test]
fn order_by_sorts_by_several_fields_and_keys_by_number() {
    let ana = people::ana();
    let keys = jira("project = DEMO ORDER BY key ASC", &ana).unwrap();
    assert_eq!(keys[..3], ["DEMO-1", "DEMO-2", "DEMO-3"]);
    let keys = jira("project = DEMO ORDER BY project DESC, key DESC", &ana).unwrap();
    assert_eq!(keys.last().unwrap(), "DEMO-1");
    let urgent = jira(
        "project = DEMO AND priority is not EMPTY ORDER BY priority DESC",
        &ana,
    );
    let highest = jira("project = DEMO AND priority = Highest", &ana).unwrap();
    assert!(highest.contains(&urgent.unwrap()[0]));
}

#[test]
fn words_phrases_and_open_ends_are_searched() {
    let ana = people::ana();
    assert_eq!(
        jira("summary ~ \"checkout pays\"", &ana).unwrap(),
        ["DEMO-1"]
    );
    assert_eq!(
        jira("summary ~ '\\\"pays twice\\\"'", &ana).unwrap(),
        ["DEMO-1"]
    );
    assert!(
        jira("summary ~ '\\\"twice pays\\\"'", &ana)
            .unwrap()
            .is_empty()
    );
    assert!(
        jira("text ~ 'checko*'", &ana)
            .unwrap()
            .contains(&"DEMO-1".to_owned())
    );
    assert!(
        !jira("summary !~ checkout", &ana)
            .unwrap()
            .contains(&"DEMO-1".to_owned())
    );
}

#[test]
fn time_counts_from_the_moment_handed_in() {
    let ana = people::ana();
    let week = jira("updated >= -7d", &ana).unwrap();
    assert!(week.contains(&"DEMO-1".to_owned()));
    let same = jira("updated >= \"2026-09-11 12:00\"", &ana).unwrap();
    assert_eq!(week, same);
    assert!(jira("created > now()", &ana).unwrap().is_empty());
    assert_eq!(
        jira("created < 2020/01/01", &ana).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn what_a_person_may_not_see_cannot_be_named() {
    let (ana, ben) = (people::ana(), people::ben());
    assert!(!jira("project = SECRET", &ana).unwrap().is_empty());
    let message = jira("project = SECRET", &ben).unwrap_err();
    assert_eq!(
        message,
        "The value 'SECRET' does not exist for the field 'project'."
    );
    let message = jira("key = OPS-1", &ben).unwrap_err();
    assert_eq!(
        message,
        "An issue with key 'OPS-1' does not exist for field 'key'."
    );
    let lenient = jira_with("key in (DEMO-1, OPS-1)", &ben, Strictness::Lenient);
    assert_eq!(lenient.unwrap(), ["DEMO-1"]);
}

#[test]
fn faulty_queries_are_refused_by_name() {
    let ana = people::ana();
    for (query, part) in [
        ("colour = red", "Field 'colour' does not exist"),
        (
            "status = Sleeping",
            "The value 'Sleeping' does not exist for the field 'status'",
        ),
        (
            "assignee = membersOf('x')",
            "Unable to find JQL function 'membersOf()'",
        ),
        ("project DEMO", "Expecting an operator"),
        (
            "project = DEMO key = DEMO-1",
            "Expecting either 'OR' or 'AND' but got 'key'",
        ),
        ("project =", "before the end of the query"),
        ("summary ~ \"open", "has not been completed"),
        (
            "status > Done",
            "The operator '>' is not supported by the 'status' field",
        ),
        (
            "updated > yesterday",
            "Date value for field 'updated' is invalid",
        ),
        (
            "project = DEMO ORDER BY taste",
            "Field 'taste' does not exist",
        ),
        ("project in (DEMO", "Expecting ')'"),
        ("project = {x}", "reserved JQL character"),
    ] {
        let message = jira(query, &ana).unwrap_err();
        assert!(message.contains(part), "{query}: {message}");
    }
}

#[test]
fn pages_are_found_by_title_space_label_and_ancestor() {
    let ana = people::ana();
    let pages = confluence("type = page AND space = DEMO", &ana).unwrap();
    assert!(pages.len() > 4);
    assert_eq!(
        confluence("title = \"Checkout flow\"", &ana).unwrap(),
        ["Checkout flow"]
    );
    assert!(
        !confluence("label = runbook and space.key = TEAM", &ana)
            .unwrap()
            .is_empty()
    );
    let below = confluence("ancestor = 98300 and type = page", &ana).unwrap();
    assert!(below.contains(&"Checkout flow".to_owned()));
    assert!(
        confluence(
            "siteSearch ~ \"idempotency\" order by lastmodified desc",
            &ana
        )
        .is_ok()
    );
}

#[test]
fn a_space_that_ben_may_not_see_is_empty_for_him() {
    let ben = people::ben();
    assert!(confluence("space = TEAM", &ben).unwrap().is_empty());
    assert!(
        !confluence("space = TEAM", &people::ana())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn faulty_cql_is_refused_by_name() {
    let ana = people::ana();
    for (query, part) in [
        ("colour = red", "no field exists with name: colour"),
        (
            "type = elephant",
            "unsupported value for field type: elephant",
        ),
        ("title ~", "expecting a value"),
        (
            "lastmodified > now('soon')",
            "invalid date for field lastmodified",
        ),
        ("creator = nobody", "unsupported value for field creator"),
        ("", "no condition"),
    ] {
        let message = confluence(query, &ana).unwrap_err();
        assert!(message.contains(part), "{query}: {message}");
    }
    assert!(
        confluence("lastmodified >= now('-4w')", &ana)
            .unwrap()
            .len()
            > 2
    );
}
