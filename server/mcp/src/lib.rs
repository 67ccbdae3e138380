//! MCP over HTTP for any registry of tools. Knows no word of the tools' domain.
//!
//! ```text
//! application   what a program brings: its name, its tools, and who a request speaks for
//! tool          a tool is its arguments and one call; a registry lists them
//! dispatch      the one match on method names: request in, response out, no transport
//! http          the transports on one dispatcher, all behind `guard`
//!   guard       Host, Origin and content type, before anything else is looked at
//!   post        POST /mcp, POST / and POST /sse: one body in, one body out
//!   stream      GET /sse: the 2024-11-05 transport, one connection per client
//! ```
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
mod outbound;
mod prompts;
mod resources;
mod tool;

pub use application::{Application, Identified, RequestHead, ServerDescription, Unauthorized};
pub use changes::{Change, Changes};
pub use completions::{
    Completion, CompletionContext, CompletionOf, CompletionRequest, Completions, TypedArgument,
};
pub use content::{Content, Media, ResourceContents, ResourceDescription};
pub use context::{CallContext, Elicited, InputRequest, Round, Suspended};
pub use http::fingerprint::{Fingerprint, FingerprintKey};
pub use http::guard::{AllowedHost, AllowedHosts, InvalidAllowedHost};
pub use http::sessions::SessionPolicy;
pub use http::{HttpSettings, guarded, router};
pub use level::{ClientLogging, Level};
pub use prompts::{Prompt, PromptArgument, PromptDescription, PromptMessage, Prompts, Role};
pub use resources::{ResourceTemplate, Resources};
pub use tool::{
    Annotations, Answer, Effect, Entry, Failure, Metadata, Reach, Registry, Tool, output_schema_of,
};
