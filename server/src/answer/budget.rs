//! How long an answer may be; not what is left out of it.

/// The most characters of an answer. A token of a model is about four of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget(usize);

impl Budget {
    /// About 6,000 tokens.
    pub(crate) const DEFAULT: Self = Self(24_000);
    /// The largest a call may ask for, for readers that cannot go on.
    pub(crate) const LARGEST: Self = Self(100_000);
    const LEAST: i64 = 1_000;
    const MOST: i64 = 100_000;

    /// The budget a call asks for, brought within 1,000 and 100,000 characters.
    pub(crate) fn of(max_chars: Option<i64>) -> Self {
        let wanted = max_chars.map(|chars| chars.clamp(Self::LEAST, Self::MOST));
        wanted
            .and_then(|chars| usize::try_from(chars).ok())
            .map_or(Self::DEFAULT, Self)
    }

    pub(crate) fn chars(self) -> usize {
        self.0
    }
}

/// How much of what is left one text may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    All,
    Half,
}

impl Share {
    /// So many characters of these.
    pub(crate) fn of(self, chars: usize) -> usize {
        match self {
            Self::All => chars,
            Self::Half => chars / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_out_of_bounds_is_brought_within() {
        for (asked, chars) in [
            (None, 24_000),
            (Some(-1), 1_000),
            (Some(5_000), 5_000),
            (Some(i64::MAX), 100_000),
        ] {
            assert_eq!(Budget::of(asked).chars(), chars, "{asked:?}");
        }
    }
}
