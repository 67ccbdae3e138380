//! Who asked for what, held against what the sites saw.

use std::collections::BTreeMap;

use atlassian::{Deployment, Service};
use sandbox::{Person, SeenRequest, people};
use tests::world::{personalities, seen_of};

/// How often each person asked for a thing, and how often they heard the answer. A call that was
/// dropped may have reached the site or not.
#[derive(Default)]
pub(super) struct Evidence(BTreeMap<(String, String), Count>);

#[derive(Default, Clone, Copy)]
struct Count {
    asked: usize,
    heard: usize,
}

impl Evidence {
    pub(super) fn asked(&mut self, who: String, resource: &str) {
        self.0.entry((who, resource.to_owned())).or_default().asked += 1;
    }

    pub(super) fn heard(&mut self, who: String, resource: &str) {
        self.0.entry((who, resource.to_owned())).or_default().heard += 1;
    }

    /// Both together.
    pub(super) fn and(mut self, other: Self) -> Self {
        for (key, count) in other.0 {
            let sum = self.0.entry(key).or_default();
            sum.asked += count.asked;
            sum.heard += count.heard;
        }
        self
    }

    /// How many calls were answered in all.
    pub(super) fn answered(&self) -> usize {
        self.0.values().map(|count| count.heard).sum()
    }

    /// Each request carried the credential of somebody who had asked for that thing, and as often as
    /// they had asked.
    pub(super) fn compare(&self, seen: &[SeenRequest], deployment: Deployment, crowd: &[Person]) {
        let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
        for request in seen {
            let person = acted_as(request, crowd);
            assert_eq!(
                request.credential,
                seen_of(&person, deployment),
                "{request:?}"
            );
            assert!(!request.cookie_sent, "{request:?}");
            let Some(resource) = resource(request, deployment) else {
                continue;
            };
            let key = (person.user_name, resource);
            assert!(
                self.0.contains_key(&key),
                "nobody asked for it: {request:?}"
            );
            *times.entry(key).or_default() += 1;
        }
        for (key, count) in &self.0 {
            let times = times.get(key).copied().unwrap_or_default();
            assert!(
                (count.heard..=count.asked).contains(&times),
                "{key:?}: {times} times"
            );
        }
    }
}

/// Whose credential it was: one of the crowd's or the server's own.
fn acted_as(request: &SeenRequest, crowd: &[Person]) -> Person {
    let own = people::service_account();
    let named = |person: &&Person| request.person.as_ref() == Some(&person.user_name);
    let person = crowd.iter().chain([&own]).find(named);
    person.unwrap_or_else(|| panic!("{request:?}")).clone()
}

/// The thing a request is about; none for those that only complete a page (space, names of people).
fn resource(request: &SeenRequest, deployment: Deployment) -> Option<String> {
    let (jira, _) = personalities(deployment);
    let service = if request.personality == jira {
        Service::Jira
    } else {
        Service::Confluence
    };
    let after = |mark: &str| Some(request.path.split_once(mark)?.1.to_owned());
    match service {
        Service::Jira => after("/issue/").or_else(|| {
            assert!(request.path.contains("/search"), "{request:?}");
            Some("assigned".to_owned())
        }),
        Service::Confluence => after("/pages/").or_else(|| after("/content/")).or_else(|| {
            let query = request.query.as_ref()?;
            let (at, _) = query.match_indices("marker-crowd-").next()?;
            query
                .get(at..at + "marker-crowd-0000".len())
                .map(str::to_owned)
        }),
    }
}
