//! The record of requests: who asked for what with which credential, and how it was answered.
//! Tokens never enter it, only fingerprints; deciding who somebody is happens elsewhere.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::personality::Personality;

/// The first twelve hexadecimal digits of a token's SHA-256, enough to compare, useless to log in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Fingerprint of a token as it stands in the header, without `Bearer` or the user part.
    pub fn of(token: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        let short = digest.iter().take(6).fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            write!(text, "{byte:02x}").ok();
            text
        });
        Self(short)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The credential in a request's `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenCredential {
    /// No `Authorization` header.
    None,
    /// `Bearer` and a token.
    Bearer(Fingerprint),
    /// `Basic` with user part and the rest, be it API token or password.
    Basic {
        /// The part before the first colon.
        user: String,
        /// Fingerprint of the part after it.
        token: Fingerprint,
    },
    /// Another scheme, several headers, broken base64, no colon.
    Unreadable,
}

/// Who received a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The site itself: on Cloud, for classic API tokens.
    Site,
    /// Atlassian's gateway, for scoped API tokens.
    Gateway,
    /// The host that keeps the bytes of the site's files.
    Media,
}

/// One request as it arrived, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// The site that received it, or whose file was asked for.
    pub personality: Personality,
    /// Who received it.
    pub host: Host,
    /// HTTP method in capitals.
    pub method: String,
    /// Path as sent, context path included, still percent-encoded; what the gateway puts before it is left
    /// out.
    pub path: String,
    /// Query as sent, without the question mark.
    pub query: Option<String>,
    /// What the `Authorization` header held.
    pub credential: SeenCredential,
    /// User name of the person it acted as: the cookie's person where a session cookie came.
    pub person: Option<String>,
    /// Status of the answer; 0 while there is none, which for a stalled request means for ever.
    pub status: u16,
    /// Whether a `Cookie` header came; a client that acts for many people must never send one.
    pub cookie_sent: bool,
    /// The trace it said it belongs to, as W3C Trace Context writes it.
    pub traceparent: Option<String>,
    /// The explanation, where the sandbox refused the request by itself.
    pub refusal: Option<String>,
}

/// All requests of all sites in order of arrival.
#[derive(Default)]
pub(crate) struct Record(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    arrivals: u64,
    seen: Vec<(u64, SeenRequest)>,
}

/// Names one entry, so that an answer finds its request even after others were forgotten.
#[derive(Clone, Copy)]
pub(crate) struct Entry(u64);

impl Record {
    pub(crate) fn arrived(&self, request: SeenRequest) -> Entry {
        let mut entries = self.entries();
        entries.arrivals += 1;
        let number = entries.arrivals;
        entries.seen.push((number, request));
        Entry(number)
    }

    pub(crate) fn answered(&self, entry: Entry, status: u16, refusal: Option<String>) {
        let mut entries = self.entries();
        if let Some((_, request)) = entries
            .seen
            .iter_mut()
            .find(|(number, _)| *number == entry.0)
        {
            request.status = status;
            request.refusal = refusal;
        }
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.entries()
            .seen
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    pub(crate) fn forget(&self) {
        self.entries().seen.clear();
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_tokens_apart_and_does_not_contain_them() {
        let print = Fingerprint::of("sample-pat-ana-0123456789");
        assert_eq!(print, Fingerprint::of("sample-pat-ana-0123456789"));
        assert_ne!(print, Fingerprint::of("sample-pat-ben-0123456789"));
        assert_eq!(print.to_string().len(), 12);
        assert!(!print.to_string().contains("ana"));
    }
}
