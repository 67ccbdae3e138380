//! The settings for attached files. What a file shows is known to `attachment`.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;
use shared::environment::Environment;

use super::listener::count;
use super::{SettingsError, invalid};
use crate::attachment::{Attachments, MOST_BYTES};

/// The variable, so that `.env.example` names it.
pub(super) const MAX_ATTACHMENT_BYTES: &str = "MAX_ATTACHMENT_BYTES";

/// The flags, as typed.
#[derive(Debug, Clone, Default, Args)]
pub struct AttachmentArguments {
    /// Largest attached file that is fetched for a caller, in bytes
    /// [env: MAX_ATTACHMENT_BYTES] [default: 10485760]
    #[arg(
        long,
        value_name = "BYTES",
        value_parser = count::<NonZeroU64>,
        help_heading = "Limits",
        hide_short_help = true
    )]
    max_attachment_bytes: Option<NonZeroU64>,

    /// Program that is started as this one would be to read a PDF, instead of this one
    #[arg(long, value_name = "FILE", hide = true)]
    pdf_reader: Option<PathBuf>,
}

/// How attached files are read.
pub(super) fn read(
    arguments: &AttachmentArguments,
    environment: &Environment,
) -> Result<Attachments, SettingsError> {
    let most = match (
        arguments.max_attachment_bytes,
        environment.filled(MAX_ATTACHMENT_BYTES),
    ) {
        (Some(most), _) => most.get(),
        (None, Some(value)) => count(value)
            .map(NonZeroU64::get)
            .map_err(|error| invalid(MAX_ATTACHMENT_BYTES, error))?,
        (None, None) => MOST_BYTES,
    };
    // Without a path to this program every PDF says so; the rest of the server needs none.
    let own = || std::env::current_exe().unwrap_or_default();
    let reader = arguments.pdf_reader.clone().unwrap_or_else(own);
    Ok(Attachments::new(most, reader))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::Arguments;

    fn most(flags: &[&str], variables: &[(&str, &str)]) -> Result<u64, String> {
        let arguments = Arguments::parse_from(["server"].iter().chain(flags));
        let environment = Environment::from_iter(variables.iter().copied());
        let attachments = super::read(&arguments.attachments, &environment);
        attachments
            .map(|attachments| attachments.most_bytes)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_largest_file_is_set_by_a_flag_or_else_a_variable() {
        let variable = [(MAX_ATTACHMENT_BYTES, "7")];
        assert_eq!(most(&["--max-attachment-bytes", "5"], &variable), Ok(5));
        assert_eq!(most(&[], &variable), Ok(7));
        assert_eq!(most(&[], &[]), Ok(10_485_760));
        let error = most(&[], &[(MAX_ATTACHMENT_BYTES, "0")]).unwrap_err();
        assert!(error.contains(MAX_ATTACHMENT_BYTES), "{error}");
    }
}
