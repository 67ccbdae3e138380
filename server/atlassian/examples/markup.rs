//! Reads Markdown from standard input and writes it in one of the dialects, or wiki markup and writes
//! it as Markdown, for checks by programs that others wrote. With `lines` before the dialect every line
//! of the input is a text of its own, as a JSON string, and every line of the output is what became of
//! it, as JSON.
//!
//! ```text
//! echo '**a**' | cargo run --package atlassian --example markup -- adf
//! ```

use std::io::{Read, Write};

use atlassian::markup::{adf, storage, wiki};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let mut output = std::io::stdout().lock();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["lines", dialect] => {
            for line in input.lines() {
                let text: String = serde_json::from_str(line)?;
                writeln!(output, "{}", converted(dialect, &text)?)?;
            }
        }
        [dialect] => match converted(dialect, &input)? {
            Value::String(text) => writeln!(output, "{text}")?,
            document => writeln!(output, "{document:#}")?,
        },
        _ => return Err("name a dialect: adf, wiki or storage; or from-wiki".into()),
    }
    Ok(())
}

fn converted(dialect: &str, text: &str) -> Result<Value, String> {
    Ok(match dialect {
        "adf" => adf::from_markdown(text),
        "wiki" => json!(wiki::from_markdown(text)),
        "storage" => json!(storage::from_markdown(text)),
        "from-wiki" => json!(wiki::to_markdown(text)),
        other => return Err(format!("no dialect is called {other}: adf, wiki, storage")),
    })
}
