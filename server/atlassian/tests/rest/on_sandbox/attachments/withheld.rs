//! Files that are not given: hidden from the account, out of reach of the client, or not had for a fault.

use atlassian::Deployment::{self, Cloud, DataCenter};
use atlassian::ids::{IssueKey, ProjectKey, SpaceKey};
use atlassian::{Error, Projects, Spaces};
use sandbox::{Effect, Fault, Personality, Sandbox, people};

use super::super::{confluence, credential, jira};
use super::{MOST, id, is_what_it_says, number, page};

#[tokio::test]
async fn files_of_what_somebody_may_not_see_do_not_exist() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ben = credential(&people::ben(), deployment);
        let ana = credential(&people::ana(), deployment);
        let jira = jira(&sandbox, deployment);
        let confluence = confluence(&sandbox, deployment);
        let (plan, budget) = (number("60008"), id("att97006"));
        for (found, content) in [
            (
                jira.attachment(&ben, &plan).await.map(drop),
                // What another account found does not help.
                jira.attachment_content(&ben, &jira.attachment(&ana, &plan).await.unwrap(), MOST)
                    .await,
            ),
            (
                confluence.attachment(&ben, &budget).await.map(drop),
                confluence
                    .attachment_content(
                        &ben,
                        &confluence.attachment(&ana, &budget).await.unwrap(),
                        MOST,
                    )
                    .await,
            ),
        ] {
            assert!(matches!(found, Err(Error::NotFound { .. })), "{found:?}");
            assert!(
                matches!(content, Err(Error::NotFound { .. })),
                "{content:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_limit_to_spaces_holds_for_files_by_id_by_name_and_by_what_was_found_before() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let everything = confluence(&sandbox, deployment);
        let [demo, none] = [&["DEMO"][..], &[]].map(|keys| {
            everything.within(&Spaces::only(
                keys.iter().map(|key| SpaceKey::parse(key).unwrap()),
            ))
        });
        let of_team = everything.attachment(&ana, &id("97008")).await.unwrap();
        let (on, nothing) = (page("98420"), id("97999"));
        for limited in [&demo, &none] {
            let (by_id, unknown, by_name, bytes) = tokio::join!(
                limited.attachment(&ana, &of_team.id),
                limited.attachment(&ana, &nothing),
                limited.attachment_named(&ana, &on, "numbers.txt"),
                limited.attachment_content(&ana, &of_team, MOST),
            );
            let by_id = by_id.unwrap_err().to_string();
            let unknown = unknown.unwrap_err().to_string();
            // The page of a hidden file is not named either.
            assert_eq!(by_id.replace("97008", "97999"), unknown);
            assert!(by_id.contains("limited to Confluence spaces"), "{by_id}");
            assert!(
                matches!(by_name, Err(Error::NotFound { .. })),
                "{by_name:?}"
            );
            assert!(matches!(bytes, Err(Error::NotFound { .. })), "{bytes:?}");
        }
        let within = demo.attachment(&ana, &id("97003")).await.unwrap();
        let bytes = demo.attachment_content(&ana, &within, MOST).await.unwrap();
        assert!(is_what_it_says("x.log", &bytes));
    }
    let seen = sandbox.requests();
    assert!(!seen.iter().any(|it| it.path.contains("97008/binary")));
}

#[tokio::test]
async fn a_limit_to_projects_holds_for_files() {
    let sandbox = Sandbox::start().await.unwrap();
    for deployment in [Cloud, DataCenter] {
        let ana = credential(&people::ana(), deployment);
        let everything = jira(&sandbox, deployment);
        let demo = everything.within(&Projects::only([ProjectKey::parse("DEMO").unwrap()]));
        let ops = IssueKey::parse("OPS-2").unwrap();
        let hidden = everything.attachments(&ana, &ops).await.unwrap();
        assert!(demo.attachments(&ana, &ops).await.is_err());
        let bytes = demo.attachment_content(&ana, &hidden[0], MOST).await;
        assert!(matches!(bytes, Err(Error::NotFound { .. })), "{bytes:?}");
        let alone = demo.attachment(&ana, &number("60001")).await;
        assert!(matches!(alone, Err(Error::NotPlaced { .. })), "{alone:?}");
        let shown = IssueKey::parse("DEMO-1").unwrap();
        let shown = demo.attachments(&ana, &shown).await.unwrap();
        let bytes = demo.attachment_content(&ana, &shown[0], MOST).await;
        assert!(bytes.is_ok_and(|bytes| is_what_it_says("x.pdf", &bytes)));
    }
}

/// What becomes of the bytes of one file of each service while a fault is in force where they are.
async fn under(deployment: Deployment, effect: &Effect) -> [Result<Vec<u8>, Error>; 2] {
    let sandbox = Sandbox::start().await.unwrap();
    let ana = credential(&people::ana(), deployment);
    let jira = jira(&sandbox, deployment);
    let confluence = confluence(&sandbox, deployment);
    let log = jira.attachment(&ana, &number("60001")).await.unwrap();
    let plan = confluence.attachment(&ana, &id("97001")).await.unwrap();
    for personality in Personality::ALL {
        let place = match personality {
            Personality::JiraCloud | Personality::ConfluenceCloud => "/binary",
            Personality::JiraDataCenter | Personality::ConfluenceDataCenter => "/attachment",
        };
        sandbox.inject(Fault::new(*personality, place, effect.clone()));
    }
    [
        jira.attachment_content(&ana, &log, MOST).await,
        confluence.attachment_content(&ana, &plan, MOST).await,
    ]
}

#[tokio::test]
async fn a_fault_of_the_host_that_has_the_bytes_is_told_as_what_it_is() {
    let status = |status| Effect::status(status, "{}");
    let on_cloud = |error: &Error| matches!(error, Error::FileHost { .. });
    for deployment in [Cloud, DataCenter] {
        let of_status = |error: &Error| match deployment {
            Cloud => on_cloud(error),
            DataCenter => !on_cloud(error),
        };
        for code in [401, 403, 404, 429, 500] {
            for outcome in under(deployment, &status(code)).await {
                let error = outcome.unwrap_err();
                assert!(of_status(&error), "{deployment} {code}: {error:?}");
            }
        }
        for outcome in under(deployment, &Effect::CutBody).await {
            assert!(
                matches!(outcome, Err(Error::Interrupted { .. })),
                "{outcome:?}"
            );
        }
        for outcome in under(deployment, &Effect::HtmlLoginPage).await {
            assert!(
                matches!(outcome, Err(Error::LoginPage { .. })),
                "{outcome:?}"
            );
        }
        for outcome in under(deployment, &Effect::EmptySuccess).await {
            assert!(
                matches!(outcome, Err(Error::Malformed { .. })),
                "{outcome:?}"
            );
        }
        for outcome in under(deployment, &Effect::NullFields).await {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
    }
}
