//! Telling credentials apart without keeping them. What is remembered by fingerprint is decided
//! elsewhere.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Credential;

/// A keyed hash of a credential: equal for equal credentials under one key, useless anywhere else.
/// Prints as its first 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// What fingerprints are made with. Whoever has it can check whether a fingerprint is that of a
/// credential they know, so its `Debug` form shows nothing.
#[derive(Clone)]
pub struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// A fresh key that nobody knows, not even the next process.
    ///
    /// # Errors
    /// What the system says when it has no randomness to give.
    pub fn random() -> Result<Self, String> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| error.to_string())?;
        Ok(Self(key))
    }

    /// The key that a secret stands for: the same in every process that is given it.
    #[must_use]
    pub fn of_secret(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// The fingerprint of a credential, scheme included.
    #[must_use]
    pub fn fingerprint(&self, credential: &Credential) -> Fingerprint {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(credential.header.as_bytes());
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..8]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(…)")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Fingerprints of the tokens `0`, `1`, `2` and so on.
    pub(crate) fn fingerprints<const N: usize>() -> [Fingerprint; N] {
        let key = FingerprintKey::random().unwrap();
        std::array::from_fn(|n| key.fingerprint(&Credential::bearer(&n.to_string()).unwrap()))
    }

    #[test]
    fn equal_credentials_have_equal_fingerprints_under_one_key_only() {
        let (key, other) = (
            FingerprintKey::random().unwrap(),
            FingerprintKey::random().unwrap(),
        );
        let [ana, again, ben] = ["ana", "ana", "ben"].map(|it| Credential::bearer(it).unwrap());
        assert_eq!(key.fingerprint(&ana), key.fingerprint(&again));
        assert_ne!(key.fingerprint(&ana), key.fingerprint(&ben));
        assert_ne!(key.fingerprint(&ana), other.fingerprint(&ana));
        assert_eq!(format!("{key:?}"), "FingerprintKey(…)");
    }

    #[test]
    fn a_secret_stands_for_one_key_and_a_fingerprint_prints_as_16_digits() {
        let ana = Credential::bearer("ana").unwrap();
        let [one, again, other] =
            [b"one", b"one", b"two"].map(|secret| FingerprintKey::of_secret(secret));
        let printed = one.fingerprint(&ana).to_string();
        assert_eq!(printed, again.fingerprint(&ana).to_string());
        assert_ne!(printed, other.fingerprint(&ana).to_string());
        assert_eq!(printed.len(), 16);
        assert!(
            printed.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{printed}"
        );
    }
}
