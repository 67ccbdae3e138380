//! A POST: one message or a batch in; answers in the body, or on the sender's event stream when its
//! address names one.

mod batch;
mod body;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use shared::jsonrpc::{ErrorCode, ErrorObject};
use shared::protocol::SESSION_ID_HEADER;

use super::accept::Accepted;
use super::answer::{self, Resumption, Working};
use super::connections::{ConnectionId, Entered, NotYours};
use super::fingerprint::Fingerprint;
use super::incoming::{Incoming, Received, RefusedBody};
use super::places::{Holder, Place};
use super::sessions::{self, Session};
use super::stream::SESSION_PARAMETER;
use super::{Shared, on_stream, reply, revision, stateless, unanswered};
use crate::application::{Application, RequestHead};
use crate::conversation::Conversation;
use crate::dispatch::{self, Call, Era, Request, server_method};
use crate::outbound::Outbound;

/// Who sends a POST, and the conversation it belongs to.
pub(super) struct Sender<C> {
    pub(super) caller: Arc<C>,
    pub(super) credential: Option<Fingerprint>,
    pub(super) conversation: Option<Arc<Conversation>>,
    /// Who its places are taken for.
    pub(super) holder: Holder,
    /// Held by each of its requests as long as it is worked on.
    pub(super) place: Arc<Place>,
}

/// Receives a POST on any of the addresses that take messages.
pub(super) async fn receive<A: Application>(
    State(shared): State<Arc<Shared<A>>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Response {
    let peer = peer.map(|Extension(ConnectInfo(address))| address);
    let sender = match admit(&shared, &headers, peer).await {
        Ok(sender) => sender,
        Err(response) => return *response,
    };
    let stream = match stream_named_in(&uri, &shared, sender.credential) {
        Ok(stream) => stream,
        Err(refusal) => return not_yours(refusal),
    };
    let limits = &shared.settings.limits;
    let body = match body::read(body, limits).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let answered = match Incoming::parse(&body, limits) {
        Ok(incoming) => match stream {
            None => in_body(&shared, sender, &headers, incoming).await,
            Some(stream) => on_stream::answer(&shared, sender, &headers, incoming, stream),
        },
        Err(refused) => Err(refused),
    };
    answered.unwrap_or_else(|RefusedBody { id, error }| {
        reply::error(StatusCode::BAD_REQUEST, id, *error)
    })
}

/// Says who sends a POST, and takes a place for it. Both come before the body: a refused credential is
/// refused for every method, and a body takes memory.
async fn admit<A: Application>(
    shared: &Shared<A>,
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> Result<Sender<A::Caller>, Box<Response>> {
    let head = RequestHead { headers, peer };
    let identified = shared.dispatcher.application.identify(head).await;
    let identified = identified.map_err(|refused| Box::new(reply::refused(&refused)))?;
    let holder = Holder::of(identified.fingerprint, peer);
    let place = shared.requests.take(holder);
    let place = place.map_err(|no_place| Box::new(no_place.into_response()))?;
    Ok(Sender {
        caller: Arc::new(identified.caller),
        credential: identified.fingerprint,
        conversation: None,
        holder,
        place: Arc::new(place),
    })
}

/// The stream whose id the address carries, if it carries one and the stream is the sender's.
fn stream_named_in<A>(
    uri: &Uri,
    shared: &Shared<A>,
    credential: Option<Fingerprint>,
) -> Result<Option<Entered>, NotYours> {
    let Some(query) = uri.query() else {
        return Ok(None);
    };
    let mut parameters = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, value)) = parameters.find(|(name, _)| name == SESSION_PARAMETER) else {
        return Ok(None);
    };
    let id = ConnectionId::from_query(value.into_owned());
    shared.connections.enter(&id, credential).map(Some)
}

fn not_yours(refusal: NotYours) -> Response {
    let status = match refusal {
        NotYours::Closed => StatusCode::NOT_FOUND,
        NotYours::OtherCredential | NotYours::NoCredential => StatusCode::FORBIDDEN,
    };
    tracing::info!(%status, reason = %refusal, "message refused");
    let error = ErrorObject::new(ErrorCode::INVALID_REQUEST, refusal.to_string());
    reply::error(status, None, error)
}

async fn in_body<A: Application>(
    shared: &Arc<Shared<A>>,
    mut sender: Sender<A::Caller>,
    headers: &HeaderMap,
    incoming: Incoming,
) -> Result<Response, RefusedBody> {
    let incoming = match incoming {
        // This era has no sessions, and a header that names one means nothing.
        Incoming::One(Received::Request(request)) if stateless::is_meant(&request, headers) => {
            return Ok(answer_stateless(shared, sender, headers, request).await);
        }
        // Its clients cancel by disconnecting and answer nothing.
        Incoming::One(_) if stateless::is_named(headers) => return Ok(reply::accepted()),
        incoming => incoming,
    };
    let idle = shared.settings.session_idle;
    let session = match shared.sessions.enter(headers, sender.credential, idle) {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal.into_response()),
    };
    sender.conversation = session
        .as_ref()
        .map(|session| Arc::clone(&session.conversation));
    if let Err(refusal) = sender.narrow(shared) {
        return Ok(*refusal);
    }
    match incoming {
        Incoming::One(Received::Request(request)) => {
            revision::check_request(headers, &request)?;
            Ok(answer_handshake(shared, sender, headers, request, session).await)
        }
        Incoming::One(received) => {
            unanswered::take(shared, &sender, received);
            Ok(reply::accepted())
        }
        Incoming::Batch(batch) => {
            revision::check_batch(headers)?;
            Ok(batch::answer(shared, &sender, batch).await)
        }
    }
}

/// The headers of an opening request that hold for all that come later.
pub(super) fn binding<A: Application>(shared: &Shared<A>, headers: &HeaderMap) -> HeaderMap {
    let mut binding = HeaderMap::new();
    for name in shared.dispatcher.application.binding_headers() {
        for value in headers.get_all(name) {
            binding.append(name, value.clone());
        }
    }
    binding
}

async fn answer_stateless<A: Application>(
    shared: &Arc<Shared<A>>,
    mut sender: Sender<A::Caller>,
    headers: &HeaderMap,
    request: Request,
) -> Response {
    let tools = shared.dispatcher.application.tools();
    let client = match stateless::check(&request, headers, &|tool| tools.mirrored(tool)) {
        Ok(client) => client,
        Err(error) => return reply::error(stateless::REFUSED, Some(request.id), error),
    };
    if request.method == server_method::LISTEN {
        // What stays open is no request under way.
        match shared.streams.take(sender.holder) {
            Ok(place) => sender.place = Arc::new(place),
            Err(no_place) => return no_place.into_response(),
        }
    }
    let accepted = Accepted::of(headers);
    let era = Era::Stateless(client);
    let form = (accepted, Resumption::Impossible);
    let working = working(shared, &sender, era, form, request);
    let keep_alive = shared.settings.keep_alive;
    answer::in_body(working, accepted, keep_alive, stateless::status).await
}

/// Answers within the session, if there is one or the request opens one. JSON-RPC errors that answer a
/// request are HTTP 200 in the handshake era.
async fn answer_handshake<A: Application>(
    shared: &Arc<Shared<A>>,
    mut sender: Sender<A::Caller>,
    headers: &HeaderMap,
    request: Request,
    session: Option<Arc<Session>>,
) -> Response {
    let accepted = Accepted::of(headers);
    let handshake = dispatch::initialize::handshake(&request)
        .filter(|handshake| shared.settings.sessions.wants(handshake));
    let (session, minted) = match (session, handshake) {
        (None, Some(handshake)) => {
            match sessions::begin(shared, &handshake, (sender.credential, sender.holder)) {
                Ok((id, session)) => {
                    session.conversation.open_with(binding(shared, headers));
                    (Some(session), Some(id))
                }
                Err(response) => return *response,
            }
        }
        (session, _) => (session, None),
    };
    let conversation = session.as_ref().map(|session| &session.conversation);
    sender.conversation = conversation.map(Arc::clone);
    let era = Era::Handshake(sender.conversation.clone());
    let resumption = session
        .as_ref()
        .map_or(Resumption::Impossible, |session| session.resumption());
    let working = working(shared, &sender, era, (accepted, resumption), request);
    let keep_alive = shared.settings.keep_alive;
    let mut response = match session {
        Some(session) => sessions::answer(session, working, accepted, keep_alive).await,
        None => answer::in_body(working, accepted, keep_alive, |_| StatusCode::OK).await,
    };
    let headers = response.headers_mut();
    headers.extend(minted.map(|id| (SESSION_ID_HEADER, id)));
    response
}

fn working<A: Application>(
    shared: &Arc<Shared<A>>,
    sender: &Sender<A::Caller>,
    era: Era,
    (accepted, resumption): (Accepted, Resumption),
    request: Request,
) -> Working {
    let dispatcher = Arc::clone(&shared.dispatcher);
    Working::new(request.id.clone(), accepted, resumption, |outbound| {
        let call = sender.call(era, outbound, request);
        async move { dispatch::answer(&dispatcher, call).await }
    })
}

impl<C> Sender<C> {
    /// Lets the sender go no further than the request that opened the conversation.
    pub(super) fn narrow<A: Application<Caller = C>>(
        &mut self,
        shared: &Shared<A>,
    ) -> Result<(), Box<Response>> {
        let conversation = self.conversation.as_deref();
        if let Some(opened_with) = conversation.and_then(Conversation::opened_with) {
            let (application, caller) = (&shared.dispatcher.application, &self.caller);
            self.caller = application
                .narrowed(Arc::clone(caller), opened_with)
                .map_err(|refused| Box::new(reply::refused(&refused)))?;
        }
        Ok(())
    }

    pub(super) fn call(&self, era: Era, outbound: Outbound, request: Request) -> Call<C> {
        Call {
            caller: Arc::clone(&self.caller),
            credential: self.credential,
            era,
            outbound,
            request,
            place: Arc::clone(&self.place),
        }
    }
}
