//! What can go wrong with a call, one variant per decision a caller can take.
//! How statuses and bodies become these variants is in `http`.

use std::time::Duration;

use tls::TlsFailure;

use crate::credential::Scheme;
use crate::site::{Deployment, Service};

mod advice;
mod outcome;
mod phrases;
mod restated;

use phrases::{brackets, colon, size, tried, whole_seconds};

/// A failed call. `Display` says what happened, [`Error::next_step`] what to do about it.
///
/// Neither ever contains a token; upstream messages are kept where Atlassian gave one (B-59).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 401, or an answer that says that the sign-in failed.
    #[error("{service} did not accept the credential (401{})", colon(.message))]
    Unauthorized {
        /// Who answered.
        service: Service,
        /// Cloud or Data Center, where known.
        deployment: Option<Deployment>,
        /// The form of the credential that was refused; none when none was sent.
        scheme: Option<Scheme>,
        /// What upstream said.
        message: Option<String>,
    },
    /// The credential was refused a moment ago and was not sent again: repeated failures lock accounts.
    #[error(
        "{service} refused this credential a moment ago, so it is not sent again for {} s: repeated \
         failures can lock the account", whole_seconds(*.left)
    )]
    RefusedBefore {
        /// Who refused it.
        service: Service,
        /// Cloud or Data Center, where known.
        deployment: Option<Deployment>,
        /// The form of the credential.
        scheme: Scheme,
        /// How much longer it is not sent.
        left: Duration,
    },
    /// 401 for a token that is accepted, but was made without the scope this call needs.
    #[error("the token for {service} has no scope for {what} (401{})", colon(.message))]
    MissingScope {
        /// Who answered.
        service: Service,
        /// What was asked for, as in `issue DEMO-1`.
        what: String,
        /// What upstream said.
        message: Option<String>,
    },
    /// Too many failed sign-ins: the account must solve a CAPTCHA in a browser first.
    #[error("{service} has locked this account's sign-in until a CAPTCHA is solved in a browser")]
    CaptchaRequired {
        /// Who answered.
        service: Service,
    },
    /// 403: known, but not allowed.
    #[error("{service} does not allow this account to {access} {what} (403{})", colon(.message))]
    Forbidden {
        /// Who answered.
        service: Service,
        /// What was tried.
        access: Access,
        /// What was asked for, as in `issue DEMO-1`.
        what: String,
        /// What upstream said.
        message: Option<String>,
    },
    /// 404, or an empty answer where one thing was asked for.
    #[error("{service} has no {what}, or this account may not see it{}", colon(.message))]
    NotFound {
        /// Who answered.
        service: Service,
        /// What was asked for, as in `issue DEMO-1`.
        what: String,
        /// What upstream said.
        message: Option<String>,
    },
    /// 429.
    #[error("{service} is rate limiting this account (429){}", tried(*.tries))]
    RateLimited {
        /// Who answered.
        service: Service,
        /// How long to wait, where upstream said so.
        retry_after: Option<Duration>,
        /// How often the call was sent.
        tries: u32,
    },
    /// Another 4xx: the request cannot succeed as it is.
    #[error("{service} refused the request for {what} ({status}{})", colon(.message))]
    Rejected {
        /// Who answered.
        service: Service,
        /// What was asked for.
        what: String,
        /// HTTP status, as in 400, 409 or 410.
        status: u16,
        /// What upstream said.
        message: Option<String>,
    },
    /// 5xx: upstream is in trouble.
    #[error("{service} failed to answer ({status}{}){}", colon(.message), tried(*.tries))]
    Unavailable {
        /// Who answered.
        service: Service,
        /// HTTP status.
        status: u16,
        /// What upstream said.
        message: Option<String>,
        /// How long to wait, where upstream said so (503).
        retry_after: Option<Duration>,
        /// How often the call was sent.
        tries: u32,
    },
    /// No complete answer in time.
    #[error("{service} did not answer within {} s{}", .after.as_secs_f32(), tried(*.tries))]
    TimedOut {
        /// Who did not answer.
        service: Service,
        /// The limit that passed; the one for the whole call covers all tries.
        after: Duration,
        /// How often the call was sent.
        tries: u32,
    },
    /// The caller has too many calls under way, and none of them ended in time.
    #[error(
        "this account has {most} calls to {service} under way, and none ended within {} s",
        .after.as_secs_f32()
    )]
    Crowded {
        /// Who is being called.
        service: Service,
        /// How many calls one credential may have under way.
        most: usize,
        /// The limit that passed.
        after: Duration,
    },
    /// No connection.
    #[error("cannot connect to {service}: {detail}{}", tried(*.tries))]
    Unreachable {
        /// Who is not there.
        service: Service,
        /// What kind of failure.
        cause: ConnectFailure,
        /// The root cause in the words of the operating system, or what is wrong with TLS in ours.
        detail: String,
        /// How often the call was sent.
        tries: u32,
    },
    /// The connection ended before an answer began.
    #[error("{service} closed the connection without an answer: {detail}{}", tried(*.tries))]
    NoAnswer {
        /// Who hung up.
        service: Service,
        /// The root cause.
        detail: String,
        /// How often the call was sent.
        tries: u32,
    },
    /// The connection broke before the answer was complete.
    #[error("the connection to {service} broke before the answer was complete: {detail}")]
    Interrupted {
        /// Who was answering.
        service: Service,
        /// The root cause.
        detail: String,
    },
    /// The answer is larger than this client takes.
    #[error("the answer of {service} for {what} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Who answered.
        service: Service,
        /// What was asked for.
        what: String,
        /// The limit.
        limit_bytes: usize,
    },
    /// A file is larger than the caller takes.
    #[error("{what} of {service} is too large: {} where at most {limit_bytes} bytes are taken", size(*.size_bytes))]
    FileTooLarge {
        /// Who keeps it.
        service: Service,
        /// Which file, as in `attachment 10042`.
        what: String,
        /// Its size, where it was told before the limit was passed.
        size_bytes: Option<u64>,
        /// The limit.
        limit_bytes: u64,
    },
    /// The service says that the bytes of a file are on another origin or outside its context path.
    /// Nothing was sent there.
    #[error("{service} says that {what} is at {origin}, and only {site} is asked for it")]
    KeptElsewhere {
        /// Who says so.
        service: Service,
        /// Which file.
        what: String,
        /// Scheme, host and port of the other place.
        origin: String,
        /// The configured site.
        site: String,
    },
    /// The host that a download was redirected to did not give the file. No credential was sent there.
    #[error("{host}, where {service} keeps its files, did not give {what} ({status})")]
    FileHost {
        /// Who redirected there.
        service: Service,
        /// Which file.
        what: String,
        /// Scheme, host and port of the host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// The answer is not what the REST interface promises.
    #[error("cannot read the answer of {service} for {what}: at {path}: {detail}")]
    Malformed {
        /// Who answered.
        service: Service,
        /// What was asked for.
        what: String,
        /// Path to the offending member, as in `fields.created`; `.` for the whole.
        path: String,
        /// What is wrong there.
        detail: String,
    },
    /// A web page where JSON was expected: a login form, a proxy, or no REST interface there.
    #[error("{service} answered with a web page instead of data (status {status})")]
    LoginPage {
        /// Who answered.
        service: Service,
        /// HTTP status of the page.
        status: u16,
    },
    /// A redirect that is not followed; the credential stayed with the configured site (B-09).
    #[error("{service} redirects to {to}, which is not followed")]
    Redirected {
        /// Who answered.
        service: Service,
        /// Scheme, host and port of the target, or why it is not followed.
        to: String,
    },
    /// Neither settings nor host nor probe told Cloud from Data Center.
    #[error("cannot find out whether {service} is Cloud or Data Center: {reason}")]
    DeploymentUnknown {
        /// Whose deployment.
        service: Service,
        /// What the probe met.
        reason: String,
    },
    /// Somebody else changed the thing after the caller had read it; nothing was written.
    #[error("{service} did not change {what}, because it was changed in between: {detail}")]
    Conflict {
        /// Who answered.
        service: Service,
        /// What was to be changed.
        what: String,
        /// Which version was expected and which is there, by whom and since when.
        detail: String,
    },
    /// The name is taken: nothing was written.
    #[error("{service} has {what} already: {url}")]
    Taken {
        /// Who answered.
        service: Service,
        /// What is there, with its id.
        what: String,
        /// Where it is, for a browser.
        url: String,
    },
    /// A write that failed in a way that does not tell whether it was carried out. It is never sent
    /// again by itself.
    #[error("{cause}; it is unknown whether the write to {what} took effect{}", brackets(.seen))]
    OutcomeUnknown {
        /// Who was asked.
        service: Service,
        /// What was written to.
        what: String,
        /// What a look at it showed afterwards.
        seen: Option<String>,
        /// How the call failed.
        cause: Box<Self>,
    },
    /// The client is limited to projects or spaces, and the limit cannot be joined to this query.
    #[error("this search is limited to some places of {service}, and the query cannot be: {why}")]
    QueryNotLimited {
        /// Who would have been asked.
        service: Service,
        /// What is wrong with the query.
        why: &'static str,
    },
    /// The client is limited to projects, and what was named does not tell its project.
    #[error(
        "this server or this request is limited to {service} projects, and {what} alone does not tell its project"
    )]
    NotPlaced {
        /// Who would have been asked.
        service: Service,
        /// What was asked for, as in `attachment 10042`.
        what: String,
    },
    /// A cursor that this site never handed out.
    #[error("{service} cannot continue from this cursor")]
    InvalidCursor {
        /// Who was asked.
        service: Service,
    },
}

/// What a call wants of the thing it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To be shown it.
    Read,
    /// To change it, or to add something to it.
    Write,
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write to",
        })
    }
}

/// Why a connection did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The host name is unknown.
    Name,
    /// Nobody listens there.
    Refused,
    /// The other side hung up before the connection stood.
    Reset,
    /// The certificate or the TLS handshake failed.
    Tls(TlsFailure),
    /// Anything else.
    Other,
}

impl Error {
    /// The service the call went to.
    #[must_use]
    pub fn service(&self) -> Service {
        match self {
            Self::Unauthorized { service, .. }
            | Self::RefusedBefore { service, .. }
            | Self::MissingScope { service, .. }
            | Self::CaptchaRequired { service }
            | Self::Forbidden { service, .. }
            | Self::NotFound { service, .. }
            | Self::RateLimited { service, .. }
            | Self::Rejected { service, .. }
            | Self::Unavailable { service, .. }
            | Self::TimedOut { service, .. }
            | Self::Crowded { service, .. }
            | Self::Unreachable { service, .. }
            | Self::NoAnswer { service, .. }
            | Self::Interrupted { service, .. }
            | Self::TooLarge { service, .. }
            | Self::FileTooLarge { service, .. }
            | Self::KeptElsewhere { service, .. }
            | Self::FileHost { service, .. }
            | Self::Malformed { service, .. }
            | Self::LoginPage { service, .. }
            | Self::Redirected { service, .. }
            | Self::DeploymentUnknown { service, .. }
            | Self::Conflict { service, .. }
            | Self::Taken { service, .. }
            | Self::OutcomeUnknown { service, .. }
            | Self::QueryNotLimited { service, .. }
            | Self::NotPlaced { service, .. }
            | Self::InvalidCursor { service } => *service,
        }
    }
}
