//! What a program brings to be served over MCP; not how it is served.

use std::net::SocketAddr;

use ::http::HeaderMap;

use crate::changes::Changes;
use crate::completions::Completions;
use crate::http::fingerprint::Fingerprint;
use crate::level::ClientLogging;
use crate::observe::Observer;
use crate::prompts::Prompts;
use crate::resources::Resources;
use crate::tool::Registry;

/// A program that offers tools over MCP, and perhaps more. What it does not offer is not advertised,
/// and its methods are refused as unknown.
pub trait Application: Send + Sync + 'static {
    /// Who a request speaks for, and all a tool needs to act for them.
    type Caller: Send + Sync + 'static;

    /// Its name and version, for the answer to `initialize`.
    fn description(&self) -> &ServerDescription;

    /// Its tools.
    fn tools(&self) -> &Registry<Self::Caller>;

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
    /// [`Unauthorized`] when the request brings a credential that cannot be used. A request that
    /// brings none is not an error: a tool that needs one says so.
    fn identify(
        &self,
        head: RequestHead<'_>,
    ) -> impl Future<Output = Result<Identified<Self::Caller>, Unauthorized>> + Send;
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
    /// What a model should know before it uses the tools.
    pub instructions: &'static str,
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

/// A credential that is present but unusable: answered with HTTP 401, for every method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unauthorized {
    /// One sentence: which header, what is wrong with it, what to send. Never its value.
    pub message: String,
}
