//! The open event streams of the 2024-11-05 transport: where answers go and whose each stream is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::fingerprint::Fingerprint;
use super::unguessable;
use crate::conversation::Conversation;

/// How many messages may wait for a slow reader before senders wait too.
const QUEUE: usize = 64;

/// Names one open stream. It is in every POST's address, so it must not be guessable, and is never
/// logged; it is no credential all the same: each POST brings its own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct ConnectionId(String);

impl ConnectionId {
    fn random() -> std::io::Result<Self> {
        unguessable::name().map(Self)
    }

    pub(super) fn from_query(text: String) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// All open streams.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<ConnectionId, Connection>>);

struct Connection {
    messages: mpsc::Sender<String>,
    conversation: Arc<Conversation>,
    /// The first credential seen on it, on GET or POST.
    bound_to: Option<Fingerprint>,
}

/// An open stream from its reader's side. Dropping it closes the connection.
pub(super) struct OpenConnection {
    pub(super) id: ConnectionId,
    pub(super) messages: mpsc::Receiver<String>,
    connections: Arc<Connections>,
}

/// An open stream as a POST uses it.
#[derive(Clone)]
pub(super) struct Entered {
    pub(super) id: ConnectionId,
    pub(super) messages: mpsc::Sender<String>,
    pub(super) conversation: Arc<Conversation>,
}

/// Why a POST may not use a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotYours {
    #[error("this event stream is closed or never was: open a new one with GET /sse")]
    Closed,
    #[error(
        "this event stream belongs to another credential: send the one it was opened with, or open your own with GET /sse"
    )]
    OtherCredential,
    #[error(
        "this event stream belongs to a credential and this message brings none: send the same headers with every POST"
    )]
    NoCredential,
}

impl Connections {
    /// Opens a stream, bound to a credential if the GET brought one.
    pub(super) fn open(
        self: &Arc<Self>,
        bound_to: Option<Fingerprint>,
    ) -> std::io::Result<OpenConnection> {
        let id = ConnectionId::random()?;
        let (sender, messages) = mpsc::channel(QUEUE);
        self.lock().insert(
            id.clone(),
            Connection {
                messages: sender,
                conversation: Arc::new(Conversation::new()),
                bound_to,
            },
        );
        Ok(OpenConnection {
            id,
            messages,
            connections: Arc::clone(self),
        })
    }

    /// Where the answers to a POST go, if its credential is the stream's. The first credential binds.
    pub(super) fn enter(
        &self,
        id: &ConnectionId,
        credential: Option<Fingerprint>,
    ) -> Result<Entered, NotYours> {
        let mut open = self.lock();
        let connection = open.get_mut(id).ok_or(NotYours::Closed)?;
        bind(&mut connection.bound_to, credential)?;
        Ok(Entered {
            id: id.clone(),
            messages: connection.messages.clone(),
            conversation: Arc::clone(&connection.conversation),
        })
    }

    /// Ends a stream from the server's side; its reader sees the end after what is queued.
    pub(super) fn close(&self, id: &ConnectionId) {
        let closed = self.lock().remove(id);
        if let Some(closed) = closed {
            closed.conversation.end();
        }
    }

    /// How many streams are open.
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Connection>> {
        // No code panics while holding it, and a map of senders is valid at any point.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets a credential in, the first one for good.
pub(super) fn bind(
    bound_to: &mut Option<Fingerprint>,
    credential: Option<Fingerprint>,
) -> Result<(), NotYours> {
    match (*bound_to, credential) {
        (Some(bound), Some(brought)) if bound != brought => Err(NotYours::OtherCredential),
        (Some(_), None) => Err(NotYours::NoCredential),
        _ => {
            *bound_to = bound_to.or(credential);
            Ok(())
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.connections.close(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::FingerprintKey;
    use super::*;

    fn enter(
        connections: &Connections,
        open: &OpenConnection,
        credential: Option<Fingerprint>,
    ) -> Result<(), NotYours> {
        connections.enter(&open.id, credential).map(drop)
    }

    #[test]
    fn the_first_credential_seen_binds_a_connection() {
        let key = FingerprintKey::random().unwrap();
        let (ana, ben) = (key.fingerprint(&[b"ana"]), key.fingerprint(&[b"ben"]));
        let connections = Arc::new(Connections::default());

        let opened_by_ana = connections.open(Some(ana)).unwrap();
        assert_eq!(enter(&connections, &opened_by_ana, Some(ana)), Ok(()));
        let other = Err(NotYours::OtherCredential);
        assert_eq!(enter(&connections, &opened_by_ana, Some(ben)), other);
        assert_eq!(
            enter(&connections, &opened_by_ana, None),
            Err(NotYours::NoCredential)
        );

        let opened_by_nobody = connections.open(None).unwrap();
        assert_eq!(enter(&connections, &opened_by_nobody, None), Ok(()));
        assert_eq!(enter(&connections, &opened_by_nobody, Some(ben)), Ok(()));
        assert_eq!(enter(&connections, &opened_by_nobody, Some(ana)), other);
        assert_eq!(
            enter(&connections, &opened_by_nobody, None),
            Err(NotYours::NoCredential)
        );
    }

    #[test]
    fn a_closed_connection_is_gone() {
        let connections = Arc::new(Connections::default());
        let open = connections.open(None).unwrap();
        let id = open.id.clone();
        assert_eq!(connections.count(), 1);
        drop(open);
        assert_eq!(connections.count(), 0);
        assert_eq!(
            connections.enter(&id, None).map(drop),
            Err(NotYours::Closed)
        );
    }

    #[test]
    fn an_id_has_128_bits_and_no_two_are_alike() {
        let ids: std::collections::HashSet<_> = (0..1000)
            .map(|_| ConnectionId::random().unwrap().0)
            .collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 32));
    }
}
