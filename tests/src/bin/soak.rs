//! `just soak [minutes]`: bridges under load and faults, ten minutes unless told otherwise.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use tests::soak::{self, Plan};

/// Bridges under load while something fails every five seconds; fails when a rule is broken or memory
/// or descriptors grow by more than a tenth between minute two and the end.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long.
    #[arg(default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { minutes } = Arguments::parse();
    let report = soak::run(&Plan::minutes(minutes)).await;
    let objections = report.objections();
    let mut out = std::io::stdout();
    let mut text = report.to_string();
    for objection in &objections {
        text.push_str(&format!("NOT GOOD: {objection}\n"));
    }
    // A closed stdout has nobody to tell; the exit code still does.
    let _closed = out.write_all(text.as_bytes());
    if objections.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
