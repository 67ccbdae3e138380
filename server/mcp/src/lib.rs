//! MCP over HTTP for any registry of tools. Knows no word of the tools' domain.
//!
//! ```text
//! application   what a program brings: its name, its tools, who a request speaks for, and perhaps more
//!   tool          a tool is its arguments and one call; a registry lists them
//!   prompts, resources, completions, changes, level: what it may offer besides
//!   content       what all of these are made of
//! context       what a call may use: progress, the client's log, questions to the client
//! dispatch      the one match on method names: request in, result out, no transport
//!   conversation  what is known of a client that keeps a connection or a session
//!   in_flight     what can be cancelled
//!   outbound      the way to the client while its request is worked on
//!   observe       what a program may count and record of all that
//! http          the transports on one dispatcher, all behind `guard`
//!   guard         Host, Origin and content type, before anything else is looked at
//!   limits, places, shape: what requests and streams may take, who has how many, how deep they nest
//!   post          POST /mcp, POST / and POST /sse: whose it is and by which rules it is answered
//!   revision      the header rules of the revisions with a handshake
//!   stateless     the rules of revision 2026-07-28
//!   answer        JSON, or an event stream from the first message on that is not the answer
//!   sessions      GET and DELETE /mcp: sessions for clients that can be asked, streams that resume
//!   stream        GET /sse: the 2024-11-05 transport, one connection per client
//!   on_stream     its answers
//! ```
//!
//! A program implements [`Application`] and serves [`router`] behind [`guarded`]; the example
//! `conformance` is a whole one, with everything there is to offer.
//!
//! Identity is a value made once per HTTP request by [`Application::identify`] and passed down; no
//! object that outlives a request carries one.

mod application;
mod changes;
mod completions;
mod content;
mod context;
mod conversation;
mod dispatch;
mod http;
mod in_flight;
mod level;
mod observe;
mod outbound;
mod prompts;
mod resources;
mod tool;

pub use application::{
    Application, Identified, MessageTrace, Refused, RequestHead, ServerDescription, Unauthorized,
};
pub use changes::{Change, Changes};
pub use completions::{
    Completion, CompletionContext, CompletionOf, CompletionRequest, Completions, TypedArgument,
};
pub use content::{Content, Media, ResourceContents, ResourceDescription};
pub use context::{CallContext, Elicited, InputRequest, Round, Suspended};
pub use http::fingerprint::{Fingerprint, FingerprintKey};
pub use http::guard::{AllowedHost, AllowedHosts, InvalidAllowedHost};
pub use http::limits::Limits;
pub use http::sessions::SessionPolicy;
pub use http::{HttpSettings, guarded, router};
pub use level::{ClientLogging, Level};
pub use observe::{CalledTool, End, Ended, Observer};
pub use prompts::{Prompt, PromptArgument, PromptDescription, PromptMessage, Prompts, Role};
pub use resources::{ResourceTemplate, Resources};
pub use tool::{
    Annotations, Answer, Effect, Entry, Failure, Metadata, Reach, Registry, Tool, output_schema_of,
};
