//! The files of issues and pages: where their bytes are fetched from, and what is not taken for a file.

mod of_pages;
mod redirected;

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{IssueKey, JiraAttachmentId, ProjectKey};
use atlassian::model::Attachment;
use atlassian::{Deployment, Error, IssueDetail, Jira, Projects};
use serde_json::{Value, json};

use crate::listener::{Listener, Reply, Seen, json as saying, reply};
use crate::{jira, token};

/// No file of these tests is larger.
pub(crate) const MOST: u64 = 1000;

fn id() -> JiraAttachmentId {
    JiraAttachmentId::parse("10042").unwrap()
}

/// What Jira tells of a file of five bytes.
fn log(content: Value) -> Value {
    json!({
        "id": "10042", "filename": "trace 1.log", "size": 5, "mimeType": "text/plain",
        "created": "2026-09-14T08:31:12.000+0000", "author": { "displayName": "Ana Sousa" },
        "content": content,
    })
}

/// A Jira with one file, which is told as `told` and given as `given`.
async fn site_with(told: Value, given: impl Fn() -> Reply + Send + Sync + 'static) -> Listener {
    Listener::start(move |seen: &Seen| match seen.target.as_str() {
        "/rest/api/2/attachment/10042" | "/rest/api/3/attachment/10042" => saying(&told),
        _ => given(),
    })
    .await
}

async fn attachment(jira: &Jira) -> Attachment {
    jira.attachment(&token(), &id()).await.unwrap()
}

/// Reads the one file of a site.
async fn content(site: &Listener, deployment: Deployment, most: u64) -> Result<Vec<u8>, Error> {
    let jira = jira(&site.url, deployment);
    let attachment = attachment(&jira).await;
    jira.attachment_content(&token(), &attachment, most).await
}

fn file(body: &str) -> Reply {
    let disposition = ("Content-Disposition", "attachment; filename*=UTF-8''x");
    reply(200, &[("Content-Type", "text/plain"), disposition], body)
}

#[tokio::test]
async fn a_file_is_told_and_its_bytes_are_asked_for_with_the_credential() {
    let told = log(Value::Null);
    for (deployment, asked) in [
        (Cloud, "GET /rest/api/3/attachment/content/10042"),
        (DataCenter, "GET /secure/attachment/10042/trace%201.log"),
    ] {
        let site = site_with(told.clone(), || file("hello")).await;
        let jira = jira(&site.url, deployment);
        let attachment = attachment(&jira).await;
        assert_eq!(attachment.file.name, "trace 1.log");
        assert_eq!(attachment.file.media_type.as_deref(), Some("text/plain"));
        assert_eq!(
            attachment.file.author.as_ref().unwrap().label(),
            "Ana Sousa"
        );
        assert!(attachment.file.created.is_some() && attachment.issue().is_none());
        let bytes = jira.attachment_content(&token(), &attachment, MOST).await;
        assert_eq!(bytes.unwrap(), b"hello");
        let request = site.seen().pop().unwrap();
        assert_eq!(request.line(), asked);
        assert_eq!(request.header("accept"), Some("*/*"));
        assert_eq!(request.header("authorization"), Some("Bearer s3cret-token"));
    }
}

#[tokio::test]
async fn the_files_of_an_issue_come_with_it_newest_first() {
    let at = |id: &str, day: &str| json!({ "id": id, "created": day, "filename": id });
    let files = json!([
        at("1", "2026-09-14T08:31:12.000+0000"),
        at("2", "2026-09-16T08:31:12.000+0000"),
        null_but("3"),
    ]);
    let site = Listener::saying(json!({ "key": "NEW-1", "fields": { "attachment": files } })).await;
    let jira = jira(&site.url, DataCenter);
    let key = IssueKey::parse("OLD-7").unwrap();
    let files = jira.attachments(&token(), &key).await.unwrap();
    let ids: Vec<_> = files.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["2", "1", "3"]);
    assert_eq!(files[0].issue().unwrap().as_str(), "NEW-1");
    let line = site.only().line();
    assert_eq!(line, "GET /rest/api/2/issue/OLD-7?fields=attachment");
    let issue = jira.issue(&token(), &key, IssueDetail::Fields).await;
    assert_eq!(issue.unwrap().attachments, files);
}

fn null_but(id: &str) -> Value {
    json!({ "id": id, "created": null, "filename": null, "author": null, "size": null })
}

#[tokio::test]
async fn data_center_tells_where_a_file_is_and_is_believed_below_the_site_only() {
    let elsewhere = Listener::start(|_| file("hello")).await;
    for (address, asked) in [
        ("SITE/jira/secure/attachment/10042/a%20b.log", true),
        ("SITE/secure/attachment/10042/a.log", false),
        ("ELSEWHERE/jira/secure/attachment/10042/a.log", false),
    ] {
        let site = Listener::start(|_| file("hello")).await;
        let whole = address
            .replace("SITE", &site.url)
            .replace("ELSEWHERE", &elsewhere.url);
        let told = log(json!(whole));
        let metadata = Listener::saying(told).await;
        let found = attachment(&jira(&metadata.url, DataCenter)).await;
        let jira = jira(&format!("{}/jira", site.url), DataCenter);
        let bytes = jira.attachment_content(&token(), &found, MOST).await;
        if asked {
            assert_eq!(bytes.unwrap(), b"hello");
            let line = site.only().line();
            assert_eq!(line, "GET /jira/secure/attachment/10042/a%20b.log");
            continue;
        }
        let error = bytes.unwrap_err();
        let told = format!("{error} | {}", error.next_step());
        assert!(matches!(error, Error::KeptElsewhere { .. }), "{told}");
        assert!(told.contains(&format!("{}/jira", site.url)), "{told}");
        assert!(told.contains("set JIRA_URL"), "{told}");
        assert_eq!(site.lines(), [""; 0], "{address}");
    }
    assert_eq!(elsewhere.lines(), [""; 0]);
}

#[tokio::test]
async fn a_file_that_is_said_to_be_too_large_is_not_asked_for() {
    let site = site_with(log(Value::Null), || file("hello")).await;
    let error = content(&site, Cloud, 4).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "attachment 10042 of Jira is too large: 5 bytes where at most 4 bytes are taken"
    );
    assert_eq!(site.lines(), ["GET /rest/api/3/attachment/10042"]);
}

#[tokio::test]
async fn a_file_that_turns_out_too_large_is_given_up() {
    let mut told = log(Value::Null);
    told["size"] = Value::Null;
    let long = "x".repeat(64 * 1024);
    let announced = long.clone();
    let unannounced = format!("HTTP/1.1 200 OK\r\nContent-Disposition: attachment\r\n\r\n{long}");
    let by_header = site_with(told.clone(), move || file(&announced)).await;
    let by_reading = site_with(told, move || Reply::Bytes(unannounced.clone())).await;
    for (site, size) in [(by_header, Some(65536)), (by_reading, None)] {
        let error = content(&site, Cloud, MOST).await.unwrap_err();
        let Error::FileTooLarge {
            size_bytes,
            limit_bytes,
            ..
        } = error
        else {
            panic!("expected a file that is too large, not {error:?}");
        };
        assert_eq!((size_bytes, limit_bytes), (size, MOST));
    }
}

#[tokio::test]
async fn a_refusal_longer_than_the_file_may_be_is_still_told() {
    let message = "no ".repeat(500);
    let body = json!({ "errorMessages": [message] }).to_string();
    let site = site_with(log(Value::Null), move || reply(404, &[], &body)).await;
    let error = content(&site, Cloud, 5).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn an_empty_file_is_a_file_and_nothing_in_the_place_of_one_is_not() {
    for (size, is_file) in [(json!(0), true), (Value::Null, true), (json!(5), false)] {
        let mut told = log(Value::Null);
        told["size"] = size;
        let site = site_with(told, || file("")).await;
        match content(&site, DataCenter, MOST).await {
            Ok(bytes) => assert!(is_file && bytes.is_empty()),
            Err(error) => assert!(!is_file && matches!(error, Error::Malformed { .. })),
        }
    }
}

#[tokio::test]
async fn a_login_page_is_told_from_a_file_that_is_html_itself() {
    const HTML: &str = "<!DOCTYPE html><title>Log in</title>";
    let html = ("Content-Type", "text/html;charset=UTF-8");
    let disposition = ("Content-Disposition", "attachment; filename=report.html");
    for (size, headers, is_file) in [
        (json!(5), vec![html], false),
        (Value::Null, vec![html], false),
        (Value::Null, vec![html, disposition], true),
        (json!(HTML.len()), vec![html], true),
        // What begins like a page and is told as something else is an image of vectors, for instance.
        (json!(5), vec![("Content-Type", "image/svg+xml")], true),
    ] {
        let mut told = log(Value::Null);
        told["size"] = size.clone();
        let site = site_with(told, move || reply(200, &headers, HTML)).await;
        match content(&site, DataCenter, MOST).await {
            Ok(bytes) => assert!(is_file && bytes == HTML.as_bytes(), "{size}"),
            Err(error) => assert!(
                !is_file && matches!(error, Error::LoginPage { .. }),
                "{size}"
            ),
        }
    }
}

#[tokio::test]
async fn a_number_alone_is_refused_where_projects_are_limited() {
    let site = site_with(log(Value::Null), || file("hello")).await;
    let everything = jira(&site.url, Cloud);
    let by_number = attachment(&everything).await;
    let limited = everything.within(&Projects::only([ProjectKey::parse("DEMO").unwrap()]));
    let asked = site.lines().len();
    for error in [
        limited.attachment(&token(), &id()).await.map(drop),
        limited
            .attachment_content(&token(), &by_number, MOST)
            .await
            .map(drop),
    ] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::NotPlaced { .. }), "{error:?}");
        assert!(
            error.to_string().contains("limited to Jira projects"),
            "{error}"
        );
        assert_eq!(error.next_step(), "name the issue as well");
    }
    assert_eq!(site.lines().len(), asked);
}

#[tokio::test]
async fn a_file_of_an_issue_out_of_reach_is_not_given_whoever_found_it() {
    let files = json!([log(Value::Null)]);
    let site = Listener::saying(json!({ "key": "OPS-1", "fields": { "attachment": files } })).await;
    let everything = jira(&site.url, Cloud);
    let key = IssueKey::parse("OPS-1").unwrap();
    let found = everything.attachments(&token(), &key).await.unwrap();
    let limited = everything.within(&Projects::only([ProjectKey::parse("DEMO").unwrap()]));
    let refused = limited.attachment_content(&token(), &found[0], MOST).await;
    assert!(
        matches!(refused, Err(Error::NotFound { .. })),
        "{refused:?}"
    );
    assert_eq!(site.lines().len(), 1);
}
