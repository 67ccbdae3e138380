//! The server's own gate: whoever wants in shows a token of the server's, besides any credential for
//! Jira and Confluence; not who they are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::listener::refusal;
use crate::stamp::Stamp;

/// Where the token is. It is taken out before anything else looks at the request.
const SERVER_TOKEN: HeaderName = HeaderName::from_static("x-server-token");

/// What asks whether the server is alive has no token, and learns nothing else.
const PROBES: [&str; 3] = ["/livez", "/readyz", "/health"];

/// The tokens that open the gate, which follow their file.
pub(crate) struct Gate {
    file: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    stamp: Stamp,
    tokens: Arc<Tokens>,
}

/// Hashes of the tokens: of equal length, as a comparison in constant time needs it, and nothing that
/// could be leaked.
struct Tokens(Vec<[u8; 32]>);

/// Why a file holds no tokens. Never shows what it holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusableTokens {
    #[error("the file it names cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("the file it names is empty; write one token on each line")]
    Empty,
    #[error(
        "line {0} of the file it names is no token: use visible ASCII characters without spaces"
    )]
    NotAToken(usize),
}

/// Why a request does not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Refusal {
    #[error("this server lets nobody in without a token of its own: send it in X-Server-Token")]
    Missing,
    #[error("the token in X-Server-Token is not one of this server's: ask its operator for one")]
    Wrong,
    #[error("there is more than one X-Server-Token header: send one")]
    Repeated,
}

impl Gate {
    /// Reads the file: one token on each line, all of them valid, so that one can be replaced by the
    /// next while both are in use.
    pub(crate) fn open(file: PathBuf) -> Result<Self, UnusableTokens> {
        let stamp = Stamp::of(&[&file]);
        let tokens = Arc::new(Tokens::read(&file)?);
        Ok(Self {
            file,
            current: Mutex::new(Current { stamp, tokens }),
        })
    }

    /// The tokens as the file has them now. A file of no use changes nothing.
    fn tokens(&self) -> Arc<Tokens> {
        let stamp = Stamp::of(&[&self.file]);
        // Reading cannot panic, and the old tokens stay until there are new ones.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.stamp != stamp {
            current.stamp = stamp;
            match Tokens::read(&self.file) {
                Ok(tokens) => {
                    tracing::info!(
                        number = tokens.0.len(),
                        "the server's tokens have been read again"
                    );
                    current.tokens = Arc::new(tokens);
                }
                Err(error) => tracing::error!(
                    "--server-token-file: {error}; the old tokens still open the gate"
                ),
            }
        }
        Arc::clone(&current.tokens)
    }

    fn refusal(&self, headers: &HeaderMap) -> Option<Refusal> {
        let mut shown = headers.get_all(SERVER_TOKEN).iter();
        match (shown.next(), shown.next()) {
            (None, _) => Some(Refusal::Missing),
            (Some(_), Some(_)) => Some(Refusal::Repeated),
            (Some(token), None) if self.tokens().contain(token.as_bytes()) => None,
            (Some(_), None) => Some(Refusal::Wrong),
        }
    }
}

impl Tokens {
    fn read(file: &Path) -> Result<Self, UnusableTokens> {
        let text = std::fs::read_to_string(file)?;
        let lines = text.lines().enumerate();
        let lines = lines.map(|(number, line)| (number + 1, line.trim()));
        let tokens = lines.filter(|(_, line)| !line.is_empty());
        let hashes = tokens.map(|(number, token)| {
            let is_token = token.bytes().all(|byte| byte.is_ascii_graphic());
            is_token
                .then(|| Sha256::digest(token).into())
                .ok_or(UnusableTokens::NotAToken(number))
        });
        let hashes = hashes.collect::<Result<Vec<_>, _>>()?;
        if hashes.is_empty() {
            return Err(UnusableTokens::Empty);
        }
        Ok(Self(hashes))
    }

    /// Compares with all of them, in a time that tells neither which one it is nor how much of it.
    fn contain(&self, token: &[u8]) -> bool {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let same = self.0.iter().map(|known| known.ct_eq(&hash));
        same.fold(Choice::from(0), |any, same| any | same).into()
    }
}

/// Puts the gate in front of a router, if there is one. The header goes no further in any case: it is
/// nothing that an application or a site should see.
pub(crate) fn before(router: Router, gate: Option<Arc<Gate>>) -> Router {
    router.layer(from_fn(move |request, next| {
        let gate = gate.clone();
        async move { check(gate.as_deref(), request, next).await }
    }))
}

async fn check(gate: Option<&Gate>, mut request: Request, next: Next) -> Response {
    let is_probe = PROBES.contains(&request.uri().path());
    let refusal = gate
        .filter(|_| !is_probe)
        .and_then(|gate| gate.refusal(request.headers()));
    let Some(refusal) = refusal else {
        request.headers_mut().remove(SERVER_TOKEN);
        return next.run(request).await;
    };
    tracing::warn!(path = request.uri().path(), %refusal, "request refused");
    let mut response = refusal::response(StatusCode::UNAUTHORIZED, &refusal.to_string());
    // RFC 9110, section 15.5.2, wants a challenge. `Bearer` would name the wrong header.
    let challenge = HeaderValue::from_static("X-Server-Token");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Gate").field(&self.file).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(text: &str) -> (tempfile::TempDir, Result<Gate, UnusableTokens>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens");
        std::fs::write(&file, text).unwrap();
        (folder, Gate::open(file))
    }

    fn shown(gate: &Gate, tokens: &[&'static str]) -> Option<Refusal> {
        let mut headers = HeaderMap::new();
        for token in tokens {
            headers.append(SERVER_TOKEN, HeaderValue::from_static(token));
        }
        gate.refusal(&headers)
    }

    #[test]
    fn each_line_of_the_file_is_a_token_and_nothing_else_is() {
        let (_folder, gate) = gate("old-token\r\n\n new-token \n");
        let gate = gate.unwrap();
        assert_eq!(shown(&gate, &["old-token"]), None);
        assert_eq!(shown(&gate, &["new-token"]), None);
        for wrong in [
            "",
            "old-toke",
            "old-token2",
            "OLD-TOKEN",
            "old-token new-token",
        ] {
            assert_eq!(shown(&gate, &[wrong]), Some(Refusal::Wrong), "{wrong}");
        }
        assert_eq!(shown(&gate, &[]), Some(Refusal::Missing));
        let both = shown(&gate, &["old-token", "old-token"]);
        assert_eq!(both, Some(Refusal::Repeated));
    }

    #[test]
    fn a_file_without_tokens_is_refused_without_showing_it() {
        for (text, told) in [
            ("", "empty"),
            ("\n \n", "empty"),
            ("a\nse cret\n", "line 2"),
        ] {
            let error = gate(text).1.unwrap_err().to_string();
            assert!(error.contains(told) && !error.contains("cret"), "{error}");
        }
        let missing = Gate::open("/no/such/file".into()).unwrap_err();
        assert!(missing.to_string().contains("cannot be read"));
    }

    #[test]
    fn tokens_come_and_go_with_their_file_and_stay_when_it_is_of_no_use() {
        let (folder, gate) = gate("first\n");
        let gate = gate.unwrap();
        let write = |text| std::fs::write(folder.path().join("tokens"), text).unwrap();
        write("first\nsecond\n");
        assert_eq!(shown(&gate, &["first"]), None);
        assert_eq!(shown(&gate, &["second"]), None);
        write("second\n");
        assert_eq!(shown(&gate, &["first"]), Some(Refusal::Wrong));
        write("");
        assert_eq!(shown(&gate, &["second"]), None);
        assert_eq!(format!("{gate:?}").matches("second").count(), 0);
    }
    #[tokio::test]
    async fn the_token_goes_no_further_with_or_without_a_gate() {
        use axum::body::{Body, to_bytes};
        use hyper::service::Service as _;
        use hyper_util::service::TowerToHyperService;

        let (_folder, gate) = gate("token\n");
        for gate in [Some(Arc::new(gate.unwrap())), None] {
            let echo = async |headers: HeaderMap| format!("{headers:?}");
            let router = Router::new().fallback(echo);
            let router = TowerToHyperService::new(before(router, gate));
            let request = Request::builder()
                .header("X-Server-Token", "token")
                .header("X-Other", "other")
                .body(Body::empty());
            let response = router.call(request.unwrap()).await.unwrap();
            let seen = to_bytes(response.into_body(), 1000).await.unwrap();
            assert_eq!(seen, r#"{"x-other": "other"}"#);
        }
    }
}
