//! The gateway before the Cloud sites: where scoped tokens work, and nothing else does.

use reqwest::RequestBuilder;
use sandbox::{Host, Person, Personality, people};
use serde_json::{Value, json};

use crate::{ConfluenceCloud, JiraCloud, JiraDataCenter, World};

const WHO: [(Personality, &str, &str); 2] = [
    (JiraCloud, "jira", "/rest/api/3/myself"),
    (ConfluenceCloud, "confluence", "/wiki/rest/api/user/current"),
];

impl World {
    /// What a site says of itself to anybody.
    async fn cloud_id(&self, site: Personality) -> String {
        let mut url = self.sandbox.url(site);
        url.set_path("/_edge/tenant_info");
        let answer = self.client.get(url).send().await.unwrap();
        let told: Value = answer.json().await.unwrap();
        told["cloudId"].as_str().unwrap().to_owned()
    }

    fn through(&self, product: &str, cloud: &str, path: &str) -> RequestBuilder {
        let url = format!("{}ex/{product}/{cloud}{path}", self.sandbox.gateway_url());
        self.client.get(url)
    }
}

/// Status and JSON, as whoever has this token.
async fn answered(request: RequestBuilder, person: &Person, token: &str) -> (u16, Value) {
    let answer = request.basic_auth(&person.email, Some(token)).send().await;
    let answer = answer.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn a_scoped_token_works_at_the_gateway_and_a_classic_one_at_the_site() {
    let world = World::start().await;
    let ana = people::ana();
    for (site, product, path) in WHO {
        let cloud = world.cloud_id(site).await;
        let through = || world.through(product, &cloud, path);
        let at_site = || {
            let mut url = world.sandbox.url(site);
            url.set_path(path);
            world.client.get(url)
        };
        let (status, me) = answered(through(), &ana, &ana.scoped_api_token).await;
        assert_eq!((status, &me["displayName"]), (200, &json!("Ana Sousa")));
        let refused = [
            answered(at_site(), &ana, &ana.scoped_api_token).await,
            answered(through(), &ana, &ana.api_token).await,
            answered(through(), &people::ben(), &ana.scoped_api_token).await,
        ];
        assert!(refused.iter().all(|(status, _)| *status == 401));
        let bearer = through().bearer_auth(&ana.scoped_api_token).send().await;
        assert_eq!(bearer.unwrap().status(), 401);
        assert_eq!(answered(at_site(), &ana, &ana.api_token).await.0, 200);
    }
    let seen = world.sandbox.requests();
    let through = seen.iter().filter(|it| it.host == Host::Gateway);
    assert_eq!(through.count(), 8);
}

#[tokio::test]
async fn the_gateway_has_the_cloud_of_the_sites_and_nothing_of_data_center() {
    let world = World::start().await;
    let ana = people::ana();
    let cloud = world.cloud_id(JiraCloud).await;
    assert_eq!(world.cloud_id(ConfluenceCloud).await, cloud);
    for request in [
        world.through("jira", "0f-1a", "/rest/api/3/myself"),
        world.through("bitbucket", &cloud, "/rest/api/3/myself"),
        world.through("jira", &cloud, "/_edge/tenant_info"),
        world.through("jira", &cloud, "/jira/rest/api/2/myself"),
        world.through("confluence", &cloud, "/api/v2/pages/98310"),
    ] {
        assert_eq!(answered(request, &ana, &ana.scoped_api_token).await.0, 404);
    }
    let mut url = world.sandbox.url(JiraDataCenter);
    url.set_path("/_edge/tenant_info");
    let told = world.client.get(url).send().await.unwrap();
    assert_eq!(told.status(), 401);
}

#[tokio::test]
async fn what_v2_has_replaced_is_gone_at_the_gateway_too() {
    let world = World::start().await;
    let ana = people::ana();
    let cloud = world.cloud_id(ConfluenceCloud).await;
    for path in ["", "/98310", "/98310/child/comment"] {
        let path = format!("/wiki/rest/api/content{path}");
        let request = world.through("confluence", &cloud, &path);
        let (status, told) = answered(request, &ana, &ana.scoped_api_token).await;
        assert_eq!(status, 410, "{path}");
        assert!(
            told["message"].as_str().unwrap().contains("/api/v2"),
            "{told}"
        );
    }
}
