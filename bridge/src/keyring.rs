//! The credentials as they are now: read again where they come from files, because tokens are renewed
//! while hosts keep running; not when that is due.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use shared::secret::Secret;

use crate::settings::{Rotation, Settings};
use crate::signals;

/// What proves who the person is, shared by everything that sends or hides it.
#[derive(Debug)]
pub(crate) struct Keyring {
    rotation: Option<Rotation>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    key: Key,
    /// Of every credential there has been: what was sent once can still be repeated by a server.
    secrets: Vec<Secret>,
}

/// The headers of one credential.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) headers: HeaderMap,
    pub(crate) edition: Edition,
}

/// Tells a credential from the one that replaced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edition(u64);

/// What reading the files again brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// There is another credential than the one that was asked about.
    Renewed,
    /// There is none.
    Unchanged,
}

impl Keyring {
    pub(crate) fn of(settings: &Settings) -> Arc<Self> {
        let secrets = [settings.credentials.secrets(), settings.network.secrets()].concat();
        Arc::new(Self {
            rotation: settings.rotation.clone(),
            held: Mutex::new(Held {
                key: Key {
                    headers: settings.credentials.headers(),
                    edition: Edition(0),
                },
                secrets,
            }),
        })
    }

    /// The credential to send.
    pub(crate) fn key(&self) -> Key {
        self.held().key.clone()
    }

    /// Every text that must not be shown.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        self.held().secrets.clone()
    }

    /// Whether there is anything to read again.
    pub(crate) fn can_change(&self) -> bool {
        self.rotation.is_some()
    }

    /// Reads the files again, unless somebody else has done so since `used` was current.
    pub(crate) fn renew(&self, used: Edition) -> Renewal {
        let mut held = self.held();
        if held.key.edition != used {
            return Renewal::Renewed;
        }
        let Some(rotation) = &self.rotation else {
            return Renewal::Unchanged;
        };
        let credentials = match rotation.read() {
            Ok(credentials) => credentials,
            Err(error) => {
                tracing::warn!(%error, "the credentials cannot be read again; the old ones stay");
                return Renewal::Unchanged;
            }
        };
        let headers = credentials.headers();
        if headers == held.key.headers {
            return Renewal::Unchanged;
        }
        tracing::info!("the credentials have changed and were read again");
        held.secrets.extend(credentials.secrets());
        held.key = Key {
            headers,
            edition: Edition(used.0 + 1),
        };
        Renewal::Renewed
    }

    /// Reads the files again each time the system asks for it.
    pub(crate) fn renew_on_request(self: Arc<Self>) -> impl Future<Output = ()> + Send {
        signals::reread(move || {
            // Whoever sends next finds out by itself.
            let _renewal = self.renew(self.key().edition);
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // What is held is replaced as a whole, so that it is good whatever its holder did.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
