//! What injected faults do to requests.

use std::time::Duration;

use sandbox::{Effect, Fault, Times, people};
use serde_json::Value;

use crate::{ConfluenceCloud, JiraCloud, JiraDataCenter, World};

const ISSUE: &str = "/rest/api/2/issue/DEMO-1";

#[tokio::test]
async fn a_status_fault_answers_with_its_own_headers_and_body() {
    let world = World::start().await;
    let effect = Effect::Status {
        status: 429,
        headers: vec![("Retry-After".to_owned(), "7".to_owned())],
        body: r#"{"errorMessages":["slow down"]}"#.to_owned(),
    };
    world
        .sandbox
        .inject(Fault::new(JiraDataCenter, "/issue/", effect).times(1));
    let answer = world
        .get(JiraDataCenter, ISSUE, &people::ana())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(world.sandbox.requests()[0].status, 429);
    world.json(JiraDataCenter, ISSUE, &people::ana()).await;
}

#[tokio::test]
async fn a_cut_body_promises_more_than_it_sends() {
    let world = World::start().await;
    let whole = world
        .get(JiraDataCenter, ISSUE, &people::ana())
        .send()
        .await
        .unwrap();
    let length = whole.content_length();
    assert!(length.is_some());
    world
        .sandbox
        .inject(Fault::new(JiraDataCenter, ISSUE, Effect::CutBody));
    let mut answer = world
        .get(JiraDataCenter, ISSUE, &people::ana())
        .send()
        .await
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.content_length()),
        (200, length)
    );
    let half = answer.chunk().await.unwrap().unwrap();
    assert!(half.starts_with(b"{") && (half.len() as u64) < length.unwrap());
    assert!(answer.text().await.is_err());
}

#[tokio::test]
async fn empty_success_and_login_page_are_200_without_json() {
    let world = World::start().await;
    world
        .sandbox
        .inject(Fault::new(ConfluenceCloud, "/spaces", Effect::EmptySuccess).times(1));
    world
        .sandbox
        .inject(Fault::new(ConfluenceCloud, "", Effect::HtmlLoginPage));
    let spaces = || {
        world
            .get(ConfluenceCloud, "/api/v2/spaces", &people::ana())
            .send()
    };
    let answer = spaces().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().len()),
        (200, 0)
    );
    let answer = spaces().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    assert!(answer.text().await.unwrap().contains("Log in"));
    world.sandbox.heal();
    assert_eq!(
        spaces().await.unwrap().headers()["content-type"],
        "application/json"
    );
}

#[tokio::test]
async fn a_stalled_request_is_recorded_unanswered_and_ends_with_the_sandbox() {
    let world = World::start().await;
    let fault = Fault::new(JiraCloud, "", Effect::Stall);
    assert_eq!(fault.times, Times::Always);
    world.sandbox.inject(fault);
    let request = world
        .get(JiraCloud, "/rest/api/3/myself", &people::ana())
        .send();
    let waiting = tokio::spawn(request);
    while world.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.sandbox.requests()[0].status, 0);
    assert!(!waiting.is_finished());
    drop(world.sandbox);
    assert_eq!(waiting.await.unwrap().unwrap().status(), 503);
}

#[tokio::test]
async fn a_delayed_answer_is_otherwise_as_usual() {
    let world = World::start().await;
    world.sandbox.inject(Fault::new(
        JiraCloud,
        "",
        Effect::Delay(Duration::from_millis(1)),
    ));
    let me = world
        .json(JiraCloud, "/rest/api/3/myself", &people::ana())
        .await;
    assert_eq!(me["displayName"], "Ana Sousa");
}

#[tokio::test]
async fn null_fields_nulls_what_may_be_null() {
    let world = World::start().await;
    world
        .sandbox
        .inject(Fault::new(JiraDataCenter, "", Effect::NullFields));
    let issue = world.json(JiraDataCenter, ISSUE, &people::ana()).await;
    assert_eq!(issue["key"], "DEMO-1");
    assert!(issue["fields"]["summary"].is_string());
    for field in ["assignee", "reporter", "priority", "description", "duedate"] {
        assert_eq!(issue["fields"][field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn refusals_are_cut_and_recorded_like_answers() {
    let world = World::start().await;
    let missing = "/rest/api/2/issue/DEMO-999";
    world
        .sandbox
        .inject(Fault::new(JiraDataCenter, missing, Effect::CutBody).times(1));
    world
        .sandbox
        .inject(Fault::new(JiraDataCenter, missing, Effect::NullFields));
    let ask = || world.get(JiraDataCenter, missing, &people::ana()).send();
    let cut = ask().await.unwrap();
    assert_eq!(cut.status(), 404);
    assert!(cut.text().await.is_err());
    let whole = ask().await.unwrap();
    assert_eq!(whole.status(), 404);
    assert!(whole.text().await.unwrap().contains("errorMessages"));
    for request in world.sandbox.requests() {
        assert_eq!(request.status, 404);
        assert_eq!(request.refusal.as_deref(), Some("Issue Does Not Exist"));
    }
}
