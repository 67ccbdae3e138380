//! The spaces of a site, as far as one answer tells them.
//! Single spaces are looked up where their pages are.

use super::Confluence;
use super::wire::Answer;
use crate::credential::Credential;
use crate::error::Error;
use crate::http::Repeat;
use crate::model::Space;
use crate::site::Deployment;
use serde::Deserialize;

/// The most spaces either deployment tells at once.
const MOST: &str = "250";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    key: Option<String>,
    name: Option<String>,
}

impl Confluence {
    /// The first 250 spaces the caller may see; nobody waits for another try.
    ///
    /// # Errors
    /// The site is not reachable or does not answer in time.
    pub async fn first_spaces(&self, credential: &Credential) -> Result<Vec<Space>, Error> {
        let path: &[&str] = match self.deployment().await? {
            Deployment::Cloud => &["api", "v2", "spaces"],
            Deployment::DataCenter => &["rest", "api", "space"],
        };
        let call = self.site.read(path, "spaces").acting_as(credential);
        let call = call.query("limit", MOST).repeating(Repeat::Never);
        let found = call.fetch::<Answer<Wire>>().await?.results;
        let spaces = found
            .into_iter()
            .flatten()
            .map(|Wire { key, name }| Space { key, name });
        Ok(spaces
            .filter(|space| self.reach.includes(Some(space)))
            .collect())
    }
}
