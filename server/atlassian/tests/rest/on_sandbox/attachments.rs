//! Files on both sample sites, from the issue or page down to the bytes.

mod withheld;

use atlassian::Deployment::{self, Cloud, DataCenter};
use atlassian::IssueDetail;
use atlassian::ids::{ConfluenceAttachmentId, IssueKey, JiraAttachmentId, PageId};
use sandbox::{Host, Sandbox, SeenCredential, people};

use super::{assert_understood, confluence, credential, jira};

const MOST: u64 = 64 * 1024;

fn number(text: &str) -> JiraAttachmentId {
    JiraAttachmentId::parse(text).unwrap()
}

fn id(text: &str) -> ConfluenceAttachmentId {
    ConfluenceAttachmentId::parse(text).unwrap()
}

fn page(text: &str) -> PageId {
    PageId::parse(text).unwrap()
}

/// Whether these bytes are what the name of a sample file promises.
fn is_what_it_says(name: &str, bytes: &[u8]) -> bool {
    match name.rsplit_once('.') {
        Some((_, "log")) => bytes.starts_with(b"2026-09-08T07:10:01.113Z INFO"),
        Some((_, "png")) => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        Some((_, "pdf")) => bytes.starts_with(b"%PDF-1.4\n"),
        Some((_, "html")) => bytes.starts_with(b"<!DOCTYPE html>"),
        Some((_, "dump")) => bytes.len() == 512,
        _ => bytes.is_empty(),
    }
}

/// Nothing was sent to the host of the files that tells who asked, and to Cloud's own alone.
fn assert_unsigned(sandbox: &Sandbox, deployment: Deployment) {
    let seen = sandbox.requests();
    let visits: Vec<_> = seen.iter().filter(|it| it.host == Host::Media).collect();
    assert_eq!(visits.is_empty(), deployment == DataCenter);
    for visit in visits {
        assert_eq!(visit.credential, SeenCredential::None);
        assert!(!visit.cookie_sent && visit.traceparent.is_none());
    }
    assert_understood(sandbox);
    sandbox.forget_requests();
}

#[tokio::test]
async fn every_file_of_an_issue_is_listed_told_alone_and_read() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let jira = jira(&sandbox, deployment);
        let mut names = Vec::new();
        for key in ["DEMO-1", "DEMO-4"].map(|key| IssueKey::parse(key).unwrap()) {
            let listed = jira.attachments(&ana, &key).await.unwrap();
            let issue = jira.issue(&ana, &key, IssueDetail::Fields).await.unwrap();
            assert_eq!(issue.attachments, listed);
            for file in listed {
                let alone = jira.attachment(&ana, &file.id).await.unwrap();
                assert_eq!((&alone.id, &alone.file), (&file.id, &file.file));
                for found in [&file, &alone] {
                    let bytes = jira.attachment_content(&ana, found, MOST).await.unwrap();
                    assert_eq!(file.file.size, Some(bytes.len() as u64));
                    assert!(is_what_it_says(&file.file.name, &bytes), "{file:?}");
                }
                names.push(file.file.name);
            }
        }
        let of_demo_1 = ["fees.pdf", "double click.png", "checkout.log"];
        let of_demo_4 = ["stderr.txt", "heap.dump", "load-test.html"];
        assert_eq!(names, [of_demo_1, of_demo_4].concat());
        assert_unsigned(&sandbox, deployment);
    }
}

#[tokio::test]
async fn every_file_of_a_page_is_listed_told_alone_and_read() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        for (on, count) in [(page("98310"), 5), (page("98400"), 0)] {
            let listed = confluence.attachments(&ana, &on, 25, None).await.unwrap();
            assert_eq!((listed.attachments.len(), listed.next), (count, None));
            for file in listed.attachments {
                let alone = confluence.attachment(&ana, &file.id).await.unwrap();
                assert_eq!(alone, file);
                assert_eq!(file.page.as_ref(), Some(&on));
                let name = &file.file.name;
                let named = confluence.attachment_named(&ana, &on, name).await.unwrap();
                assert_eq!(named, file);
                let bytes = confluence.attachment_content(&ana, &file, MOST).await;
                let bytes = bytes.unwrap();
                assert_eq!(file.file.size, Some(bytes.len() as u64));
                assert!(is_what_it_says(name, &bytes), "{file:?}");
            }
        }
        assert_unsigned(&sandbox, deployment);
    }
}

#[tokio::test]
async fn a_blog_post_has_files_like_a_page() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let post = page("98360");
        let listed = confluence.attachments(&ana, &post, 5, None).await.unwrap();
        let alone = confluence.attachment(&ana, &id("97007")).await.unwrap();
        assert_eq!(
            (&listed.attachments[..], &alone.page),
            (&[alone.clone()][..], &Some(post))
        );
        let bytes = confluence.attachment_content(&ana, &alone, MOST).await;
        assert!(is_what_it_says("launch.png", &bytes.unwrap()));
    }
}

#[tokio::test]
async fn a_file_reads_the_same_on_both_deployments() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let plan = confluence.attachment(&ana, &id("97001")).await.unwrap();
        assert_eq!(plan.id.as_str(), "att97001");
        assert_eq!(plan.file.name, "checkout-flow.png");
        assert_eq!(plan.file.media_type.as_deref(), Some("image/png"));
        assert_eq!(plan.file.author.unwrap().label(), "Ana Sousa");
        assert_eq!(plan.comment.as_deref(), Some("With the warehouse"));
        assert_eq!(plan.version, Some(3));
        let created = plan.file.created.unwrap();
        let jira = jira(&sandbox, deployment);
        let log = jira.attachment(&ana, &number("60001")).await.unwrap();
        assert_eq!(log.file.name, "checkout.log");
        assert_eq!(log.file.author.unwrap().label(), "Grace Tanaka");
        assert!(log.file.created.unwrap() > created);
    }
}

#[tokio::test]
async fn a_long_list_of_files_is_told_in_parts() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let (mut names, mut cursor, on) = (Vec::new(), None, page("98310"));
        loop {
            let part = confluence.attachments(&ana, &on, 2, cursor.as_ref());
            let part = part.await.unwrap();
            names.extend(part.attachments.into_iter().map(|it| it.file.name));
            cursor = part.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names.len(), 5);
        assert_eq!(
            (names[0].as_str(), names[4].as_str()),
            ("checkout-flow.png", "heap.dump")
        );
    }
    assert_understood(&sandbox);
}
