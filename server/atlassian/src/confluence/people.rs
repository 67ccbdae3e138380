//! Names of people, which Cloud's v2 answers give as account ids only (B-47).
//! Data Center sends names along.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::{Confluence, wire};
use crate::credential::Credential;
use crate::http::Repeat;
use crate::model::User;

/// People by account id.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<String, User>);

impl People {
    /// The person with this account id; one without a name where Cloud told none.
    pub(super) fn named(&self, id: Option<String>) -> Option<User> {
        let id = id?;
        let known = self.0.get(&id).cloned();
        Some(known.unwrap_or(User {
            id: Some(id),
            display_name: None,
            email: None,
        }))
    }
}

impl Confluence {
    /// Looks up account ids: those this caller was told a short while ago in memory, all others with
    /// one request, or none when none is left. A failure costs the names, never the answer they
    /// belong to, which does not wait for another try.
    pub(super) async fn people<'a>(
        &self,
        credential: &Credential,
        ids: impl IntoIterator<Item = Option<&'a String>>,
    ) -> People {
        let caller = self.site.fingerprint(credential);
        let mut people = HashMap::new();
        let mut unknown = BTreeSet::new();
        for id in ids.into_iter().flatten() {
            match self.people.recall(caller, id, Instant::now()) {
                Some(person) => drop(people.insert(id.clone(), person)),
                None => drop(unknown.insert(id)),
            }
        }
        if !unknown.is_empty() {
            let told = self.ask_for_people(credential, &unknown).await;
            for (id, person) in told {
                self.people
                    .remember(caller, &id, person.clone(), Instant::now());
                people.insert(id, person);
            }
        }
        People(people)
    }

    async fn ask_for_people(
        &self,
        credential: &Credential,
        ids: &BTreeSet<&String>,
    ) -> impl Iterator<Item = (String, User)> + use<> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Answer {
            results: Option<Vec<wire::User>>,
        }
        let question = json!({ "accountIds": ids });
        let call = self
            .site
            .ask(&["api", "v2", "users-bulk"], &question, "names of people");
        let call = call.acting_as(credential).repeating(Repeat::Never);
        let answer = call.fetch::<Answer>().await.unwrap_or_default();
        let users = answer.results.into_iter().flatten().map(User::from);
        users.filter_map(|user| Some((user.id.clone()?, user)))
    }
}
