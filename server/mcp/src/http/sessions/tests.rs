//! Sessions are bound, found and forgotten.

use super::super::fingerprint::FingerprintKey;
use super::super::places::Kind;
use super::*;

const IDLE: Duration = Duration::from_secs(60);
const NOBODY: Holder = Holder::Address(None);

fn named(id: &str) -> HeaderMap {
    HeaderMap::from_iter([(SESSION_ID_HEADER, id.parse().unwrap())])
}

/// As many as anybody wants.
fn open(sessions: &Sessions) -> (String, Arc<Session>) {
    let places = Places::new(Kind::Session, usize::MAX, usize::MAX);
    open_at(sessions, &places).unwrap()
}

fn open_at(sessions: &Sessions, places: &Arc<Places>) -> Result<(String, Arc<Session>), NoPlace> {
    let place = sessions.place(places, NOBODY, IDLE)?;
    Ok(sessions.open(Revision::V2025_06_18, None, place).unwrap())
}

fn enter(sessions: &Sessions, id: &str, credential: Option<Fingerprint>) -> Result<(), Refusal> {
    sessions.enter(&named(id), credential, IDLE).map(drop)
}

#[tokio::test]
async fn the_first_credential_seen_binds_a_session() {
    let key = FingerprintKey::random().unwrap();
    let (ana, ben) = (key.fingerprint(&[b"ana"]), key.fingerprint(&[b"ben"]));
    let sessions = Sessions::default();
    let (id, _session) = open(&sessions);
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
    let (idle, session) = open(&sessions);
    let conversation = Arc::clone(&session.conversation);
    let (used, reader) = open(&sessions);
    drop(session);
    tokio::time::advance(IDLE).await;
    assert_eq!(enter(&sessions, &idle, None), Err(Refusal::Closed));
    conversation.ended().await;
    assert_eq!(enter(&sessions, &used, None), Ok(()));
    drop(reader);
    tokio::time::advance(IDLE).await;
    let _next = open(&sessions);
    assert_eq!(sessions.lock().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_opens_too_many_loses_the_one_that_was_unused_for_longest() {
    let sessions = Sessions::default();
    let places = Places::new(Kind::Session, 9, 3);
    let open = || open_at(&sessions, &places);
    let (in_use, _reader) = open().unwrap();
    let mut unused = Vec::new();
    for _ in 0..2 {
        unused.push(open().unwrap().0);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(enter(&sessions, &unused[0], None), Ok(()));
    let (_newest, _its_reader) = open().unwrap();
    assert_eq!(enter(&sessions, &unused[1], None), Err(Refusal::Closed));
    let (_last, _its_reader) = open().unwrap();
    assert_eq!(enter(&sessions, &unused[0], None), Err(Refusal::Closed));
    assert_eq!(enter(&sessions, &in_use, None), Ok(()));
    let refused = open().map(drop).unwrap_err().into_response();
    assert_eq!(refused.status(), 429);
}
