//! How much a site lets one account ask, as it says itself.
//! Whether a call waits is decided in `http`.

/// What is left of a quota (`X-RateLimit-*`; Cloud tells it on some answers, Data Center where an
/// administrator has switched rate limiting on).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many requests are left.
    pub remaining: u64,
    /// How many there are at most.
    pub limit: Option<u64>,
}
