//! Names for the people that pages mention, on either deployment.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::RichText;
use serde_json::json;

use super::{missing, path};
use crate::listener::{Listener, json};
use crate::{confluence, token};

fn mention(attribute: &str, id: &str) -> String {
    format!("<ac:link><ri:user ri:{attribute}=\"{id}\" /></ac:link>")
}

fn page(mentions: &[String]) -> RichText {
    RichText::of_confluence(format!("<p>{}</p>", mentions.join(" ")))
}

#[tokio::test]
async fn b_47_mentions_on_cloud_are_named_with_one_request_for_all_texts() {
    let site = Listener::start(|_| {
        json(&json!({ "results": [
            { "accountId": "5:a", "displayName": "Ana Sousa" }, { "accountId": "5:b", "publicName": "Ben" },
        ] }))
    })
    .await;
    let mut texts = [
        page(&[mention("account-id", "5:a"), mention("account-id", "5:c")]),
        page(&[mention("account-id", "5:b"), mention("account-id", "5:a")]),
        page(&[]),
    ];
    let client = confluence(&site.url, Cloud);
    client.name_mentions(&token(), &mut texts).await;
    assert_eq!(
        texts[0].to_markdown(),
        "[@Ana Sousa](accountid:5:a) [@5:c](accountid:5:c)"
    );
    assert_eq!(
        texts[1].to_markdown(),
        "[@Ben](accountid:5:b) [@Ana Sousa](accountid:5:a)"
    );
    assert_eq!(site.lines(), ["POST /wiki/api/v2/users-bulk"]);
    let asked = site.seen().pop().unwrap().json();
    assert_eq!(asked, json!({ "accountIds": ["5:a", "5:b", "5:c"] }));
}

#[tokio::test]
async fn b_47_mentions_on_data_center_are_named_one_by_one_and_remembered() {
    let site = Listener::start(|request| match request.target.as_str() {
        "/rest/api/user?key=k1" => json(&json!({ "username": "ana", "displayName": "Ana Sousa" })),
        "/rest/api/user?username=ben" => json(&json!({ "displayName": "Ben Okafor" })),
        _ => missing(),
    })
    .await;
    let client = confluence(&site.url, DataCenter);
    for _ in 0..2 {
        let mut text = page(&[
            mention("userkey", "k1"),
            mention("username", "ben"),
            mention("userkey", "gone"),
        ]);
        client.name_mentions(&token(), [&mut text]).await;
        assert_eq!(
            text.to_markdown(),
            "[@Ana Sousa](userkey:k1) [@Ben Okafor](user:ben) [@gone](userkey:gone)"
        );
    }
    let mut lines = site.lines();
    lines.sort();
    assert_eq!(
        lines,
        [
            "GET /rest/api/user?key=gone",
            "GET /rest/api/user?key=k1",
            "GET /rest/api/user?username=ben",
        ]
    );
}

#[tokio::test]
async fn a_text_that_mentions_many_costs_a_bounded_number_of_requests() {
    let site = Listener::start(|request| match path(request) {
        "/rest/api/user" => json(&json!({ "displayName": "Somebody" })),
        _ => missing(),
    })
    .await;
    let many: Vec<_> = (0..30)
        .map(|at| mention("userkey", &format!("k{at}")))
        .collect();
    let mut text = page(&many);
    confluence(&site.url, DataCenter)
        .name_mentions(&token(), [&mut text])
        .await;
    assert_eq!(text.to_markdown().matches("@Somebody").count(), 20);
    assert_eq!(site.lines().len(), 20);
}

#[tokio::test]
async fn a_refusal_costs_the_names_and_texts_without_mentions_nothing() {
    let site = Listener::start(|_| missing()).await;
    let client = confluence(&site.url, Cloud);
    let mut text = page(&[mention("account-id", "5:a")]);
    client.name_mentions(&token(), [&mut text]).await;
    assert_eq!(text.to_markdown(), "[@5:a](accountid:5:a)");
    let before = site.lines().len();
    client.name_mentions(&token(), [&mut page(&[])]).await;
    assert_eq!(site.lines().len(), before);
}
