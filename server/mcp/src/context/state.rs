//! What a client carries from one round of questions to the next (`requestState`): the answers so far,
//! sealed so that nobody can change them or use them for another call. The server keeps nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::http::fingerprint::{Fingerprint, FingerprintKey};

/// The call a state belongs to. The same question of another person or with other arguments is
/// another call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestState<'a> {
    pub(crate) key: &'a FingerprintKey,
    pub(crate) credential: Option<Fingerprint>,
    pub(crate) method: &'a str,
    /// Name or URI of what is called.
    pub(crate) target: &'a str,
    /// JSON text of the arguments.
    pub(crate) arguments: &'a str,
}

/// A state that this server did not give for this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`requestState` was changed or belongs to another call: call again without it")]
pub(crate) struct Tampered;

impl RequestState<'_> {
    pub(crate) fn seal(&self, answers: &Map<String, Value>) -> String {
        let text = Value::Object(answers.clone()).to_string();
        let seal = self.fingerprint(&text);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!("{}.{}", encode(text.as_bytes()), encode(seal.as_bytes()))
    }

    pub(crate) fn open(&self, state: &str) -> Result<Map<String, Value>, Tampered> {
        let (text, seal) = state.split_once('.').ok_or(Tampered)?;
        let decode = |text| URL_SAFE_NO_PAD.decode(text).map_err(|_| Tampered);
        let text = String::from_utf8(decode(text)?).map_err(|_| Tampered)?;
        // Both sides are keyed hashes, so how long the comparison takes tells nothing of use.
        if decode(seal)? != self.fingerprint(&text).as_bytes() {
            return Err(Tampered);
        }
        serde_json::from_str(&text).map_err(|_| Tampered)
    }

    fn fingerprint(&self, text: &str) -> Fingerprint {
        let credential = self.credential.as_ref().map(Fingerprint::as_bytes);
        self.key.fingerprint(&[
            b"requestState",
            credential.unwrap_or_default(),
            self.method.as_bytes(),
            self.target.as_bytes(),
            self.arguments.as_bytes(),
            text.as_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(key: &FingerprintKey) -> RequestState<'_> {
        RequestState {
            key,
            credential: Some(key.fingerprint(&[b"ana"])),
            method: "tools/call",
            target: "delete",
            arguments: r#"{"id":1}"#,
        }
    }

    fn answers() -> Map<String, Value> {
        Map::from_iter([("confirm".to_owned(), Value::Bool(true))])
    }

    #[test]
    fn a_state_opens_for_the_call_it_was_sealed_for_and_no_other() {
        let key = FingerprintKey::random().unwrap();
        let state = call(&key).seal(&answers());
        assert_eq!(call(&key).open(&state), Ok(answers()));
        let mut others = [(); 5].map(|()| call(&key));
        others[0].credential = Some(key.fingerprint(&[b"ben"]));
        others[1].credential = None;
        others[2].method = "prompts/get";
        others[3].target = "read";
        others[4].arguments = r#"{"id":2}"#;
        for other in others {
            assert_eq!(other.open(&state), Err(Tampered), "{other:?}");
        }
    }

    #[test]
    fn a_changed_state_does_not_open() {
        let key = FingerprintKey::random().unwrap();
        let state = call(&key).seal(&answers());
        let forged = format!("{}{state}", URL_SAFE_NO_PAD.encode("{}"));
        for changed in [&format!("{state}-TAMPERED"), &forged, "", ".", "a.b"] {
            assert_eq!(call(&key).open(changed), Err(Tampered), "{changed}");
        }
    }
}
