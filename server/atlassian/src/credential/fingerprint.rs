//! Telling credentials apart without keeping them. What is remembered by fingerprint is decided in
//! `http`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Credential;

/// A keyed hash of a credential: equal for equal credentials of one site, useless anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

/// The key, made anew for every client of a site and kept nowhere.
pub(crate) struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// A fresh key, or what the system says when it has no randomness to give.
    pub(crate) fn random() -> Result<Self, String> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| error.to_string())?;
        Ok(Self(key))
    }

    /// The fingerprint of a credential, scheme included.
    pub(crate) fn fingerprint(&self, credential: &Credential) -> Fingerprint {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(credential.header.as_bytes());
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
}
