//! Credentials, cookies, the record, and the refusal of what is not offered.

use std::time::Duration;

use sandbox::{Fingerprint, SeenCredential, people};
use serde_json::Value;

use crate::{ConfluenceCloud, ConfluenceDataCenter, JiraCloud, JiraDataCenter, World, refusal};

const WHO: [(sandbox::Personality, &str); 4] = [
    (JiraCloud, "/rest/api/3/myself"),
    (ConfluenceCloud, "/rest/api/user/current"),
    (JiraDataCenter, "/rest/api/2/myself"),
    (ConfluenceDataCenter, "/rest/api/user/current"),
];

#[tokio::test]
async fn every_site_knows_who_is_asking() {
    let world = World::start().await;
    for (site, path) in WHO {
        for person in people::all() {
            let me = world.json(site, path, &person).await;
            assert_eq!(me["displayName"], person.display_name.as_str(), "{site}");
        }
    }
}

#[tokio::test]
async fn unknown_and_missing_credentials_are_401_everywhere() {
    let world = World::start().await;
    for (site, path) in WHO {
        let mut stranger = people::ana();
        stranger.api_token = "sample-api-token-nobody".to_owned();
        stranger.personal_access_token = "sample-pat-nobody".to_owned();
        let answer = world.get(site, path, &stranger).send().await.unwrap();
        assert!(answer.headers().contains_key("www-authenticate"));
        assert!(!answer.headers().contains_key("set-cookie"));
        assert_eq!(answer.status(), 401, "{site}");
        let answer = world
            .client
            .get(world.address(site, path))
            .send()
            .await
            .unwrap();
        assert_eq!(refusal(answer).await.0, 401, "{site}");
    }
}

#[tokio::test]
async fn a_cloud_site_takes_no_bearer_and_a_data_center_no_api_token() {
    let world = World::start().await;
    let ana = people::ana();
    let path = world.address(JiraCloud, "/rest/api/3/myself");
    for token in [&ana.api_token, &ana.personal_access_token] {
        let answer = world
            .client
            .get(&path)
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        let (status, text) = refusal(answer).await;
        assert_eq!(status, 401);
        assert!(text.contains("no Bearer token") && !text.contains(token.as_str()));
    }
    let path = world.address(JiraDataCenter, "/rest/api/2/myself");
    let request = world
        .client
        .get(&path)
        .basic_auth(&ana.email, Some(&ana.api_token));
    assert_eq!(request.send().await.unwrap().status(), 401);
    let request = world
        .client
        .get(&path)
        .basic_auth(&ana.user_name, Some(&ana.password));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_probes_answer_strangers_but_not_wrong_credentials() {
    let world = World::start().await;
    for (site, path, version) in [
        (JiraCloud, "/rest/api/2/serverInfo", "1001.0.0-SNAPSHOT"),
        (JiraCloud, "/rest/api/3/serverInfo", "1001.0.0-SNAPSHOT"),
        (JiraDataCenter, "/rest/api/2/serverInfo", "10.3.2"),
        (
            ConfluenceDataCenter,
            "/rest/api/server-information",
            "10.0.3",
        ),
    ] {
        let address = world.address(site, path);
        let answer = world.client.get(&address).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let info: Value = answer.json().await.unwrap();
        assert_eq!(info["version"], version);
        assert_eq!(
            info["baseUrl"],
            world.sandbox.url(site).as_str().trim_end_matches('/')
        );
        let wrong = world
            .client
            .get(&address)
            .bearer_auth("wrong")
            .send()
            .await
            .unwrap();
        assert_eq!(wrong.status(), 401);
    }
}

#[tokio::test]
async fn a_session_cookie_that_comes_back_wins_over_the_credential() {
    let world = World::start().await;
    for (site, path) in WHO {
        let first = world.get(site, path, &people::ana()).send().await.unwrap();
        let cookie = first.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let second = world
            .get(site, path, &people::ben())
            .header("cookie", cookie);
        let me: Value = second.send().await.unwrap().json().await.unwrap();
        assert_eq!(me["displayName"], "Ana Sousa", "{site}");
        let seen = world.sandbox.requests().pop().unwrap();
        assert!(seen.cookie_sent);
        assert_eq!(seen.person.as_deref(), Some("ana"));
    }
}

#[tokio::test]
async fn the_record_has_fingerprints_in_order_and_no_token() {
    let world = World::start().await;
    let (ana, ben) = (people::ana(), people::ben());
    world
        .json(
            JiraDataCenter,
            "/rest/api/2/issue/DEMO-1?fields=summary",
            &ana,
        )
        .await;
    world.json(ConfluenceCloud, "/api/v2/spaces", &ben).await;
    let unreadable = world
        .client
        .get(world.address(JiraCloud, "/rest/api/3/myself"));
    unreadable
        .header("authorization", "Digest sample-pat-ana")
        .send()
        .await
        .unwrap();

    let seen = world.sandbox.requests();
    assert_eq!(seen.len(), 3);
    let fingerprint = Fingerprint::of(&ana.personal_access_token);
    assert_eq!(seen[0].credential, SeenCredential::Bearer(fingerprint));
    assert_eq!((seen[0].method.as_str(), seen[0].status), ("GET", 200));
    assert_eq!(seen[0].path, "/jira/rest/api/2/issue/DEMO-1");
    assert_eq!(seen[0].query.as_deref(), Some("fields=summary"));
    assert!(!seen[0].cookie_sent);
    let token = Fingerprint::of(&ben.api_token);
    assert_eq!(
        seen[1].credential,
        SeenCredential::Basic {
            user: ben.email.clone(),
            token
        }
    );
    assert_eq!(seen[1].person.as_deref(), Some("ben"));
    assert_eq!(seen[2].credential, SeenCredential::Unreadable);
    assert_eq!((seen[2].status, seen[2].person.as_deref()), (401, None));

    let text = format!("{seen:?} {ana:?}");
    assert!(!text.contains("sample-"), "{text}");
}

#[tokio::test]
async fn requests_can_be_forgotten() {
    let world = World::start().await;
    world
        .json(JiraCloud, "/rest/api/3/myself", &people::ana())
        .await;
    world.sandbox.forget_requests();
    assert!(world.sandbox.requests().is_empty());
}

/// Site, path, status, and where the API in question puts its explanation.
const NOT_OFFERED: &[(sandbox::Personality, &str, u16, &str)] = &[
    (JiraCloud, "/rest/api/3/nothing", 404, "/errorMessages/0"),
    (
        JiraCloud,
        "/rest/api/3/myself?who=me",
        400,
        "/errorMessages/0",
    ),
    (
        JiraCloud,
        "/rest/api/3/issue/DEMO-1?expand=colour",
        400,
        "/errorMessages/0",
    ),
    (JiraCloud, "/rest/api/3/search/jql", 405, "/errorMessages/0"),
    (
        JiraDataCenter,
        "/rest/api/2/issue/DEMO-1/changelog",
        404,
        "/errorMessages/0",
    ),
    (
        ConfluenceCloud,
        "/api/v2/users-bulk",
        405,
        "/errors/0/detail",
    ),
    (ConfluenceCloud, "/api/v2/nothing", 404, "/errors/0/detail"),
    (
        ConfluenceCloud,
        "/api/v2/pages/98310?expand=body",
        400,
        "/errors/0/detail",
    ),
    (
        ConfluenceCloud,
        "/rest/api/search?cql=type=page&start=5",
        400,
        "/message",
    ),
    (ConfluenceDataCenter, "/rest/api/nothing", 404, "/message"),
    (
        ConfluenceDataCenter,
        "/rest/api/user?accountId=x",
        400,
        "/message",
    ),
];

#[tokio::test]
async fn unknown_paths_methods_and_parameters_are_refused_in_the_shape_of_the_api() {
    let world = World::start().await;
    let ana = people::ana();
    for &(site, path, status, pointer) in NOT_OFFERED {
        let (code, text) = world.refusal(site, path, &ana).await;
        assert_eq!(code, status, "{path}: {text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        let message = body.pointer(pointer).and_then(Value::as_str).unwrap();
        assert!(message.contains("sandbox: "), "{message}");
        let seen = world.sandbox.requests().pop().unwrap();
        assert_eq!(seen.refusal.as_deref(), Some(message));
        assert_eq!(seen.status, status);
    }
}

#[tokio::test]
async fn a_forgotten_context_path_is_explained() {
    let world = World::start().await;
    let url = world
        .sandbox
        .url(JiraDataCenter)
        .join("/rest/api/2/myself")
        .unwrap();
    let request = world
        .client
        .get(url)
        .bearer_auth(people::ana().personal_access_token);
    let (status, text) = refusal(request.send().await.unwrap()).await;
    assert_eq!(status, 404);
    assert!(
        text.contains("GET /rest/api/2/myself is not offered by Jira Data Center"),
        "{text}"
    );
    assert!(text.contains("below /jira"), "{text}");
}

#[tokio::test]
async fn bodies_must_be_json_of_the_right_type_and_without_unknown_members() {
    let world = World::start().await;
    let path = "/rest/api/3/search/jql";
    let post = |body: &'static str, kind: &'static str| {
        let request = world.post(JiraCloud, path, &people::ana());
        request.header("content-type", kind).body(body).send()
    };
    let good = r#"{"jql":"project = DEMO"}"#;
    assert_eq!(
        post(good, "application/json; charset=utf-8")
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(post(good, "text/plain").await.unwrap().status(), 415);
    for bad in [
        r#"{"jql":"project = DEMO","startAt":0}"#,
        r#"{"jql":"project = DEMO","expand":["names"]}"#,
        "{",
    ] {
        let (status, text) = refusal(post(bad, "application/json").await.unwrap()).await;
        assert_eq!(status, 400);
        assert!(text.contains("Invalid request payload"), "{text}");
    }
}

#[tokio::test]
async fn the_sites_close_when_the_last_handle_is_dropped() {
    let world = World::start().await;
    let address = world.address(JiraCloud, "/rest/api/3/serverInfo");
    assert!(world.client.get(&address).send().await.is_ok());
    drop(world.sandbox.clone());
    assert!(world.client.get(&address).send().await.is_ok());
    drop(world.sandbox);
    // The listener closes as soon as its task has run; the limit only keeps a failure finite.
    let closed = async {
        while world.client.get(&address).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(60), closed)
            .await
            .is_ok()
    );
}
