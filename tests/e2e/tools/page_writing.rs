//! create-confluence-page, update-confluence-page, comment-confluence-page.

mod commenting;

use atlassian::Deployment;
use sandbox::{SeenRequest, people};
use serde_json::{Value, json};
use tests::world::{DEPLOYMENTS, personalities};

use super::{Site, assert_tells};

const CREATE: &str = "create-confluence-page";
const UPDATE: &str = "update-confluence-page";
const COMMENT: &str = "comment-confluence-page";
const READ: &str = "get-confluence-page";

impl Site {
    /// What was carried out since the start.
    fn deeds(&self) -> Vec<&'static str> {
        let changes = self.world.sandbox.changes();
        changes.into_iter().map(|change| change.deed).collect()
    }

    /// The address of something on this Confluence.
    fn address(&self, below: &str) -> String {
        let site = personalities(self.deployment).1;
        format!(
            "{}{below}",
            self.world.sandbox.url(site).as_str().trim_end_matches('/')
        )
    }

    async fn ana(&self, tool: &str, arguments: Value) -> String {
        self.answer(&people::ana(), tool, arguments).await
    }

    async fn ana_fails(&self, tool: &str, arguments: Value) -> String {
        self.failure(&people::ana(), tool, arguments).await
    }
}

/// The requests that write.
fn writes(requests: Vec<SeenRequest>) -> usize {
    let asks = |request: &SeenRequest| request.path.ends_with("/users-bulk");
    requests
        .iter()
        .filter(|it| it.method != "GET" && !asks(it))
        .count()
}

/// B-49 and B-50: signs were not escaped, tables and nested lists were lost.
#[tokio::test]
async fn b_49_b_50_a_page_is_made_from_markdown_and_reads_the_same() {
    let markdown = "# Gifts & <more>\n\n- one\n  - two\n\n| a | b |\n| --- | --- |\n| 1 < 2 | #tag |\n\n\
        ```java\nif (a < b) {}\n```";
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let parent = site.address("/pages/viewpage.action?pageId=98310");
        let arguments = json!({
            "space_key": "DEMO", "title": " Gift cards ", "content": markdown, "parent_id": parent,
        });
        let told = site.ana(CREATE, arguments).await;
        assert_tells(
            &told,
            &[
                "The page was made.",
                "**Title**: Gift cards",
                "**Space**: DEMO",
                "**Version**: 1 by Ana Sousa on 2026-",
                "**Page ID**: ",
                "**URL**: http://",
            ],
        );
        let by_title = json!({"title": "Gift cards", "space_key": "DEMO"});
        let read = site.ana(READ, by_title).await;
        assert_tells(
            &read,
            &[
                "Gifts &",
                "- one\n  - two",
                "| 1 < 2 |",
                "tag",
                "```java\nif (a < b) {}\n```",
            ],
        );
        assert_eq!(site.deeds(), ["created page"]);
    }
}

/// Data Center shows an error in place of a code block in a language that it does not know.
#[tokio::test]
async fn code_is_in_a_language_that_the_deployment_knows_or_in_none() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let expected = match deployment {
            Deployment::Cloud => "```rust\n",
            Deployment::DataCenter => "```\n",
        };
        let code = |text: &str| format!("```rust\n{text}\n```");
        let new = json!({"space_key": "DEMO", "title": "Code", "content": code("made")});
        let made = site.ana(CREATE, new).await;
        let (_, page) = made.split_once("**Page ID**: ").unwrap();
        let page = page.lines().next().unwrap();
        let more = json!({"page_id": page, "content": code("added"), "append": true});
        site.ana(UPDATE, more).await;
        let read = site
            .ana(READ, json!({"title": "Code", "space_key": "DEMO"}))
            .await;
        let comment = json!({"page_id": page, "comment": code("said"), "dry_run": true});
        let told = site.ana(COMMENT, comment).await;
        for (text, word) in [(&read, "made"), (&read, "added"), (&told, "said")] {
            assert_tells(text, &[&format!("{expected}{word}\n```")]);
        }
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_made_is_told_with_its_reason_and_nothing_is_made() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let taken = [
            r#"page "Onboarding" in space DEMO (page_id 98340) already"#,
            "Next step: change that",
        ];
        for (changed, told) in [
            (json!({"title": "Onboarding"}), taken),
            (json!({"title": "Onboarding", "dry_run": true}), taken),
            (
                json!({"space_key": "NONE"}),
                ["has no space NONE", "Next step: "],
            ),
            (
                json!({"parent_id": "98410"}),
                ["page 98410 is in space TEAM", "give space_key TEAM"],
            ),
            (
                json!({"parent_id": "98370"}),
                ["has no page 98370", "Next step: "],
            ),
            (json!({"title": " "}), ["the title is empty", "title"]),
            (
                json!({"content": "<p>a & b", "content_format": "storage"}),
                ["line 1, column 6", "Markdown"],
            ),
        ] {
            let mut arguments = json!({"space_key": "DEMO", "title": "A", "content": "a"});
            for (name, value) in changed.as_object().unwrap() {
                arguments[name] = value.clone();
            }
            let failure = site.ana_fails(CREATE, arguments).await;
            assert_tells(&failure, &told);
        }
        assert_eq!(site.deeds(), [""; 0]);
    }
}

#[tokio::test]
async fn a_rehearsal_shows_the_change_and_writes_nothing() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let new =
            json!({"space_key": "DEMO", "title": "A", "content": "some *text*", "dry_run": true});
        let told = site.ana(CREATE, new).await;
        assert_tells(
            &told,
            &["Nothing was written", "\"A\" in space DEMO", "some *text*"],
        );
        let change = json!({"page_id": "98311", "find": "three times", "content": "twice",
            "title": "Retries", "dry_run": true});
        let told = site.ana(UPDATE, change).await;
        assert_tells(
            &told,
            &[
                "Nothing was written",
                "version 1 is there",
                "call it \"Retries\"",
                "<untrusted-",
                "-A payment is tried three times",
                "+A payment is tried twice",
            ],
        );
        assert_eq!(writes(site.requests()), 0);
        assert_eq!(site.deeds(), [""; 0]);
    }
}

/// A change of the page about the checkout, of which this version was read.
fn of_checkout(mut change: Value, version: u64) -> Value {
    change["page_id"] = json!("98310");
    change["version"] = json!(version);
    change
}

/// B-53: every change replaced the whole page.
#[tokio::test]
async fn b_53_a_part_of_a_page_is_changed_and_the_rest_stays() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (change, number) in [
            (
                json!({"section": "Fees", "content": "No fees & no *taxes*."}),
                5,
            ),
            (json!({"append": true, "content": "The end."}), 6),
            (
                json!({"section": "Calling the provider", "append": true, "content": "Twice."}),
                7,
            ),
            (
                json!({"find": "with an account", "content": "as a member", "title": "Checkout"}),
                8,
            ),
        ] {
            let told = site.ana(UPDATE, of_checkout(change, number - 1)).await;
            let version = format!("**Version**: {number} by Ana Sousa");
            assert_tells(&told, &["The page was changed.", &version]);
        }
        let read = site.ana(READ, json!({"page_id": "98310"})).await;
        assert_tells(
            &read,
            &[
                "**Title**: Checkout ",
                "From basket to order",
                "No fees & no *taxes*.",
                "Calling the provider",
                "```bash",
                "Twice.",
                "Open points",
                "as a member",
                "The end.",
            ],
        );
        assert!(!read.contains("Stripe"), "{read}");
    }
}

/// B-53: somebody else's work was written over without a word.
#[tokio::test]
async fn b_53_a_page_that_has_changed_since_it_was_read_is_told_with_what_is_new() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let change = |version: u64| {
            json!({"page_id": "98310", "content": "x", "force": true,
            "expected_version": version})
        };
        let told = site.ana_fails(UPDATE, change(3)).await;
        assert_tells(
            &told,
            &[
                "did not change page 98310",
                "version 4 by Ana Sousa on 2026-09-14T",
                "made for version 3",
                "Next step: read page 98310 again",
                "since version 3",
                "<untrusted-",
                "PayPal",
            ],
        );
        let future = site.ana_fails(UPDATE, change(9)).await;
        assert_tells(&future, &["version 4 by", "made for version 9"]);
        assert_eq!(writes(site.requests()), 0);
        site.ana(UPDATE, change(4)).await;
        assert_eq!(site.deeds(), ["changed page"]);
    }
}

#[tokio::test]
async fn a_whole_page_that_would_lose_macros_is_not_written_unless_forced() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let told = site
            .ana_fails(UPDATE, json!({"page_id": "98320", "content": "Nothing."}))
            .await;
        assert_tells(&told, &["children", "Next step: ", "force true"]);
        assert_eq!(site.deeds(), [""; 0]);
        let forced = json!({"page_id": "98320", "content": "Nothing.", "force": true});
        site.ana(UPDATE, forced).await;
        let same = json!({"page_id": "98320", "content": "Nothing."});
        let told = site.ana(UPDATE, same).await;
        assert_tells(&told, &["nothing was written", "**Version**: 2 "]);
        assert_eq!(site.deeds(), ["changed page"]);
    }
}

#[tokio::test]
async fn a_page_is_named_by_any_address_of_its_site_and_by_none_of_another() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        // 98311 is 0x01_80_07.
        for below in [
            "/pages/viewpage.action?pageId=98311",
            "/spaces/DEMO/pages/98311/Payment+retries",
            "/display/DEMO/Payment+retries",
            "/x/B4AB",
        ] {
            let arguments = json!({"page_id": site.address(below), "comment": "Seen"});
            let told = site.ana(COMMENT, arguments).await;
            assert_tells(
                &told,
                &[
                    "was added",
                    "**Title**: Payment retries",
                    "**Page ID**: 98311",
                ],
            );
        }
        for elsewhere in [
            "https://example.com/pages/viewpage.action?pageId=98311",
            "98311/../98310",
        ] {
            let arguments = json!({"page_id": elsewhere, "comment": "Seen"});
            site.ana_fails(COMMENT, arguments).await;
            assert_eq!(site.requests(), []);
        }
    }
}

/// What one may not see one cannot write to, and is not told that it is there.
#[tokio::test]
async fn a_page_that_is_hidden_from_somebody_is_not_there_for_their_writes() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (tool, arguments) in [
            (
                UPDATE,
                json!({"page_id": "98330", "append": true, "content": "x"}),
            ),
            (COMMENT, json!({"page_id": "98330", "comment": "x"})),
            (
                CREATE,
                json!({"space_key": "DEMO", "title": "A", "content": "x", "parent_id": "98330"}),
            ),
        ] {
            let told = site.failure(&people::ben(), tool, arguments).await;
            assert_tells(&told, &["has no page 98330", "Next step: "]);
            assert!(!told.contains("Prices"), "{told}");
        }
        assert_eq!(site.deeds(), [""; 0]);
    }
}
