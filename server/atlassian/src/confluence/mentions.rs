//! Names for the people that texts mention, whom pages hold as ids (B-47).
//! Names of authors come with what they wrote, or are asked for in `people`.

use std::collections::HashSet;

use tokio::time::Instant;

use super::{Confluence, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::http::Repeat;
use crate::markup::{Names, Person, RichText, storage};
use crate::model::User;
use crate::site::Deployment;

/// The most people that are asked for at once on Cloud, where one request names them all …
const MOST_AT_ONCE: usize = 100;
/// … and on Data Center, where each needs one.
const MOST_ONE_BY_ONE: usize = 20;

impl Confluence {
    /// Puts names to the people that texts mention, so that their Markdown has them: on Cloud with one
    /// request for at most 100 people, on Data Center with one each for at most 20, four at a time; none
    /// for those this caller was told of a short while ago. A failure costs the names, never the texts.
    pub async fn name_mentions<'t>(
        &self,
        credential: &Credential,
        texts: impl IntoIterator<Item = &'t mut RichText>,
    ) {
        let mut texts: Vec<_> = texts.into_iter().collect();
        let mut seen = HashSet::new();
        let mentioned: Vec<Person> = texts
            .iter()
            .filter_map(|text| text.storage())
            .flat_map(storage::mentioned)
            .filter(|person| seen.insert(person.clone()))
            .collect();
        if mentioned.is_empty() {
            return;
        }
        let found = match self.deployment().await {
            Ok(Deployment::Cloud) => self.names_on_cloud(credential, &mentioned).await,
            Ok(Deployment::DataCenter) => self.names_one_by_one(credential, &mentioned).await,
            Err(_) => return,
        };
        for text in &mut texts {
            if let RichText::Storage { names, .. } = text {
                names.clone_from(&found);
            }
        }
    }

    async fn names_on_cloud(&self, credential: &Credential, mentioned: &[Person]) -> Names {
        let ids = mentioned.iter().filter_map(|person| match person {
            Person::AccountId(id) => Some(id),
            Person::UserName(_) | Person::UserKey(_) => None,
        });
        let ids: Vec<_> = ids.take(MOST_AT_ONCE).collect();
        let people = self.people(credential, ids.iter().copied().map(Some)).await;
        let named = ids.into_iter().filter_map(|id| {
            let user = people.named(Some(id.clone()))?;
            Some((Person::AccountId(id.clone()), user.display_name?))
        });
        named.collect()
    }

    async fn names_one_by_one(&self, credential: &Credential, mentioned: &[Person]) -> Names {
        let mut names = Names::new();
        let wanted = &mentioned[..mentioned.len().min(MOST_ONE_BY_ONE)];
        for four in wanted.chunks(4) {
            let name = async |at: usize| {
                let person = four.get(at)?;
                Some((person.clone(), self.name_of(credential, person).await?))
            };
            let (a, b, c, d) = tokio::join!(name(0), name(1), name(2), name(3));
            names.extend([a, b, c, d].into_iter().flatten());
        }
        names
    }

    /// The name of one person of Data Center. That somebody is unknown is remembered too: people leave,
    /// and pages go on mentioning them.
    async fn name_of(&self, credential: &Credential, person: &Person) -> Option<String> {
        let (parameter, id) = match person {
            Person::UserKey(key) => ("key", key),
            Person::UserName(name) => ("username", name),
            Person::AccountId(_) => return None,
        };
        let caller = self.site.fingerprint(credential);
        let memory = format!("{parameter}={id}");
        if let Some(user) = self.people.recall(caller, &memory, Instant::now()) {
            return user.display_name;
        }
        let call = self
            .site
            .read(&["rest", "api", "user"], "the name of a person");
        let call = call.acting_as(credential).query(parameter, id);
        let user = match call.repeating(Repeat::Never).fetch::<wire::User>().await {
            Ok(user) => User::from(user),
            Err(Error::NotFound { .. }) => User::default(),
            Err(_) => return None,
        };
        let name = user.display_name.clone();
        self.people.remember(caller, &memory, user, Instant::now());
        name
    }
}
