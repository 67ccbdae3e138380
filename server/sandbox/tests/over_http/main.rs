//! The sandbox asked over real HTTP, as its users ask it.
//! The query languages have their own tests inside the crate.

#![expect(
    clippy::unwrap_used,
    reason = "what surrounds the tests fails by panicking too"
)]

mod attachments;
mod cloud_confluence;
mod confluence_writing;
mod data_center_confluence;
mod faults;
mod gate;
mod gateway;
mod jira;
mod jira_writing;
mod removed;

use reqwest::{Client, RequestBuilder, Response};
use sandbox::{Person, Personality, Sandbox};
use serde_json::Value;

pub(crate) use Personality::{ConfluenceCloud, ConfluenceDataCenter, JiraCloud, JiraDataCenter};

/// A running sandbox and a client that keeps no cookies.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            sandbox: Sandbox::start().await.unwrap(),
            client,
        }
    }

    pub(crate) fn address(&self, site: Personality, path: &str) -> String {
        format!(
            "{}{path}",
            self.sandbox.url(site).as_str().trim_end_matches('/')
        )
    }

    pub(crate) fn get(&self, site: Personality, path: &str, person: &Person) -> RequestBuilder {
        authenticated(self.client.get(self.address(site, path)), site, person)
    }

    pub(crate) fn post(&self, site: Personality, path: &str, person: &Person) -> RequestBuilder {
        authenticated(self.client.post(self.address(site, path)), site, person)
    }

    /// The JSON of a GET that must succeed.
    pub(crate) async fn json(&self, site: Personality, path: &str, person: &Person) -> Value {
        let answer = self.get(site, path, person).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Status and text of a GET that must fail.
    pub(crate) async fn refusal(
        &self,
        site: Personality,
        path: &str,
        person: &Person,
    ) -> (u16, String) {
        refusal(self.get(site, path, person).send().await.unwrap()).await
    }
}

/// The credential that fits the site.
pub(crate) fn authenticated(
    request: RequestBuilder,
    site: Personality,
    person: &Person,
) -> RequestBuilder {
    match site {
        JiraCloud | ConfluenceCloud => request.basic_auth(&person.email, Some(&person.api_token)),
        JiraDataCenter | ConfluenceDataCenter => request.bearer_auth(&person.personal_access_token),
    }
}

pub(crate) async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    assert!(status >= 400, "{status} is no refusal");
    (status, answer.text().await.unwrap())
}

/// The values of one member of each item of a list.
pub(crate) fn each(list: &Value, member: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item[member].as_str().unwrap_or_default().to_owned())
        .collect()
}
