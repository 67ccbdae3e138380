//! Query parameters, read strictly: what an endpoint does not name is refused.
//! Atlassian ignores unknown parameters; the sandbox does not, because a misspelt one is a bug.

use url::form_urlencoded;

use crate::site::refusal::Refusal;

/// The parameters of one request, all of them known to the endpoint.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `query`; a name outside `allowed` is a 400 that lists what is allowed.
    pub(crate) fn strict(query: Option<&str>, allowed: &[&str]) -> Result<Self, Refusal> {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let pairs: Vec<(String, String)> = pairs.into_owned().collect();
        match pairs
            .iter()
            .find(|(name, _)| !allowed.contains(&name.as_str()))
        {
            None => Ok(Self(pairs)),
            Some((name, _)) => Err(Refusal::bad_request(format!(
                "sandbox: unknown query parameter '{name}'; this path takes: {}",
                if allowed.is_empty() {
                    "none".to_owned()
                } else {
                    allowed.join(", ")
                }
            ))),
        }
    }

    /// The first value of a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a parameter, given repeatedly or separated by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(key, _)| key == name);
        let parts = values.flat_map(|(_, value)| value.split(','));
        parts
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// All pairs except those of the given names.
    pub(crate) fn others<'a>(
        &'a self,
        without: &'a [&str],
    ) -> impl Iterator<Item = &'a (String, String)> {
        self.0
            .iter()
            .filter(|(name, _)| !without.contains(&name.as_str()))
    }

    /// A number that must not be negative.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let wrong = |_| Refusal::bad_request(format!("parameter '{name}' must be a number >= 0"));
        text.parse().map(Some).map_err(wrong)
    }

    /// What `expand` asks for; anything outside `allowed` is refused.
    pub(crate) fn expand(&self, allowed: &[&str]) -> Result<Expand, Refusal> {
        Expand::strict(self.list("expand"), allowed)
    }
}

/// The dotted names that a request wants expanded.
#[derive(Clone, Default)]
pub(crate) struct Expand(Vec<String>);

impl Expand {
    /// Accepts only names in `allowed` and prefixes of them up to a dot.
    pub(crate) fn strict(names: Vec<String>, allowed: &[&str]) -> Result<Self, Refusal> {
        let known = |name: &str| {
            allowed.iter().any(|full| {
                full.strip_prefix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match names.iter().find(|name| !known(name)) {
            None => Ok(Self(names)),
            Some(name) => Err(Refusal::bad_request(format!(
                "sandbox: cannot expand '{name}' here; this path expands: {}",
                allowed.join(", ")
            ))),
        }
    }

    /// Whether this name, or something below it, was asked for.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|asked| {
            asked
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// What was asked for below `parent`, with `parent.` cut off.
    pub(crate) fn below(&self, parent: &str) -> Self {
        let cut = |name: &String| {
            name.strip_prefix(parent)?
                .strip_prefix('.')
                .map(str::to_owned)
        };
        Self(self.0.iter().filter_map(cut).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_parameter_is_refused_with_the_known_ones() {
        let refusal = Params::strict(Some("limit=1&lmit=2"), &["limit"])
            .err()
            .unwrap();
        assert_eq!(refusal.status, 400);
        assert!(refusal.message.contains("'lmit'") && refusal.message.contains("limit"));
    }

    #[test]
    fn expanding_knows_names_below_and_above() {
        let params = Params::strict(Some("expand=body.storage,version"), &["expand"]).unwrap();
        let expand = params
            .expand(&["body.storage", "version", "space"])
            .unwrap();
        assert!(expand.has("body") && expand.has("body.storage") && expand.has("version"));
        assert!(!expand.has("space") && !expand.has("bod"));
        assert!(expand.below("body").has("storage"));
        assert!(params.expand(&["version"]).is_err());
    }

    #[test]
    fn lists_come_repeated_or_with_commas() {
        let params = Params::strict(Some("keys=A,B&keys=C"), &["keys"]).unwrap();
        assert_eq!(params.list("keys"), ["A", "B", "C"]);
    }
}
