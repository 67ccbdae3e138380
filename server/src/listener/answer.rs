//! One request on a connection: its headers measured, its peer named, its answer watched to the end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use http::{Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::activity::Activity;
use super::refusal;

/// The most headers of one request. No client of ours has a tenth of them.
pub(super) const MOST_HEADERS: usize = 100;

/// What answers requests; the same for all connections.
#[derive(Clone)]
pub(super) struct Answers {
    pub(super) router: TowerToHyperService<axum::Router>,
    /// The most bytes in the headers of one request.
    pub(super) max_header_bytes: usize,
}

impl Answers {
    /// Answers one request of a peer.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        activity: &Arc<Activity>,
    ) -> Result<Response<WatchedBody>, Infallible> {
        activity.answers();
        let answering = Answering(Arc::clone(activity));
        let response = match self.too_large(&request) {
            Some(message) => {
                refusal::response(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &message)
            }
            None => {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                self.router.call(request).await?
            }
        };
        Ok(response.map(|body| WatchedBody {
            body,
            _answering: answering,
        }))
    }

    /// What is wrong with the size of a request's headers, if it is too large.
    fn too_large<B>(&self, request: &Request<B>) -> Option<String> {
        let (count, limit) = (request.headers().len(), self.max_header_bytes);
        if count > MOST_HEADERS {
            return Some(format!(
                "the request has {count} headers, and at most {MOST_HEADERS} are taken: send fewer"
            ));
        }
        (header_bytes(request) > limit).then(|| {
            format!("the headers are larger than {limit} bytes, which --max-header-bytes sets")
        })
    }
}

/// What the start line and the headers took, but for their separators.
fn header_bytes<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |it| it.as_str().len());
    target + headers.sum::<usize>()
}

/// Tells the end of an answer, also of one that is given up.
struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.has_answered();
    }
}

/// The body of an answer, which is over when this is dropped.
pub(super) struct WatchedBody {
    body: Body,
    _answering: Answering,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
