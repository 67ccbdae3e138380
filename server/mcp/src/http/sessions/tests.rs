//! Sessions are bound, found and forgotten.

use super::super::fingerprint::FingerprintKey;
use super::*;

const IDLE: Duration = Duration::from_secs(60);

fn named(id: &str) -> HeaderMap {
    HeaderMap::from_iter([(SESSION_ID_HEADER, id.parse().unwrap())])
}

fn enter(sessions: &Sessions, id: &str, credential: Option<Fingerprint>) -> Result<(), Refusal> {
    sessions.enter(&named(id), credential, IDLE).map(drop)
}

#[tokio::test]
async fn the_first_credential_seen_binds_a_session() {
    let key = FingerprintKey::random().unwrap();
    let (ana, ben) = (key.fingerprint(&[b"ana"]), key.fingerprint(&[b"ben"]));
    let sessions = Sessions::default();
    let (id, _session) = sessions.open(Revision::V2025_06_18, None, IDLE).unwrap();
    assert_eq!(enter(&sessions, &id, None), Ok(()));
    assert_eq!(enter(&sessions, &id, Some(ana)), Ok(()));
    let other = Err(Refusal::OtherCredential);
    assert_eq!(enter(&sessions, &id, Some(ben)), other);
    assert_eq!(enter(&sessions, &id, None), Err(Refusal::NoCredential));
    assert_eq!(enter(&sessions, "feed", Some(ana)), Err(Refusal::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_uses_is_forgotten_and_its_questions_end() {
    let sessions = Sessions::default();
    let (idle, session) = sessions.open(Revision::V2025_06_18, None, IDLE).unwrap();
    let conversation = Arc::clone(&session.conversation);
    let (used, reader) = sessions.open(Revision::V2025_06_18, None, IDLE).unwrap();
    drop(session);
    tokio::time::advance(IDLE).await;
    assert_eq!(enter(&sessions, &idle, None), Err(Refusal::Closed));
    conversation.ended().await;
    assert_eq!(enter(&sessions, &used, None), Ok(()));
    drop(reader);
    tokio::time::advance(IDLE).await;
    let _next = sessions.open(Revision::V2025_06_18, None, IDLE).unwrap();
    assert_eq!(sessions.lock().len(), 1);
}
