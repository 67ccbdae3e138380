//! What a program brings to be served over MCP; not how it is served.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use ::http::{HeaderMap, HeaderName};

use crate::changes::Changes;
use crate::completions::Completions;
use crate::http::fingerprint::Fingerprint;
use crate::level::ClientLogging;
use crate::observe::Observer;
use crate::prompts::Prompts;
use crate::resources::Resources;
use crate::tool::{Entry, Registry};

/// A program that offers tools over MCP, and perhaps more. What it does not offer is not advertised,
/// and its methods are refused as unknown.
pub trait Application: Send + Sync + 'static {
    /// Who a request speaks for, and all a tool needs to act for them.
    type Caller: Send + Sync + 'static;

    /// Its name and version, for the answer to `initialize`.
    fn description(&self) -> &ServerDescription;

    /// What a model should know before it uses the tools, as it is now.
    fn instructions(&self) -> Cow<'_, str>;

    /// Its tools.
    fn tools(&self) -> &Registry<Self::Caller>;

    /// Why this caller may not use a tool, as a clause such as "it writes, and …"; `None` when they may.
    /// A tool that is withheld is neither listed nor run.
    fn withheld(
        &self,
        _caller: &Self::Caller,
        _tool: &Entry<Self::Caller>,
    ) -> Option<&'static str> {
        None
    }

    /// Its prompts, if it offers any.
    fn prompts(&self) -> Option<&dyn Prompts<Self::Caller>> {
        None
    }

    /// Its resources, if it offers any.
    fn resources(&self) -> Option<&dyn Resources<Self::Caller>> {
        None
    }

    /// What proposes values for arguments, if anything does.
    fn completions(&self) -> Option<&dyn Completions<Self::Caller>> {
        None
    }

    /// Where it tells that its lists or resources have changed, if they ever do.
    fn changes(&self) -> Option<&Changes> {
        None
    }

    /// Whether its tools write to the client's log.
    fn client_logging(&self) -> ClientLogging {
        ClientLogging::NotOffered
    }

    /// What learns of every request, if anything does.
    fn observer(&self) -> Option<&dyn Observer<Self::Caller>> {
        None
    }

    /// Says who one HTTP request speaks for. Called once per request, for every method, before its
    /// body is read.
    ///
    /// # Errors
    /// [`Refused`] when the request brings a credential that cannot be used, or another header that
    /// cannot be read. A request that brings no credential is not an error: a tool that needs one says so.
    fn identify(
        &self,
        head: RequestHead<'_>,
    ) -> impl Future<Output = Result<Identified<Self::Caller>, Refused>> + Send;

    /// The sender of a message that names a trace, whose work for this message may belong to it.
    fn traced(&self, caller: Arc<Self::Caller>, _trace: &MessageTrace) -> Arc<Self::Caller> {
        caller
    }

    /// The headers of the request that opens a session or an event stream which hold for all that come
    /// later on it, too. They are kept in memory as long as it lasts: no credentials.
    fn binding_headers(&self) -> &[HeaderName] {
        &[]
    }

    /// The sender of a later request, who may do no more than the opening one could.
    ///
    /// # Errors
    /// [`Refused`] when the binding headers of the opening request cannot be read.
    fn narrowed(
        &self,
        caller: Arc<Self::Caller>,
        _opened_with: &HeaderMap,
    ) -> Result<Arc<Self::Caller>, Refused> {
        Ok(caller)
    }
}

/// How a program introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerDescription {
    /// `serverInfo.name`.
    pub name: &'static str,
    /// `serverInfo.title`, for people.
    pub title: &'static str,
    /// `serverInfo.version`.
    pub version: &'static str,
}

/// The trace a message says it belongs to, as it came: members of `_meta` with the names and values of
/// the headers of W3C Trace Context (convention of revision 2026-07-28).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageTrace {
    /// `traceparent`: version, trace, span and flags, in hexadecimal.
    pub parent: String,
    /// `tracestate`: what the vendors on the way have noted, if anything.
    pub state: Option<String>,
}

/// The part of an HTTP request that says who sends it.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The other end of the connection, which may be a proxy; unknown when there is no socket.
    pub peer: Option<SocketAddr>,
}

/// A caller and what tells its credential from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified<C> {
    /// Who it is.
    pub caller: C,
    /// A keyed hash of every credential the request presents; `None` when it presents none.
    pub fingerprint: Option<Fingerprint>,
}

/// A request that is refused for what its headers say, whatever its body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A credential is unusable.
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    /// Another header cannot be read: answered with HTTP 400.
    #[error("{message}")]
    Malformed {
        /// One sentence: which header, what is wrong with it, what to send.
        message: String,
    },
}

/// A credential that is present but unusable: answered with HTTP 401, for every method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unauthorized {
    /// One sentence: which header, what is wrong with it, what to send. Never its value.
    pub message: String,
}
