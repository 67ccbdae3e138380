//! Settings, logging, runtime, listener, run, exit code; nothing else.

use std::process::ExitCode;

use clap::Parser as _;
use server::settings::{Arguments, Settings};
use server::signals::Signals;
use server::{ServerError, listen, run};
use shared::environment::Environment;
use shared::logging;

fn main() -> ExitCode {
    match start(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::tell_failure("mcp-jira-confluence-sse", &error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn start(arguments: Arguments) -> Result<(), ServerError> {
    let settings = Settings::load(arguments, Environment::of_process())?;
    // Ends after the runtime: calls that are dropped with it are recorded, too.
    let _logging = logging::start(settings.log_level, settings.operations.log_format);
    let runtime = tokio::runtime::Runtime::new().map_err(|source| ServerError::System {
        doing: "the system gives no threads".to_owned(),
        source,
    })?;
    runtime.block_on(async {
        let listener = listen(&settings).await?;
        run(listener, settings, Signals::of_process()).await
    })
}
