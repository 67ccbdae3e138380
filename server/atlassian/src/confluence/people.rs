//! Names of people, which Cloud's v2 answers give as account ids only (B-47).
//! Data Center sends names along.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::json;

use super::{Confluence, wire};
use crate::credential::Credential;
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
    /// Looks up account ids with one request; none when there is nobody to look up. A failure
    /// costs the names, never the answer they belong to.
    pub(super) async fn people<'a>(
        &self,
        credential: &Credential,
        ids: impl IntoIterator<Item = Option<&'a String>>,
    ) -> People {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Answer {
            results: Option<Vec<wire::User>>,
        }
        let ids: BTreeSet<_> = ids.into_iter().flatten().collect();
        if ids.is_empty() {
            return People::default();
        }
        let question = json!({ "accountIds": ids });
        let call = self
            .site
            .ask(&["api", "v2", "users-bulk"], &question, "names of people");
        let answer = call
            .acting_as(credential)
            .fetch::<Answer>()
            .await
            .unwrap_or_default();
        let users = answer.results.into_iter().flatten().map(User::from);
        People(
            users
                .filter_map(|user| Some((user.id.clone()?, user)))
                .collect(),
        )
    }
}
