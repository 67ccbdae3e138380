//! Comments on pages of both sample sites: threads with their replies, and writing replies.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{CommentId, PageId, SpaceKey};
use atlassian::model::{
    CommentLocation, Page, PageComment, PageKind, PageThreads, Resolution, Total,
};
use atlassian::{Error, Spaces, ThreadRange};
use sandbox::Sandbox;

use super::assert_understood;
use super::confluence_site::Site;

const CHECKOUT: &str = "98310";
const BLOG_POST: &str = "98360";
const ALL: ThreadRange = ThreadRange {
    skip: 0,
    enough: 100,
};

impl Site {
    async fn threads(&self, page: &str, kind: PageKind, range: ThreadRange) -> PageThreads {
        let id = PageId::parse(page).unwrap();
        let found = self.confluence.page_comments(&self.ana, &id, kind, range);
        found.await.unwrap()
    }

    async fn reply(&self, page: &Page, to: &str) -> Result<Option<PageComment>, Error> {
        let to = CommentId::parse(to).unwrap();
        let added = self
            .confluence
            .add_comment(&self.ana, page, "<p>So be it.</p>", Some(&to));
        added.await
    }
}

/// Each thread on a line, each comment as its number and author.
fn told(found: &PageThreads) -> Vec<String> {
    let comment = |it: &PageComment| {
        let author = it.author.as_ref().unwrap().label();
        let id = it.id.as_ref().unwrap();
        format!("{id} {}", author.split(' ').next().unwrap())
    };
    let threads = found.threads.iter();
    threads
        .map(|thread| {
            let comments: Vec<_> = thread.comments.iter().map(comment).collect();
            comments.join(", ")
        })
        .collect()
}

#[tokio::test]
async fn threads_are_told_newest_first_with_their_replies_the_same_on_both_deployments() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let found = site.threads(CHECKOUT, PageKind::Page, ALL).await;
        let threads = [
            "99005 Ana",
            "99004 Grace",
            "99003 Grace",
            "99006 Dan, 99007 Eva",
            "99001 Carol, 99002 Ben, 99008 Carol",
        ];
        assert_eq!(told(&found), threads, "{deployment}");
        assert_eq!((found.has_more, found.total), (false, Total::Exact(8)));
        let last = &found.threads[4].comments;
        let parents = last
            .iter()
            .map(|it| it.reply_to.as_ref().map(ToString::to_string));
        let parents: Vec<_> = parents.collect();
        assert_eq!(
            parents,
            [None, Some("99001".to_owned()), Some("99002".to_owned())]
        );
        assert_understood(&site.sandbox);
    }
}

#[tokio::test]
async fn inline_comments_are_told_with_the_words_they_are_about_and_whether_they_are_settled() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let found = site.threads(CHECKOUT, PageKind::Page, ALL).await;
        let of = |thread: usize| &found.threads[thread].comments[0].location;
        let inline = |words: &str, resolution| CommentLocation::Inline {
            selection: Some(words.to_owned()),
            resolution,
        };
        assert_eq!(of(0), &CommentLocation::Footer);
        assert_eq!(of(2), &inline("25 cents", Resolution::Open));
        assert_eq!(of(3), &inline("the warehouse packs", Resolution::Resolved));
    }
}

#[tokio::test]
async fn a_range_of_threads_costs_no_more_requests_than_it_has_comments() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let (skip, enough) = (3, 1);
        let found = site
            .threads(CHECKOUT, PageKind::Page, ThreadRange { skip, enough })
            .await;
        assert_eq!(told(&found)[0], "99006 Dan, 99007 Eva");
        let asked = site.sandbox.requests().into_iter();
        let asked = asked.filter(|it| it.path.ends_with("/children")).count();
        let comments = found.threads.iter().map(|it| it.comments.len()).sum();
        assert_eq!(asked, if deployment == Cloud { comments } else { 0 });
    }
}

#[tokio::test]
async fn a_reply_stands_below_what_it_replies_to_wherever_that_is() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let page = site.page(CHECKOUT).await;
        for (to, thread) in [("99005", 0), ("99008", 4), ("99003", 2), ("99007", 3)] {
            let added = site.reply(&page, to).await.unwrap().unwrap();
            let found = site.threads(CHECKOUT, PageKind::Page, ALL).await;
            let last = found.threads[thread].comments.last().unwrap();
            assert_eq!(last.id, added.id, "{deployment}, {to}");
            assert_eq!(last.reply_to.as_ref().unwrap().as_str(), to);
            let is_inline = matches!(last.location, CommentLocation::Inline { .. });
            assert_eq!(is_inline, thread == 2 || thread == 3);
        }
        assert_understood_but_for_missing(&site.sandbox);
    }
}

/// A comment is looked for at the foot of the page before it is looked for in its text.
fn assert_understood_but_for_missing(sandbox: &Sandbox) {
    for request in sandbox.requests() {
        assert!(
            request.refusal.is_none() || request.status == 404,
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn comments_on_a_blog_post_are_read_and_replied_to_like_those_on_a_page() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let post = site.page(BLOG_POST).await;
        let begun = site
            .confluence
            .add_comment(&site.ana, &post, "<p>Well done</p>", None);
        let id = begun.await.unwrap().unwrap().id.unwrap();
        site.reply(&post, id.as_str()).await.unwrap();
        let found = site.threads(BLOG_POST, PageKind::BlogPost, ALL).await;
        assert_eq!(found.threads[0].comments.len(), 2);
    }
}

#[tokio::test]
async fn a_reply_goes_to_a_comment_on_the_page_that_was_named_and_to_nothing_else() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let page = site.page(CHECKOUT).await;
        // A comment on another page, one that is not there, and a page.
        for elsewhere in ["99010", "99020", "99999", CHECKOUT] {
            let refused = site.reply(&page, elsewhere).await.unwrap_err();
            let wanted = format!("comment {elsewhere} on page {CHECKOUT}");
            assert!(
                matches!(&refused, Error::NotFound { what, .. } if *what == wanted),
                "{refused:?}"
            );
        }
        // A reply names no page: what it replies to does.
        let other = site.page("98321").await;
        assert!(site.reply(&other, "99002").await.is_err());
        assert_eq!(site.sandbox.changes(), []);
    }
}

/// The number of a comment reaches over every space; a reply does not.
#[tokio::test]
async fn a_limited_client_replies_to_nothing_out_of_its_reach() {
    for deployment in [Cloud, DataCenter] {
        let mut site = Site::start(deployment).await;
        let (onboarding, checkout) = (site.page("98410").await, site.page(CHECKOUT).await);
        let demo = SpaceKey::parse("DEMO").unwrap();
        site.confluence = site.confluence.within(&Spaces::only([demo]));
        for page in [&onboarding, &checkout] {
            let refused = site.reply(page, "99020").await;
            assert!(
                matches!(refused, Err(Error::NotFound { .. })),
                "{refused:?}"
            );
        }
        assert_eq!(site.sandbox.changes(), []);
        assert!(site.reply(&checkout, "99002").await.is_ok());
    }
}
