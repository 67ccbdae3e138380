//! Addresses that people paste where an id is wanted: told from ids, and taken only when they are of
//! the configured site. They are read and never fetched; what they name is found next door.

use percent_encoding::percent_decode_str;
use url::Url;

use super::InvalidId;
use crate::site::SiteUrl;

/// A text that names nothing of the wanted kind, whether an id or an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReference {
    /// No id and no address.
    #[error("{0}, or its address in a browser")]
    Id(#[from] InvalidId),
    /// An address of another site. Only its origin is repeated: the rest may hold a secret.
    #[error("this address belongs to {origin}, and only addresses of {site} can be used here")]
    OtherSite {
        /// Scheme, host and port of the address.
        origin: String,
        /// The configured site.
        site: SiteUrl,
    },
    /// An address of the site that names nothing of the wanted kind.
    #[error("this address of {site} names no {kind}: expected {expected}")]
    NotNamed {
        /// What was wanted, as in `issue`.
        kind: &'static str,
        /// What such an address looks like.
        expected: &'static str,
        /// The configured site.
        site: SiteUrl,
    },
}

/// An address below the site.
pub(super) struct Address<'a> {
    url: Url,
    site: &'a SiteUrl,
}

impl<'a> Address<'a> {
    /// Reads an address; nothing when the text is none.
    pub(super) fn read(text: &str, site: &'a SiteUrl) -> Option<Result<Self, InvalidReference>> {
        let url = Url::parse(text.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        if site.segments_below(&url).is_none() {
            return Some(Err(InvalidReference::OtherSite {
                origin: url.origin().ascii_serialization(),
                site: site.clone(),
            }));
        }
        Some(Ok(Self { url, site }))
    }

    /// The segments of its path below the site, still percent-encoded.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.site.segments_below(&self.url).unwrap_or_default()
    }

    /// The first query parameter of that name.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        Some(pairs.find(|(of, _)| of == name)?.1.into_owned())
    }

    /// The refusal of an address that names nothing of the wanted kind.
    pub(super) fn names_no(&self, kind: &'static str, expected: &'static str) -> InvalidReference {
        let site = self.site.clone();
        InvalidReference::NotNamed {
            kind,
            expected,
            site,
        }
    }
}

/// Signs that people and models put around a name: quotes, and the brackets of Markdown and JSON.
const AROUND: [(char, char); 5] = [('`', '`'), ('"', '"'), ('\'', '\''), ('[', ']'), ('<', '>')];

/// A reference without what surrounds it: `#DEMO-1`, `[DEMO-1]`, or the address in `[DEMO-1](https://…)`.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim();
    let link = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(')')?.split_once("]("));
    let text = link.map_or(text, |(_, address)| address);
    let inner = AROUND.iter().find_map(|(before, behind)| {
        let inner = text.strip_prefix(*before)?;
        inner.strip_suffix(*behind)
    });
    let text = inner.unwrap_or(text).trim();
    text.strip_prefix('#').unwrap_or(text)
}

/// One segment as text; nothing when it is no UTF-8.
pub(super) fn decoded(segment: &str) -> Option<String> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    Some(text.into_owned())
}
