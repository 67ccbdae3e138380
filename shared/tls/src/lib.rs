//! TLS towards a server: whom to trust, what to show, and why a connection did not come about, in words
//! for a person. Knows neither HTTP nor which setting a person should change.
//!
//! ```text
//! Authorities, Identity   PEM files → what is trusted besides the platform's store, what is shown to a server
//!   ▼
//! client_config           → what an HTTP client is built with
//!   │   verifier            the platform's verifier, whose refusals are told in words of ours
//!   │   name                what a certificate says about who it is for and who issued it
//!   │   readable            text of a server without what could harm its reader
//!   ▼
//! TlsFailure              the error of a connection → what is wrong
//! ```
//!
//! Nothing here accepts a certificate: that is the platform's verifier's alone. There is no way to make a
//! configuration that accepts more than it.
//!
//! ```
//! use tls::Authorities;
//!
//! let nothing = Authorities::from_pem(b"a letter").unwrap_err();
//! assert_eq!(nothing.to_string(), "it contains no certificate in PEM form (BEGIN CERTIFICATE)");
//! ```

mod authorities;
mod config;
mod failure;
mod identity;
mod name;
mod readable;
mod verifier;

pub use authorities::{Authorities, InvalidAuthorities};
pub use config::client_config;
pub use failure::{Moment, TlsFailure};
pub use identity::{Identity, InvalidIdentity};
pub use name::Name;
