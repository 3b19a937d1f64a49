//! What goes to the terminal: the only place that prints.
#![expect(clippy::print_stderr, reason = "the command line prints")]

use std::io::Write as _;

use anyhow::Context as _;

/// Prints to standard output. Words of notices and of people may hold characters that move the
/// cursor of a terminal or change its colours: a mark stands for each.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> anyhow::Result<()> {
    let commands = |c: char| c.is_control() && c != '\n' && c != '\t';
    write(text.replace(commands, "\u{fffd}").as_bytes())
}

/// Writes bytes to standard output. A reader that went away (`| head`) is no error.
///
/// # Errors
/// When standard output cannot be written to.
pub fn write(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => written.context("standard output"),
    }
}

/// Prints an error with its causes in one sentence.
pub fn error(error: &anyhow::Error) {
    let mut text = String::from("passerelle");
    for cause in error.chain().map(ToString::to_string) {
        // Many libraries repeat their cause in their own words.
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    eprintln!("{text}");
}

/// Prints a remark to standard error.
pub fn remark(text: &str) {
    eprintln!("{text}");
}
