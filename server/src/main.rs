//! Settings, logging, listener, run, exit code; nothing else.

use std::process::ExitCode;

use clap::Parser as _;
use server::settings::{Arguments, Settings};
use server::{ServerError, listen, run, signals};
use shared::environment::Environment;
use shared::logging;

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::tell_failure("mcp-jira-confluence-sse", &error);
            ExitCode::from(error.exit_code())
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), ServerError> {
    let settings = Settings::load(arguments, Environment::of_process())?;
    let _logging = logging::start(settings.log_level);
    let listener = listen(&settings).await?;
    run(listener, settings, signals::stop()).await
}
