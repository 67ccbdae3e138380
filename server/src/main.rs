//! Settings, logging, runtime, listener, run, exit code; or one PDF, for a server that asks for it.

use std::process::ExitCode;

use clap::Parser as _;
use server::settings::{Arguments, Settings};
use server::signals::Signals;
use server::{ServerError, Traces, listen, run};
use shared::environment::Environment;
use shared::logging;
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|it| it == pdf_text::process::ARGUMENT)
    {
        return pdf_text::process::run();
    }
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
    let runtime = Runtime::new().map_err(|source| ServerError::System {
        doing: "the system gives no threads".to_owned(),
        source,
    })?;
    let (traces, besides) = Traces::begin(&settings, runtime.handle())?;
    let _logging = logging::start(settings.log_level, settings.operations.log_format, besides);
    let served = runtime.block_on(async {
        let listener = listen(&settings).await?;
        run(listener, settings, Signals::of_process()).await
    });
    traces.end();
    // Before the log ends: calls that are dropped with it are recorded, too.
    drop(runtime);
    served
}
