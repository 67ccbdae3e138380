//! Keys of issues while somebody types one: Jira's own picker, which is made for that.
//! Issues that match a query are found in `search`.

use serde::Deserialize;

use super::Jira;
use crate::credential::Credential;
use crate::error::Error;
use crate::http::Repeat;
use crate::ids::IssueKey;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    sections: Option<Vec<Section>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Section {
    issues: Option<Vec<Suggestion>>,
}

#[derive(Deserialize)]
struct Suggestion {
    key: IssueKey,
}

impl Jira {
    /// Keys of issues that fit what has been typed, in Jira's order, each once.
    ///
    /// # Errors
    /// The site is not reachable or does not answer in time; nobody waits for another try.
    pub async fn pick(&self, credential: &Credential, typed: &str) -> Result<Vec<IssueKey>, Error> {
        let path = ["rest", "api", self.version().await?, "issue", "picker"];
        let call = self
            .site
            .read(&path, "suggested issues")
            .acting_as(credential);
        let call = call.query("query", typed).repeating(Repeat::Never);
        let sections = call.fetch::<Answer>().await?.sections.unwrap_or_default();
        let found = sections
            .into_iter()
            .filter_map(|section| section.issues)
            .flatten();
        let mut keys: Vec<IssueKey> = Vec::new();
        for Suggestion { key } in found {
            if self.reach.includes(&key) && !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(keys)
    }
}
