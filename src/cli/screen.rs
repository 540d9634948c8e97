//! What is written where: answers to standard output, everything else to standard error.
//!
//! Exit code 0 says that the whole answer was taken. Whoever closes standard output before (`| head`) gets what was wanted, one
//! line on standard error and exit code 3, as for a full disk; what is lost on standard error changes nothing.

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde_json::{Value, json};

use crate::app::{Error, Findings};
use crate::base::diagnostic::Paint;
use crate::store::StoreError;

/// The terminal, or what stands in its place.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    json: bool,
    paint: Paint,
}

impl Screen {
    /// Answers are JSON if asked for.
    pub fn new(json: bool) -> Screen {
        let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let paint = if colour { Paint::Colour } else { Paint::Plain };
        Screen { json, paint }
    }

    /// Whether answers are JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Writes an answer.
    pub fn answer(&self, text: &str) -> Result<(), Error> {
        self.answer_bytes(text.as_bytes())
    }

    /// Writes an answer that may be no text.
    pub fn answer_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        written.map_err(|source| match source.kind() {
            ErrorKind::BrokenPipe => {
                Error::Machine("standard output was closed before the whole answer was read".to_string())
            }
            _ => Error::Store(StoreError::Io {
                doing: "write",
                path: "standard output".into(),
                source,
            }),
        })
    }

    /// Writes an answer in JSON.
    pub fn answer_json(&self, value: &Value) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).expect("a JSON value always serialises");
        self.answer(&(text + "\n"))
    }

    /// Writes something besides the answer; nobody there to read it is no error.
    pub fn aside(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Shows findings about scenarios.
    pub fn findings(&self, all: &[Findings]) {
        for findings in all.iter().filter(|f| !f.found.is_empty()) {
            self.aside(&findings.render(self.paint));
        }
    }

    /// Says why there is no answer and what is left, if anything; with JSON asked for, in the answer too.
    pub fn error(&self, error: &Error, left: Option<&str>) {
        let left = left.map_or(String::new(), |left| format!("\n{left}"));
        match error {
            Error::Invalid(all) => self.findings(all),
            other => self.aside(&format!("careweave: {other}{left}\n")),
        }
        if self.json {
            let findings: Vec<Value> = match error {
                Error::Invalid(all) => all.iter().map(Findings::to_json).collect(),
                _ => Vec::new(),
            };
            let findings: Vec<&Value> = findings.iter().filter_map(Value::as_array).flatten().collect();
            let answer = json!({ "error": format!("{error}{left}"), "findings": findings });
            // The exit code tells of the error; a second one about the first helps nobody.
            let _ = self.answer_json(&answer);
        }
    }
}
