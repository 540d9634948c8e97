//! The TOML parser's complaints in words for people who write few TOML files.

use crate::base::diagnostic::{Diagnostic, SourceMap, Span};

/// A syntax error at a place, from what the parser says.
pub fn error(said: &str, span: Span, sources: &SourceMap) -> Diagnostic {
    let here = sources.slice(span);
    let word = !here.is_empty() && here.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let quote = || format!("write \"{here}\"");
    let begins = |start: &str| said.starts_with(start);
    let (message, label, help) = if begins("string values must be quoted") || begins("invalid boolean") {
        if word {
            ("text must be in quotes", "not in quotes", Some(quote()))
        } else {
            (
                "a value is missing or not one TOML knows",
                "expected a value",
                None,
            )
        }
    } else if begins("duplicate key") {
        let help = "each key and each [header] is written once: keep one of them".to_owned();
        ("the same name is set twice", "already set above", Some(help))
    } else if begins("extra `=`") {
        ("one `=` too many", "not needed", None)
    } else if begins("unexpected key or value") {
        (
            "something stands after the value",
            "a new key begins on a new line",
            None,
        )
    } else if begins("key with no value") {
        ("a key has no value", "expected `= value`", None)
    } else if begins("missing comma between key-value pairs") {
        let help = "or does a `{ … }` above lack its `}`?".to_owned();
        (
            "a comma is missing between two keys of a `{ … }`",
            "expected `,` or `}`",
            Some(help),
        )
    } else if begins("unclosed inline table") {
        ("a `{ … }` is never closed", "expected `}`", None)
    } else if begins("unclosed array") {
        ("a list is never closed", "expected `]`", None)
    } else if begins("unclosed table") {
        ("a [header] is never closed", "expected `]`", None)
    } else if begins("invalid basic string, expected `\"`") {
        (
            "a text in quotes is never closed on its line",
            "expected `\"`",
            None,
        )
    } else if begins("cannot recurse further") || begins("recursion limit") {
        let deep = Diagnostic::error("too-deep", "values are nested too deeply to be a scenario");
        return deep.at(span, "at most 80 levels");
    } else {
        let plain = said.replace(", expected nothing", "");
        return Diagnostic::error("syntax", format!("not valid TOML: {}", lower_first(&plain))).at(span, "");
    };
    let mut error = Diagnostic::error("syntax", message).at(span, label);
    error.help.extend(help);
    error
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Keeps the first syntax error of each line: what follows it on the line is mostly its echo.
pub fn first_of_each_line(errors: Vec<Diagnostic>, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut lines = std::collections::BTreeSet::new();
    let line = |d: &Diagnostic| d.primary.as_ref().map(|l| line_start(sources, l.span));
    errors.into_iter().filter(|one| lines.insert(line(one))).collect()
}

/// The first byte of the line a span begins on.
pub fn line_start(sources: &SourceMap, span: Span) -> usize {
    let text = &sources.get(span.source).text;
    let mut at = span.start.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}
