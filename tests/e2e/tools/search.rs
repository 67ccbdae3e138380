//! search-confluence.

use sandbox::people;
use serde_json::json;
use tests::world::DEPLOYMENTS;

use super::{Site, all_between, assert_tells, walk};

const SEARCH: &str = "search-confluence";

/// B-54: hits came without the text around them. B-47: and without a date.
#[tokio::test]
async fn b_54_words_find_pages_with_their_space_their_date_and_the_text_around() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let arguments = json!({"query": "payment worker"});
        let told = site.answer(&people::ana(), SEARCH, arguments).await;
        assert_eq!(ids(&told), ["98310", "98421"], "{deployment}");
        assert_tells(
            &told,
            &[
                "- **Checkout flow** (ID: 98310)",
                "  Space: Webshop Handbook (DEMO) | Last Modified: 2026-09-14T",
                "the payment worker books",
                "- **Restart the payment worker** (ID: 98421)",
            ],
        );
        assert!(!told.contains("@@@"), "{told}");
    }
}

/// B-55: CQL was recognised by words that may be in any sentence, and its order got lost.
#[tokio::test]
async fn b_55_cql_is_taken_as_it_is_narrowed_to_pages_and_its_order_kept() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let ordered = "label = payments order by title";
        let reversed = "label = payments order by title desc";
        let in_team = "space = TEAM and label = payments";
        for (query, space, found) in [
            (ordered, None, &["98310", "98311", "98421"][..]),
            (reversed, None, &["98421", "98311", "98310"]),
            (ordered, Some("TEAM"), &["98421"]),
            // The space the query names itself holds.
            (in_team, Some("DEMO"), &["98421"]),
            ("type = blogpost", None, &["98360"]),
        ] {
            let mut arguments = json!({"query": query});
            if let Some(space) = space {
                arguments["space_key"] = json!(space);
            }
            let told = site.answer(&people::ana(), SEARCH, arguments).await;
            assert_eq!(ids(&told), found, "{deployment}: {told}");
        }
        let arguments = json!({"query": "favourite = 5"});
        let failure = site.failure(&people::ana(), SEARCH, arguments).await;
        assert_tells(&failure, &["Confluence refused", "400", "Next step: "]);
    }
}

#[tokio::test]
async fn a_space_narrows_the_search_and_nothing_found_is_told_with_the_query() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for (space, found) in [("TEAM", &["98410"][..]), ("DEMO", &["98300", "98340"])] {
            let arguments = json!({"query": "onboarding", "space_key": space});
            let told = site.answer(&people::ana(), SEARCH, arguments).await;
            assert_eq!(ids(&told), found, "{deployment}");
        }
        let arguments = json!({"query": "zebra crossing"});
        let told = site.answer(&people::ana(), SEARCH, arguments).await;
        assert_tells(&told, &["Nothing found. Searched with `", "zebra crossing"]);
    }
}

#[tokio::test]
async fn the_cursor_walks_all_hits_and_each_exactly_once() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        let at_most =
            |size: i64| json!({"query": "type = page order by title", "max_results": size});
        let whole = site.answer(&people::ana(), SEARCH, at_most(50)).await;
        let whole = ids(&whole);
        assert_eq!(whole.len(), 14, "{deployment}");
        for (size, pages) in [(1, 14), (5, 3), (7, 2), (14, 1), (1000, 1), (0, 2)] {
            let walked = walk(&site, &people::ana(), SEARCH, at_most(size)).await;
            assert_eq!(walked.len(), pages, "{deployment}, {size} at a time");
            let found: Vec<_> = walked.iter().flat_map(|page| ids(page)).collect();
            assert_eq!(found, whole, "{deployment}, {size} at a time");
        }
    }
}

#[tokio::test]
async fn the_search_finds_only_what_the_caller_may_see() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for query in [
            "marker-restricted-prices",
            "text ~ \"marker-restricted-prices\"",
        ] {
            let arguments = json!({"query": query});
            let told = site.answer(&people::ana(), SEARCH, arguments.clone()).await;
            assert_eq!(ids(&told), ["98330"], "{deployment}: {told}");
            let told = site.answer(&people::ben(), SEARCH, arguments).await;
            assert_tells(&told, &["Nothing found."]);
        }
    }
}

/// B-12: a quote in the query broke out of its string.
#[tokio::test]
async fn b_12_quotes_in_a_query_are_words_and_cannot_leave_the_space() {
    for deployment in DEPLOYMENTS {
        let site = Site::start(deployment).await;
        for query in [
            "x\" OR title ~ \"onboarding",
            "x\\\" OR title ~ \"onboarding",
            "x\") OR (title ~ \"onboarding",
            "x' OR title ~ 'onboarding",
            "\"",
            "\\",
        ] {
            let arguments = json!({"query": query, "space_key": "DEMO"});
            let told = site.answer(&people::ana(), SEARCH, arguments).await;
            assert!(!ids(&told).contains(&"98410"), "{deployment}: {told}");
        }
        let arguments = json!({"query": "onboarding", "space_key": "DEMO\" OR space.key = \"TEAM"});
        let failure = site.failure(&people::ana(), SEARCH, arguments).await;
        assert_tells(&failure, &["is no space key"]);
        assert_eq!(site.requests(), []);
    }
}

fn ids(told: &str) -> Vec<&str> {
    all_between(told, "(ID: ", ")")
}
