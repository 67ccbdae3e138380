//! Telling credentials apart without keeping them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A keyed hash of a credential: equal for equal credentials within one process, useless outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// The key, made anew by every process and kept nowhere.
#[derive(Clone)]
pub struct FingerprintKey([u8; 32]);

impl Fingerprint {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FingerprintKey {
    /// A fresh key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> std::io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self(key))
    }

    /// Hashes the parts of a credential. Parts are told apart: `["ab"]` and `["a", "b"]` differ.
    #[must_use]
    pub fn fingerprint(&self, parts: &[&[u8]]) -> Fingerprint {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FingerprintKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_credentials_have_equal_fingerprints_under_one_key_only() {
        let (key, other) = (
            FingerprintKey::random().unwrap(),
            FingerprintKey::random().unwrap(),
        );
        assert_eq!(
            key.fingerprint(&[b"a", b"b"]),
            key.fingerprint(&[b"a", b"b"])
        );
        assert_ne!(key.fingerprint(&[b"a", b"b"]), key.fingerprint(&[b"ab"]));
        assert_ne!(key.fingerprint(&[b"a"]), other.fingerprint(&[b"a"]));
    }
}
