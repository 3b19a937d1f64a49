//! The built program, run in a folder of its own and without settings of the machine.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longer than any command here takes.
const LONG: Duration = Duration::from_secs(15);

/// A folder to run the program in.
pub struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What a command that must succeed printed.
    pub fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// What a command that must fail said. It is no panic and no page of causes.
    pub fn bad(self) -> String {
        assert!(self.code.is_some_and(|code| code == 1 || code == 2), "{self:?}");
        assert!(
            !self.err.contains("panicked") && !self.err.contains("stack backtrace"),
            "{self:?}"
        );
        assert!(self.err.len() < 2_000 && !self.err.trim().is_empty(), "{self:?}");
        self.err
    }
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: TempDir::new().expect("a folder"), variables: Vec::new() };
        // One feed is enough for what the program does by itself.
        let others =
            ["TED", "DECP", "APPROCH"].map(|name| format!("PASSERELLE__FEEDS__{name}__ENABLED"));
        others.iter().fold(place, |place, name| place.set(name, "false"))
    }

    /// The same with a setting in the environment.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PASSERELLE") {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(self.path()).envs(self.variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().expect("the program");
        Ran::of(output.status, &output.stdout, &output.stderr)
    }

    /// With something on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input).expect("written");
        drop(stdin);
        let output = child.wait_with_output().expect("an end");
        Ran::of(output.status, &output.stdout, &output.stderr)
    }

    /// Begins a command that goes on until it is stopped.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let mut child = self.command(arguments).spawn().expect("the program");
        let (told, lines) = channel();
        follow(child.stdout.take().expect("a pipe"), told.clone());
        follow(child.stderr.take().expect("a pipe"), told);
        Running { child, lines, said: Vec::new() }
    }
}

impl Ran {
    fn of(status: ExitStatus, out: &[u8], err: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        Self { code: status.code(), out: text(out), err: text(err) }
    }
}

fn follow(pipe: impl Read + Send + 'static, told: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = told.send(line);
        }
    });
}

/// A command that goes on; killed when the test ends before it.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    /// Every line so far, of both streams.
    pub said: Vec<String>,
}

impl Running {
    /// Waits for a line that holds a text.
    pub fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + LONG;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.said.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(error) => panic!("no line with {text:?} ({error}): {:#?}", self.said),
            }
        }
    }

    /// Asks it to stop, and gives its end.
    pub fn stop(&mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
        let until = Instant::now() + LONG;
        // Its pipes close when it ends.
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not stop: {:#?}", self.said),
            }
        }
        self.child.wait().expect("an end")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
