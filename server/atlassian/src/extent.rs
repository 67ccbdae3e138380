//! How much of a site a client reaches: all of it, or what lies in the named projects or spaces.
//! What a verb does about it is in `jira::reach` and `confluence::reach`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::ids::{ProjectKey, SpaceKey};

/// Everything on a site, or what lies in the named places. Cheap to clone.
///
/// ```
/// use atlassian::Projects;
/// use atlassian::ids::ProjectKey;
///
/// let operator = Projects::only([ProjectKey::parse("DEMO")?, ProjectKey::parse("OPS")?]);
/// let request = Projects::only([ProjectKey::parse("ops")?, ProjectKey::parse("HR")?]);
/// assert_eq!(operator.and(&request).to_string(), "OPS");
/// # Ok::<(), atlassian::ids::InvalidId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent<K> {
    /// By the form in which keys are compared; `None` is everything.
    places: Option<Arc<BTreeMap<String, K>>>,
}

/// The Jira projects within reach.
pub type Projects = Extent<ProjectKey>;

/// The Confluence spaces within reach. No two spaces of a site differ in capitals only, so capitals
/// make no difference here either.
pub type Spaces = Extent<SpaceKey>;

impl<K> Extent<K> {
    /// The extent that leaves everything within reach.
    #[must_use]
    pub const fn everything() -> Self {
        Self { places: None }
    }

    /// Whether there is no limit.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.places.is_none()
    }

    /// Whether nothing is within reach.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.places.as_ref().is_some_and(|places| places.is_empty())
    }

    /// The places within reach, in alphabetical order; `None` when there is no limit.
    #[must_use]
    pub fn places(&self) -> Option<impl ExactSizeIterator<Item = &K>> {
        self.places.as_ref().map(|places| places.values())
    }

    /// Whether the place with this key, in any capitals, is within reach.
    pub(crate) fn includes(&self, key: &str) -> bool {
        self.places
            .as_ref()
            .is_none_or(|places| places.contains_key(&compared(key)))
    }
}

impl<K: fmt::Display + Clone> Extent<K> {
    /// Only these places; none at all when there are none.
    #[must_use]
    pub fn only(keys: impl IntoIterator<Item = K>) -> Self {
        let places = keys
            .into_iter()
            .map(|key| (compared(&key.to_string()), key));
        Self {
            places: Some(Arc::new(places.collect())),
        }
    }

    /// What is within both, so that a limit can only be made narrower.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self.places(), &other.places) {
            (None, _) => other.clone(),
            (Some(_), None) => self.clone(),
            (Some(keys), Some(others)) => Self::only(
                keys.filter(|key| others.contains_key(&compared(&key.to_string())))
                    .cloned(),
            ),
        }
    }
}

fn compared(key: &str) -> String {
    key.to_lowercase()
}

/// The keys, separated by commas, for sentences.
impl<K: fmt::Display> fmt::Display for Extent<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mut keys) = self.places() else {
            return formatter.write_str("all");
        };
        let Some(first) = keys.next() else {
            return formatter.write_str("none");
        };
        write!(formatter, "{first}")?;
        keys.try_for_each(|key| write!(formatter, ", {key}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spaces(keys: &[&str]) -> Spaces {
        Spaces::only(keys.iter().map(|key| SpaceKey::parse(key).unwrap()))
    }

    #[test]
    fn capitals_make_no_difference() {
        let limited = spaces(&["Docs", "~JDoe"]);
        assert!(limited.includes("DOCS") && limited.includes("~jdoe"));
        assert!(!limited.includes("DOC") && !limited.includes(""));
        assert_eq!(limited.and(&spaces(&["dOCS"])).to_string(), "Docs");
    }

    #[test]
    fn without_names_there_is_no_limit_and_with_an_empty_list_there_is_nothing() {
        let (all, none) = (Spaces::everything(), spaces(&[]));
        assert!(all.is_everything() && all.includes("X") && all.places().is_none());
        assert!(none.is_nothing() && !none.includes("X") && !none.is_everything());
        assert_eq!(
            (all.to_string(), none.to_string()),
            ("all".into(), "none".into())
        );
        assert_eq!(all.and(&none), none);
    }

    fn limits() -> impl Strategy<Value = Spaces> {
        let keys =
            proptest::collection::vec(proptest::sample::select(&["A", "b", "C", "~d"]), 0..4);
        proptest::option::of(keys)
            .prop_map(|keys| keys.map_or(Spaces::everything(), |it| spaces(&it)))
    }

    proptest! {
        #[test]
        fn two_limits_let_through_what_both_do(one in limits(), other in limits(), key in "[a-d]|~D") {
            let both = one.and(&other);
            prop_assert_eq!(both.includes(&key), one.includes(&key) && other.includes(&key));
        }
    }
}
