//! get-confluence-page.

use sandbox::people;
use serde_json::json;
use tests::world::DEPLOYMENTS;

use super::{Site, assert_tells};

const PAGE: &str = "get-confluence-page";

/// B-47: space, author and date were always unknown.
#[tokio::test]
async fn b_47_a_page_is_told_with_its_space_its_version_and_its_text() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"page_id": "98310"});
        let told = site.answer(&people::ana(), PAGE, arguments).await;
        assert_tells(
            &told,
            &[
                "**Title**: Checkout flow",
                "**Space**: Webshop Handbook (DEMO)",
                "**Version**: 4 by Ana Sousa on 2026-09-14T",
                ": Idempotency, open points",
                "**Page ID**: 98310",
                "**URL**: http://",
                "> [!NOTE]",
                "# From basket to order",
                "The customer pays → the *payment worker* books",
                "| Provider | Fee |\n| --- | --- |\n| Stripe | 1.5 % + 25 cents |",
                "```bash\ncurl -X POST",
                "1. Basket\n   1. as a guest",
            ],
        );
        for absent in ["## Comments", "## History", "<p>", "ac:"] {
            assert!(!told.contains(absent), "{absent}: {told}");
        }
    }
}

/// B-57: the first hit of any space and type was taken.
#[tokio::test]
async fn b_57_of_two_pages_with_one_title_the_space_decides() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (space, id, text) in [
            ("DEMO", "98340", "How a new shop designer starts"),
            ("TEAM", "98410", "a tour of the workshop"),
        ] {
            let arguments = json!({"title": "Onboarding", "space_key": space});
            let told = site.answer(&people::ana(), PAGE, arguments).await;
            let id = format!("**Page ID**: {id} ");
            assert_tells(&told, &["**Title**: Onboarding", &id, text]);
        }
        for (space, title) in [
            ("DEMO", "On-call handbook"),
            ("TEAM", "Onboard"),
            ("NONE", "Onboarding"),
        ] {
            let arguments = json!({"title": title, "space_key": space});
            let failure = site.failure(&people::ana(), PAGE, arguments).await;
            assert_tells(&failure, &["Confluence has no", space, "Next step: "]);
        }
    }
}

#[tokio::test]
async fn b_26_a_page_that_is_not_fully_named_is_asked_for_and_nothing_is_sent() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for arguments in [
            json!({}),
            json!({"title": "Onboarding"}),
            json!({"space_key": "DEMO"}),
        ] {
            let failure = site.failure(&people::ana(), PAGE, arguments).await;
            assert_tells(&failure, &["page_id", "title and space_key"]);
            assert_eq!(site.requests(), []);
        }
    }
}

/// B-12: ids went into the path and titles into the query as they came.
#[tokio::test]
async fn b_12_what_names_a_page_cannot_break_out_of_path_and_query() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let quoted = "DEMO\" OR space = \"TEAM";
        for arguments in [
            json!({"page_id": "98310/../98330"}),
            json!({"page_id": "98310?x=1"}),
            json!({"page_id": "98310#x"}),
            json!({"title": "Onboarding", "space_key": quoted}),
            json!({"title": "Onboarding", "space_key": "../TEAM"}),
        ] {
            let failure = site.failure(&people::ana(), PAGE, arguments).await;
            assert_tells(&failure, &[" is no ", "such as "]);
            assert_eq!(site.requests(), []);
        }
        for title in [
            "x\" OR title = \"Onboarding",
            "Onboarding&title=Team home",
            "%",
            "*",
        ] {
            let arguments = json!({"title": title, "space_key": "TEAM"});
            let failure = site.failure(&people::ana(), PAGE, arguments).await;
            assert_tells(&failure, &["Confluence has no page", "in space TEAM"]);
        }
    }
}

/// B-47 and B-48.
#[tokio::test]
async fn b_47_b_48_comments_and_history_are_told_newest_first_with_their_authors() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments =
            json!({"page_id": "98310", "include_comments": true, "include_history": true});
        let told = site.answer(&people::ana(), PAGE, arguments).await;
        assert_tells(
            &told,
            &[
                "## Comments (8, newest threads first",
                " author=\"Ana Sousa\" date=\"2026-09-15T",
                "note=\"comment 99005\"",
                "Fix is under way.",
                " author=\"Grace Tanaka\" date=\"2026-09-15T",
                "Three customers wait for a refund",
                // An inline comment among those at the foot of the page.
                " author=\"Grace Tanaka\" date=\"2026-08-11T",
                "note=\"comment 99003, inline on the words quoted first\"",
                "> 25 cents\n\nIs this per order or per payment?",
                " author=\"Dan Whitlock\" date=\"2026-07-20T",
                "note=\"comment 99006, inline on the words quoted first, resolved\"",
                "> the warehouse packs\n\nWho tells the customer?",
                "note=\"comment 99007, reply to 99006\"",
                "The shop does, by mail.",
                " author=\"Carol Lindqvist\" date=\"2026-07-01T",
                "note=\"comment 99001\"",
                "Can we add the fee of bank transfers?",
                "note=\"comment 99002, reply to 99001\"",
                "There is none.",
                "note=\"comment 99008, reply to 99002\"",
                "Then the table stays as it is.",
                "## History (newest first)",
                "- Version 4 by Ana Sousa on 2026-09-14T",
                "- Version 3 by Ana Sousa on 2026-07-01T",
                "- Version 2 by Ben Okafor on 2026-06-30T",
                ": Fees",
                "- Version 1 by Ana Sousa on 2026-02-02T",
            ],
        );
    }
}

#[tokio::test]
async fn a_restricted_page_and_what_is_below_it_are_told_like_pages_that_are_not_there() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let by_id = |id: &str| json!({"page_id": id});
        let told = site.answer(&people::carol(), PAGE, by_id("98330")).await;
        assert_tells(&told, &["marker-restricted-prices"]);
        for arguments in [
            by_id("98330"),
            json!({"page_id": "98331", "include_comments": true, "include_history": true}),
            json!({"title": "Prices of next season", "space_key": "DEMO"}),
            json!({"title": "Discounts of next season", "space_key": "DEMO"}),
            by_id("98410"),
            json!({"title": "Onboarding", "space_key": "TEAM"}),
        ] {
            let failure = site.failure(&people::ben(), PAGE, arguments).await;
            assert_tells(&failure, &["Confluence has no", "Next step: "]);
            for hidden in ["marker", "Longtail", "Carol", "workshop"] {
                assert!(!failure.contains(hidden), "{failure}");
            }
        }
        let hidden = site.failure(&people::ben(), PAGE, by_id("98330")).await;
        let absent = site.failure(&people::ben(), PAGE, by_id("11111")).await;
        assert_eq!(
            hidden.replace("98330", "ID"),
            absent.replace("11111", "ID"),
            "{deployment}"
        );
    }
}

#[tokio::test]
async fn a_page_with_nothing_in_it_is_a_readable_answer() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments =
            json!({"page_id": "98350", "include_comments": true, "include_history": true});
        let told = site.answer(&people::ana(), PAGE, arguments).await;
        let parts = [
            "**Title**: Imported scrap",
            "**Version**: 1 on 2026-04-01T",
            "*The page is empty.*",
        ];
        assert_tells(&told, &parts);
        for absent in ["null", "## Comments"] {
            assert!(!told.contains(absent), "{absent}: {told}");
        }
    }
}
