//! Positions and sizes of long results.
//! What the items are is told by the result itself.

/// Where a result continues. Opaque: it holds Cloud's token or Data Center's offset and belongs to
/// the site and query that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor that was handed out before, as text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The cursor as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The cursor as Data Center's offset.
    pub(crate) fn offset(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

/// How many items there are in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Counted.
    Exact(u64),
    /// Estimated by Cloud, which no longer counts.
    Approximate(u64),
    /// Not told.
    Unknown,
}
