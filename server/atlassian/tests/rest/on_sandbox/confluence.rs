//! Confluence's verbs on both sample sites.

use atlassian::Deployment::{Cloud, DataCenter};
use atlassian::ids::{PageId, SpaceKey};
use atlassian::model::PageKind;
use atlassian::query::Cql;
use atlassian::{Confluence, Error};
use sandbox::{Personality, Sandbox, people};

use super::{assert_understood, confluence, credential, settings};

fn checkout() -> PageId {
    PageId::parse("98310").unwrap()
}

fn space(key: &str) -> SpaceKey {
    SpaceKey::parse(key).unwrap()
}

#[tokio::test]
async fn a_page_reads_the_same_on_both_deployments() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let page = confluence.page(&ana, &checkout()).await.unwrap();
        let titled = confluence
            .page_by_title(&ana, &space("DEMO"), "Checkout flow")
            .await;
        assert_eq!(titled.unwrap().id, page.id);
        assert_eq!(page.title, "Checkout flow");
        assert_eq!(page.space.unwrap().key.as_deref(), Some("DEMO"));
        let version = page.version.unwrap();
        assert_eq!(
            (version.number, version.author.unwrap().label()),
            (4, "Ana Sousa")
        );
        assert_eq!(version.message.as_deref(), Some("Idempotency, open points"));
        assert!(
            page.url
                .starts_with(sandbox.url(personality(deployment)).as_str())
        );
        let text = page.body.unwrap().to_markdown();
        for part in [
            "> [!NOTE]\n> Since release 4.3 every payment carries an **idempotency** key.",
            "→ the *payment worker* books → the warehouse packs. Fees & limits",
            "![](attachment:checkout-flow.png)",
            "| Provider | Fee |\n| --- | --- |\n| Stripe | 1.5 % + 25 cents |",
            "```bash\ncurl -X POST https://payments.example.org/charge \\\n  -H \"Idem",
            "\"note\": \"<none>\"}'\n```",
            "- [x] Draw the flow\n- [ ] [@",
            "key=DEMO-1](kept:1)",
            "1. Basket\n   1. as a guest\n   2. with an account\n2. Payment",
        ] {
            assert!(
                text.contains(part),
                "{deployment}: {part:?} not in:\n{text}"
            );
        }
    }
    assert_understood(&sandbox);
}

fn personality(deployment: atlassian::Deployment) -> Personality {
    match deployment {
        Cloud => Personality::ConfluenceCloud,
        DataCenter => Personality::ConfluenceDataCenter,
    }
}

#[tokio::test]
async fn versions_are_newest_first() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let versions = confluence
            .page_versions(&ana, &checkout(), PageKind::Page, 3)
            .await
            .unwrap();
        let told: Vec<_> = versions
            .iter()
            .map(|it| (it.number, it.author.as_ref().unwrap().label()))
            .collect();
        assert_eq!(
            told,
            [(4, "Ana Sousa"), (3, "Ana Sousa"), (2, "Ben Okafor")]
        );
        let post = PageId::parse("98360").unwrap();
        let versions = confluence.page_versions(&ana, &post, PageKind::BlogPost, 3);
        assert_eq!(versions.await.unwrap()[0].number, 1);
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn b_55_whatever_a_person_types_is_a_query_confluence_takes() {
    let sandbox = Sandbox::start().await.unwrap();
    let queries = [
        "checkout",
        "",
        "it's a thing",
        "search and rescue",
        "recreated stuff",
        "prototype = x",
        "\"idempotency key\"",
        "what (is: this) \"",
        "creator = currentUser() ORDER BY lastmodified DESC",
        "type in (page, blogpost) and label = payments",
        "order by title",
    ];
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        for query in queries {
            for within in [None, Some(space("DEMO"))] {
                let cql = Cql::from_user_query(query, within.as_ref());
                let found = confluence.search(&ana, &cql, 5, None).await;
                assert!(found.is_ok(), "{cql}: {found:?}");
            }
        }
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn a_search_is_walked_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let cql = Cql::from_user_query("checkout", Some(&space("DEMO")));
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let confluence = confluence(&sandbox, deployment);
        let (mut cursor, mut ids) = (None, Vec::new());
        loop {
            let page = confluence
                .search(&ana, &cql, 1, cursor.as_ref())
                .await
                .unwrap();
            for hit in page.hits {
                assert_eq!(
                    (hit.kind.as_str(), hit.space_key.as_deref()),
                    ("page", Some("DEMO"))
                );
                assert!(hit.last_modified.is_some() && hit.url.is_some());
                let excerpt = hit.excerpt.unwrap_or_default();
                assert!(
                    !excerpt.contains("@@@") && !excerpt.contains("&amp;"),
                    "{excerpt}"
                );
                ids.extend(hit.id);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert!(
            ids.len() > 1 && ids.iter().any(|id| id == "98310"),
            "{ids:?}"
        );
        ids.sort();
        ids.dedup();
        let rest = confluence.search(&ana, &cql, 50, None).await.unwrap();
        assert_eq!(rest.hits.len(), ids.len());
    }
    assert_understood(&sandbox);
}

#[tokio::test]
async fn everybody_acts_as_themselves_and_sees_only_their_own() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let confluence = confluence(&sandbox, deployment);
        for person in people::all() {
            let me = credential(&person, deployment);
            assert_eq!(
                confluence.current_user(&me).await.unwrap().label(),
                person.display_name
            );
        }
        let ben = credential(&people::ben(), deployment);
        let hidden = confluence
            .page_by_title(&ben, &space("TEAM"), "Onboarding")
            .await;
        assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
        let restricted = PageId::parse("98330").unwrap();
        let hidden = confluence.page(&ben, &restricted).await;
        assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
        let ana = credential(&people::ana(), deployment);
        confluence.page(&ana, &restricted).await.unwrap();
    }
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| !request.cookie_sent)
    );
}

#[tokio::test]
async fn the_deployment_is_found_by_asking() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let settings = settings(&sandbox, personality(deployment));
        let confluence = Confluence::new(settings).unwrap();
        assert_eq!(confluence.deployment().await, Ok(deployment));
    }
}
