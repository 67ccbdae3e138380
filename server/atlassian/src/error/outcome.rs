//! Which failures of a write leave open whether it was carried out.
//! How they are worded is in the parent file.

use super::Error;

impl Error {
    /// The same failure, met by a write to `what`.
    ///
    /// The request was sent as far as anybody knows when no answer came, when the answer broke off or
    /// cannot be read, and when the site or a gateway before it failed while working (500, 502, 504).
    /// A 501 or 503 says that the work was not begun.
    pub(crate) fn of_write(self, what: &str) -> Self {
        let open = match &self {
            Self::TimedOut { .. }
            | Self::NoAnswer { .. }
            | Self::Interrupted { .. }
            | Self::Malformed { .. }
            | Self::TooLarge { .. } => true,
            Self::Unavailable { status, .. } => !matches!(status, 501 | 503),
            _ => false,
        };
        if !open {
            return self;
        }
        Self::OutcomeUnknown {
            service: self.service(),
            what: what.to_owned(),
            seen: None,
            cause: Box::new(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Service;

    const SERVICE: Service = Service::Confluence;

    fn unavailable(status: u16) -> Error {
        Error::Unavailable {
            service: SERVICE,
            status,
            message: None,
            retry_after: None,
            tries: 1,
        }
    }

    fn is_open(error: Error) -> bool {
        matches!(error.of_write("page 1"), Error::OutcomeUnknown { .. })
    }

    #[test]
    fn a_write_without_a_readable_answer_may_have_been_carried_out() {
        for status in [500, 502, 504] {
            assert!(is_open(unavailable(status)), "{status}");
        }
        let detail = String::new();
        assert!(is_open(Error::Interrupted {
            service: SERVICE,
            detail
        }));
        for status in [501, 503] {
            assert!(!is_open(unavailable(status)), "{status}");
        }
        assert!(!is_open(Error::InvalidCursor { service: SERVICE }));
    }

    #[test]
    fn an_open_outcome_is_told_with_its_cause_and_what_to_look_at() {
        let error = unavailable(502).of_write("page 1");
        assert_eq!(
            error.to_string(),
            "Confluence failed to answer (502); it is unknown whether the write to page 1 took effect"
        );
        assert!(
            error
                .next_step()
                .starts_with("look at page 1 before you try again")
        );
    }
}
