//! B-60: names are asked for once in a while by each caller, and no caller is told another's.

use atlassian::Deployment::Cloud;
use atlassian::{Confluence, Credential};
use serde_json::json;

use super::{cloud_page, id, path};
use crate::confluence;
use crate::listener::{Listener, json, reply};

/// A site that shows everybody their own name for the same person and the same space.
async fn telling_everybody_something_else() -> Listener {
    Listener::start(|request| {
        let caller = request.header("authorization").unwrap();
        let caller = caller.strip_prefix("Bearer ").unwrap();
        match path(request) {
            "/wiki/api/v2/pages/7" => json(&cloud_page("7", "Home")),
            "/wiki/api/v2/spaces/3" => {
                json(&json!({ "id": "3", "key": "DS", "name": format!("Docs for {caller}") }))
            }
            _ => json(&json!({ "results": [
                { "accountId": "u1", "displayName": format!("Grace for {caller}") }
            ] })),
        }
    })
    .await
}

/// The author and the space of a page, as a caller is told.
async fn names(confluence: &Confluence, caller: &str) -> (String, String) {
    let credential = Credential::bearer(caller).unwrap();
    let page = confluence.page(&credential, &id()).await.unwrap();
    let author = page.version.unwrap().author.unwrap();
    (author.label().to_owned(), page.space.unwrap().name.unwrap())
}

fn told(caller: &str) -> (String, String) {
    (format!("Grace for {caller}"), format!("Docs for {caller}"))
}

#[tokio::test]
async fn b_60_names_are_asked_for_once_by_each_caller_and_never_told_to_another() {
    let site = telling_everybody_something_else().await;
    let confluence = confluence(&site.url, Cloud);
    for caller in ["ana", "ben", "ana", "ben", "carol"] {
        assert_eq!(names(&confluence.clone(), caller).await, told(caller));
    }
    let lines = site.lines();
    let count = |part: &str| lines.iter().filter(|line| line.contains(part)).count();
    assert_eq!(
        (count("/pages/7"), count("users-bulk"), count("/spaces/3")),
        (5, 3, 3)
    );
}

#[tokio::test]
async fn a_page_does_not_wait_for_names_that_do_not_come_at_once() {
    let site = Listener::start(|request| match path(request) {
        "/wiki/api/v2/pages/7" => json(&cloud_page("7", "Home")),
        _ => reply(503, &[("Retry-After", "20")], ""),
    })
    .await;
    let confluence = confluence(&site.url, Cloud);
    let ana = Credential::bearer("ana").unwrap();
    for asked in [3, 6] {
        let page = confluence.page(&ana, &id()).await.unwrap();
        assert_eq!(page.version.unwrap().author.unwrap().label(), "u1");
        // What was not told is not remembered either.
        assert_eq!(site.lines().len(), asked);
    }
}
