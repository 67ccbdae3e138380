//! Confluence's writing verbs on both sample sites.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::SpaceKey;
use atlassian::model::{NewPage, NextVersion, Page, PageKind};
use atlassian::{Access, Error, Spaces};
use sandbox::{Effect, Fault};

use super::assert_understood;
use super::confluence_site::Site;
use crate::in_no_time_once;

/// Payment retries, of which there is one version.
const RETRIES: &str = "98311";
const BLOG_POST: &str = "98360";

impl Site {
    async fn create(
        &self,
        space: &str,
        title: &str,
        parent: Option<&Page>,
    ) -> Result<Option<Page>, Error> {
        let space = &SpaceKey::parse(space).unwrap();
        let storage = "<p>a &amp; b</p>";
        let new = NewPage {
            space,
            parent,
            title,
            storage,
        };
        self.confluence.create_page(&self.ana, &new).await
    }

    async fn update(&self, page: &Page, title: &str) -> Result<Option<Page>, Error> {
        let storage = "<p>twice</p>";
        let next = NextVersion {
            title,
            storage,
            message: Some("why"),
        };
        self.confluence.update_page(&self.ana, page, &next).await
    }

    /// What goes wrong with everything that is sent with this method.
    fn inject(&self, method: &'static str, effect: Effect) {
        self.sandbox
            .inject(Fault::new(self.personality, "", effect).on(method));
    }

    fn deeds(&self) -> Vec<&'static str> {
        self.sandbox
            .changes()
            .into_iter()
            .map(|change| change.deed)
            .collect()
    }
}

#[tokio::test]
async fn b_45_a_page_is_made_changed_and_commented_on_the_same_on_both_deployments() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let parent = site.page(RETRIES).await;
        let made = site
            .create("DEMO", "Gift cards", Some(&parent))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(made.space.as_ref().unwrap().key.as_deref(), Some("DEMO"));
        let saved = site.update(&made, "Vouchers").await.unwrap().unwrap();
        let version = saved.version.as_ref().unwrap();
        assert_eq!(
            (version.number, version.message.as_deref()),
            (2, Some("why"))
        );
        assert_eq!(version.author.as_ref().unwrap().label(), "Ana Sousa");
        let comment = site
            .confluence
            .add_comment(&site.ana, &saved, "<p>Yes</p>", None)
            .await;
        let comment = comment.unwrap().unwrap();
        assert_eq!(comment.author.unwrap().label(), "Ana Sousa");
        let now = site.page(made.id.as_str()).await;
        assert_eq!(now.title, "Vouchers");
        assert_eq!(now.body.unwrap().storage(), Some("<p>twice</p>"));
        assert_eq!(
            site.deeds(),
            ["created page", "changed page", "created comment"]
        );
        assert_understood(&site.sandbox);
    }
}

/// v2 keeps blog posts apart from pages; v1 has a type for them.
#[tokio::test]
async fn a_blog_post_is_read_changed_and_commented_on_like_a_page() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let post = site.page(BLOG_POST).await;
        assert_eq!(
            (post.kind, &*post.title),
            (PageKind::BlogPost, "Ten thousand orders")
        );
        let saved = site.update(&post, &post.title).await.unwrap().unwrap();
        assert_eq!(saved.kind, PageKind::BlogPost);
        let comment = site
            .confluence
            .add_comment(&site.ana, &saved, "<p>Yes</p>", None)
            .await;
        assert!(comment.unwrap().is_some());
        assert_eq!(site.deeds(), ["changed page", "created comment"]);
    }
}

/// B-53: the version was fetched again in silence, and what somebody else had written was lost.
#[tokio::test]
async fn b_53_a_version_saved_in_between_is_a_conflict_that_tells_by_whom() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let read = site.page(RETRIES).await;
        site.update(&read, &read.title).await.unwrap();
        let error = site.update(&read, "Mine").await.unwrap_err();
        let told = error.to_string();
        for part in [
            "page 98311",
            "version 2 by Ana Sousa on 2026-",
            "made for version 1",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        assert!(error.next_step().contains("read page 98311 again"));
        assert_eq!(site.deeds(), ["changed page"]);
    }
}

#[tokio::test]
async fn a_title_that_is_taken_is_told_with_the_page_that_has_it() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let retries = site.page(RETRIES).await;
        for outcome in [
            site.create("DEMO", "Onboarding", None).await,
            site.update(&retries, "Onboarding").await,
        ] {
            let told = outcome.unwrap_err().to_string();
            assert!(
                told.contains("page \"Onboarding\" in space DEMO (page_id 98340)"),
                "{told}"
            );
            assert!(
                told.contains(site.sandbox.url(site.personality).as_str()),
                "{told}"
            );
        }
        assert_eq!(site.deeds(), [""; 0]);
    }
}

#[tokio::test]
async fn what_may_not_be_written_is_told_as_such() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let missing = site.create("NONE", "A", None).await.unwrap_err();
        assert!(
            matches!(&missing, Error::NotFound { what, .. } if what == "space NONE"),
            "{missing:?}"
        );
        let page = site.page(RETRIES).await;
        let broken = site
            .confluence
            .add_comment(&site.ana, &page, "a & b", None)
            .await
            .unwrap_err();
        assert!(broken.to_string().contains("(400: "), "{broken}");
        site.inject("POST", Effect::status(403, "{}"));
        let refused = site
            .confluence
            .add_comment(&site.ana, &page, "", None)
            .await
            .unwrap_err();
        assert!(
            matches!(
                refused,
                Error::Forbidden {
                    access: Access::Write,
                    ..
                }
            ),
            "{refused:?}"
        );
        assert!(
            refused.to_string().contains("to write to page 98311"),
            "{refused}"
        );
    }
}

/// B-34: a write that succeeded was told as a failure because its answer was empty.
#[tokio::test]
async fn b_34_an_empty_success_is_success() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let page = site.page(RETRIES).await;
        for method in ["POST", "PUT"] {
            site.inject(method, Effect::EmptySuccess);
        }
        assert_eq!(site.create("DEMO", "A", None).await, Ok(None));
        assert_eq!(site.update(&page, "B").await, Ok(None));
        assert_eq!(
            site.confluence
                .add_comment(&site.ana, &page, "", None)
                .await,
            Ok(None)
        );
    }
}

#[tokio::test]
async fn a_write_is_never_sent_twice_and_an_open_outcome_says_so() {
    for deployment in [Cloud, DataCenter] {
        for effect in [
            Effect::CutBody,
            Effect::status(502, ""),
            Effect::status(503, ""),
            Effect::Stall,
        ] {
            let site = Site::start(deployment).await;
            let page = site.page(RETRIES).await;
            site.inject("POST", effect.clone());
            let before = posts(&site);
            let creating = site.create("DEMO", "A", None);
            let commenting = site.confluence.add_comment(&site.ana, &page, "", None);
            let (created, commented) = if matches!(effect, Effect::Stall) {
                (
                    in_no_time_once(creating, || posts(&site) == before + 1).await,
                    in_no_time_once(commenting, || posts(&site) == before + 2).await,
                )
            } else {
                (creating.await, commenting.await)
            };
            let (created, commented) = (created.unwrap_err(), commented.unwrap_err());
            for (error, what) in [(created, "space DEMO"), (commented, "page 98311")] {
                let is_open =
                    matches!(&error, Error::OutcomeUnknown { what: at, .. } if at == what);
                let not_begun = matches!(error, Error::Unavailable { status: 503, .. });
                assert!(is_open || not_begun, "{effect:?}: {error:?}");
            }
            assert_eq!(posts(&site) - before, 2, "{effect:?}");
        }
    }
}

/// Requests that make something; Cloud is also asked for names by POST.
fn posts(site: &Site) -> usize {
    let requests = site.sandbox.requests().into_iter();
    requests
        .filter(|it| it.method == "POST" && !it.path.ends_with("/users-bulk"))
        .count()
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_looked_for_and_found() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let page = site.page(RETRIES).await;
        site.inject("PUT", Effect::CutBody);
        let saved = site.update(&page, "Found").await.unwrap().unwrap();
        assert_eq!((saved.version.unwrap().number, &*saved.title), (2, "Found"));
        assert_eq!(site.deeds(), ["changed page"]);
    }
}

#[tokio::test]
async fn a_change_that_was_lost_is_told_with_the_version_that_is_there() {
    for deployment in [Cloud, DataCenter] {
        let site = Site::start(deployment).await;
        let page = site.page(RETRIES).await;
        site.inject("PUT", Effect::status(502, ""));
        let error = site.update(&page, "Lost").await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains("(502); it is unknown"), "{told}");
        assert!(
            told.contains("(version 1 by Ben Okafor on 2026-08-04T"),
            "{told}"
        );
        let puts = site
            .sandbox
            .requests()
            .into_iter()
            .filter(|it| it.method == "PUT");
        assert_eq!(puts.count(), 1);
    }
}

#[tokio::test]
async fn a_limited_client_writes_nothing_where_it_does_not_reach() {
    for deployment in [Cloud, DataCenter] {
        let mut site = Site::start(deployment).await;
        let onboarding = site.page("98410").await;
        let demo = SpaceKey::parse("DEMO").unwrap();
        site.confluence = site.confluence.within(&Spaces::only([demo]));
        let elsewhere = [
            site.create("TEAM", "A", None).await.map(drop),
            site.create("DEMO", "A", Some(&onboarding)).await.map(drop),
            site.update(&onboarding, "A").await.map(drop),
            site.confluence
                .add_comment(&site.ana, &onboarding, "", None)
                .await
                .map(drop),
        ];
        for outcome in elsewhere {
            assert!(
                matches!(outcome, Err(Error::NotFound { .. })),
                "{outcome:?}"
            );
        }
        assert!(site.sandbox.changes().is_empty());
        let post = site.page(BLOG_POST).await;
        assert!(site.update(&post, "Reached").await.is_ok());
        assert!(site.create("DEMO", "A", None).await.is_ok());
    }
}
