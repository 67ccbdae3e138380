//! comment-confluence-page: what is written is read again, replies and the walk through all threads.

use sandbox::people;
use serde_json::json;
use tests::transport::text;
use tests::world::DEPLOYMENTS;

use super::super::{Site, all_between, assert_tells, walk};
use super::{COMMENT, READ};

/// B-49: a comment was posted as it came, and `a & b` was refused.
#[tokio::test]
async fn b_49_a_comment_is_written_in_markdown_and_read_again() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let comment = json!({"page_id": "98310", "comment": "a & b < *c*"});
        let told = site.ana(COMMENT, comment).await;
        assert_tells(
            &told,
            &["The comment was added", "**Comment ID**: ", "**URL**: "],
        );
        let read = site
            .ana(READ, json!({"page_id": "98310", "include_comments": true}))
            .await;
        assert_tells(
            &read,
            &["## Comments", "Ana Sousa", "2026-09-18T", "a & b < *c*"],
        );
        let rehearsed = json!({"page_id": "98310", "comment": "_Seen_", "dry_run": true});
        let told = site.ana(COMMENT, rehearsed).await;
        assert_tells(&told, &["Nothing was written", "98310", "*Seen*"]);
        let empty = json!({"page_id": "98310", "comment": " \n"});
        assert_tells(
            &site.ana_fails(COMMENT, empty).await,
            &["the comment is empty"],
        );
        assert_eq!(site.deeds(), ["created comment"]);
    }
}

#[tokio::test]
async fn a_reply_goes_to_a_comment_that_was_shown_and_is_shown_below_it() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let shown = json!({"page_id": "98310", "include_comments": true});
        for (to, below) in [("99002", "There is none."), ("99003", "per payment?")] {
            let mut reply = json!({"page_id": "98310", "comment": "*Good*.", "reply_to": to});
            let told = site.result(&people::ana(), COMMENT, &reply).await;
            let told = text(&told);
            let line = format!("**Reply to**: {to}");
            assert_tells(told, &["The reply was added", &line]);
            let id = all_between(told, "**Comment ID**: ", " ")[0];
            let note = format!("note=\"comment {id}, reply to {to}\">\n*Good*.");
            assert_tells(&site.ana(READ, shown.clone()).await, &[below, &note]);
            reply["dry_run"] = json!(true);
            let told = site.result(&people::ana(), COMMENT, &reply).await;
            let rehearsed = format!("This reply to comment {to} would be added");
            assert_tells(text(&told), &["Nothing was written", &rehearsed, "*Good*."]);
        }
        for dry_run in [false, true] {
            for (to, why) in [
                ("99010", "has no comment 99010 on page 98310"),
                ("no", "99001"),
            ] {
                let reply =
                    json!({"page_id": "98310", "comment": "x", "reply_to": to, "dry_run": dry_run});
                assert_tells(&site.ana_fails(COMMENT, reply).await, &[why]);
            }
        }
        assert_eq!(site.deeds(), ["created comment", "created comment"]);
    }
}

/// Threads are walked as the comments of an issue are, also where an answer ends within one.
#[tokio::test]
async fn the_cursor_walks_all_comments_of_a_page_each_once() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let words = "word ".repeat(60);
        let mut expected = Vec::new();
        for thread in 0..8 {
            let mut to = None;
            for place in 0..=thread % 4 {
                let name = format!("remark-{thread}-{place}");
                let mut comment = json!({"page_id": "98311", "comment": format!("{name} {words}")});
                if let Some(to) = to {
                    comment["reply_to"] = json!(to);
                }
                let told = site.ana(COMMENT, comment).await;
                to = Some(all_between(&told, "**Comment ID**: ", " ")[0].to_owned());
                expected.push((7 - thread, place, name));
            }
        }
        expected.sort();
        let arguments = json!({"page_id": "98311", "include_comments": true, "max_chars": 1500});
        let parts = walk(&site, &people::ana(), READ, arguments).await;
        assert!(parts.len() > 5, "{deployment}");
        let told = parts.concat();
        let names = all_between(&told, "remark-", " ").into_iter();
        let names: Vec<_> = names.map(|name| format!("remark-{name}")).collect();
        let expected: Vec<_> = expected.into_iter().map(|(_, _, name)| name).collect();
        assert_eq!(names, expected, "{deployment}");
    }
}
