//! Who a request acts as: headers and policy become one credential per service, or a refusal.

mod caller;
mod policy;
mod resolve;

pub use caller::CredentialSource;
pub(crate) use caller::{Access, Caller, IDENTITY_METADATA, TraceSource};
pub use policy::{Policy, UnknownPolicy};
pub(crate) use resolve::{Configuration, Identity};
