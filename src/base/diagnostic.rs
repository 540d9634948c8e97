//! Diagnostics as data: what is wrong, where in which text, and what would be right.
//!
//! Whoever finds a mistake pushes a [`Diagnostic`] and goes on, so that a reader sees all of them at
//! once. Nothing here prints: [`render`] is a pure function, and the command line decides about colour.

use std::fmt;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be used.
    Error,
    /// It can be used, and probably does not mean what was intended.
    Warning,
    /// Something a careful author would still do.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        })
    }
}

/// One text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A range of bytes of one text, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A text a scenario was read from: a file, a built-in scenario or one `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name shown before line and column.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Where something stands, for a human.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Name of the text.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.line, self.column)
    }
}

/// All texts of one reading, in the order they were opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.sources.push(Source {
            name: name.into(),
            text: text.into(),
        });
        SourceId(u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text of an id that this map gave out.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// Every text, in the order opened.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(&self.sources)
    }

    /// The characters of a span.
    pub fn slice(&self, span: Span) -> &str {
        let (text, range) = self.clamp(span);
        &text[range]
    }

    /// File, line and column of the start of a span.
    pub fn locate(&self, span: Span) -> Location {
        let (text, range) = self.clamp(span);
        let before = &text[..range.start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Location {
            name: self.get(span.source).name.clone(),
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: before[line_start..].chars().filter(|c| *c != '\u{feff}').count() + 1,
        }
    }

    /// The byte range of a span, moved onto character boundaries inside the text: a renderer may not
    /// panic on a span somebody computed a byte short.
    fn clamp(&self, span: Span) -> (&str, std::ops::Range<usize>) {
        let text = self.get(span.source).text.as_str();
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        (text, start..end)
    }
}

/// A place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words, printed under the place.
    pub text: String,
}

/// One finding about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name, such as `unknown-key`, that does not change with the wording.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where; `None` only where there is no text (a file that is not there).
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What would be right.
    pub help: Vec<String>,
}

/// Most findings of one reading; see [`limit`].
pub const MOST: usize = 1_000;
/// Most bytes of a message, a label or a help: a name of four million letters is not worth reading in full.
const LONGEST: usize = 2_000;

/// A text of the finding, cut where it is too long to be read.
fn cut(text: impl Into<String>) -> String {
    let mut text = text.into();
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

impl Diagnostic {
    /// A finding without a place yet.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity,
            code,
            message: cut(message),
            primary: None,
            secondary: Vec::new(),
            help: Vec::new(),
        }
    }

    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// An advice without a place yet.
    pub fn advice(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Advice, code, message)
    }

    /// Says where, and a few words to print there.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.primary = Some(Label {
            span,
            text: cut(text),
        });
        self
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label {
            span,
            text: cut(text),
        });
        self
    }

    /// Says what would be right.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(cut(text));
        self
    }

    /// True for an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The finding as JSON: severity, code, message, file, line, column, help.
    pub fn to_json(&self, sources: &SourceMap) -> serde_json::Value {
        let place = |label: &Label| {
            let at = sources.locate(label.span);
            serde_json::json!({ "file": at.name, "line": at.line, "column": at.column,
                "start": label.span.start, "end": label.span.end, "text": label.text })
        };
        serde_json::json!({
            "severity": self.severity.to_string(),
            "code": self.code,
            "message": self.message,
            "at": self.primary.as_ref().map(place),
            "also": self.secondary.iter().map(place).collect::<Vec<_>>(),
            "help": self.help,
        })
    }
}

/// True if any finding is an error.
pub fn any_error(found: &[Diagnostic]) -> bool {
    found.iter().any(Diagnostic::is_error)
}

/// Orders findings as a reader meets them (text by text, top to bottom) and drops repetitions.
pub fn sort(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| {
        let place = |d: &Diagnostic| d.primary.as_ref().map(|l| (l.span.source, l.span.start));
        (place(a), a.severity, a.code, &a.message).cmp(&(place(b), b.severity, b.code, &b.message))
    });
    found.dedup();
}

/// Keeps the first [`MOST`] findings, in the order of [`sort`], and says how many there were: each costs a look through its
/// text, and a file may have a mistake in every one of a hundred thousand lines.
pub fn limit(found: &mut Vec<Diagnostic>) {
    if found.len() <= MOST {
        return;
    }
    let dropped = found.split_off(MOST);
    let severity = dropped
        .iter()
        .map(|d| d.severity)
        .min()
        .unwrap_or(Severity::Error);
    let message = format!("and {} more findings, which are not listed", dropped.len());
    let mut more = Diagnostic::new(severity, "too-many", message);
    more.primary = dropped.iter().find_map(|d| d.primary.clone());
    if let Some(label) = &mut more.primary {
        label.text = "from here on".to_owned();
    }
    found.push(more.help("mend those above first: they often explain the rest"));
}

/// Whether rendered text carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Plain text: files, pipes, tests.
    Plain,
    /// ANSI colours: a terminal.
    Colour,
}

/// More findings than this are counted, not shown: nobody reads them, and the first ones usually
/// explain the rest.
const SHOWN: usize = 100;

/// Findings as text: each with file, line, column, caret and help, then a line with the counts.
pub fn render(found: &[Diagnostic], sources: &SourceMap, paint: Paint) -> String {
    let renderer = match paint {
        Paint::Plain => Renderer::plain(),
        Paint::Colour => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii)
    .term_width(120);
    let mut out = String::new();
    for one in found.iter().take(SHOWN) {
        out.push_str(&renderer.render(&[group(one, sources)]));
        out.push_str("\n\n");
    }
    if found.len() > SHOWN {
        out.push_str(&format!("... and {} more\n\n", found.len() - SHOWN));
    }
    out.push_str(&summary(found));
    out
}

/// "2 errors, 1 warning", or "nothing to report".
pub fn summary(found: &[Diagnostic]) -> String {
    let mut parts = Vec::new();
    for (severity, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "piece of advice", "pieces of advice"),
    ] {
        match found.iter().filter(|d| d.severity == severity).count() {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    if parts.is_empty() {
        "nothing to report\n".to_owned()
    } else {
        format!("{}\n", parts.join(", "))
    }
}

fn group<'a>(one: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match one.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE.with_name("advice"),
    };
    // The title may quote a file that is somebody else's text: control characters stay out of it.
    let safe = annotate_snippets::normalize_untrusted_str;
    let mut group = Group::with_title(level.primary_title(safe(&one.message)).id(one.code));
    for (place, labels) in by_source(one) {
        group = group.element(snippet(&labels, place, sources));
    }
    for help in &one.help {
        group = group.element(Level::HELP.message(safe(help)));
    }
    group
}

type Marked<'a> = (AnnotationKind, &'a Label);

/// The places of a finding, text by text, the primary one first.
fn by_source(one: &Diagnostic) -> Vec<(SourceId, Vec<Marked<'_>>)> {
    let mut groups: Vec<(SourceId, Vec<Marked<'_>>)> = Vec::new();
    let marked = (one.primary.iter().map(|l| (AnnotationKind::Primary, l)))
        .chain(one.secondary.iter().map(|l| (AnnotationKind::Context, l)));
    for (kind, label) in marked {
        match groups.iter_mut().find(|(id, _)| *id == label.span.source) {
            Some((_, list)) => list.push((kind, label)),
            None => groups.push((label.span.source, vec![(kind, label)])),
        }
    }
    groups
}

/// Only the lines between the first and the last place are handed to the renderer: it scans all it
/// is given, once per finding, and a file may have four million characters.
fn snippet<'a>(
    labels: &[Marked<'a>],
    id: SourceId,
    sources: &'a SourceMap,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let ranges: Vec<_> = labels.iter().map(|(_, l)| sources.clamp(l.span).1).collect();
    let text = sources.get(id).text.as_str();
    let first = ranges.iter().map(|r| r.start).min().unwrap_or(0);
    let last = ranges.iter().map(|r| r.end).max().unwrap_or(0);
    let from = text[..first].rfind('\n').map_or(0, |i| i + 1);
    let to = text[last..].find('\n').map_or(text.len(), |i| last + i);
    // The carriage return of a line made elsewhere would be drawn as a symbol.
    let to = if text[last..to].ends_with('\r') {
        to - 1
    } else {
        to
    };
    let line = text[..from].bytes().filter(|b| *b == b'\n').count() + 1;
    let mut out = Snippet::source(&text[from..to])
        .line_start(line)
        .path(sources.get(id).name.as_str());
    for ((kind, label), range) in labels.iter().zip(ranges) {
        let words = Some(label.text.as_str()).filter(|t| !t.is_empty());
        out = out.annotation(kind.span(range.start - from..range.end - from).label(words));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> (SourceMap, Span) {
        let mut map = SourceMap::default();
        map.add("first.toml", "a = 1\n");
        let id = map.add("second.toml", "title = \"Zeiß\"\n[run]\nwarm_upp = 3\n");
        (
            map,
            Span {
                source: id,
                start: 22,
                end: 30,
            },
        )
    }

    #[test]
    fn a_span_has_file_line_and_column() {
        let (map, span) = one();
        assert_eq!(map.slice(span), "warm_upp");
        assert_eq!(map.locate(span).to_string(), "second.toml:3:1");
    }

    #[test]
    fn rendering_shows_the_line_the_caret_and_the_help() {
        let (map, span) = one();
        let found = [Diagnostic::error("unknown-key", "unknown key `warm_upp`")
            .at(span, "not a key of `run`")
            .help("did you mean `warm_up`?")];
        let text = render(&found, &map, Paint::Plain);
        assert_eq!(
            text,
            "error[unknown-key]: unknown key `warm_upp`\n --> second.toml:3:1\n  |\n3 | warm_upp = 3\n  | \
             ^^^^^^^^ not a key of `run`\n  |\n  = help: did you mean `warm_up`?\n\n1 error\n"
        );
    }

    #[test]
    fn spans_off_the_text_or_inside_a_character_do_not_panic() {
        let (map, span) = one();
        for (start, end) in [(12, 13), (0, 9_999), (9_999, 9_999), (13, 2), (40, 41)] {
            let found = [Diagnostic::warning("x", "y").at(Span { start, end, ..span }, "here")];
            assert!(render(&found, &map, Paint::Plain).contains("second.toml"));
        }
    }

    #[test]
    fn findings_sort_by_text_and_place_and_repeat_once() {
        let (map, span) = one();
        let mut found = vec![
            Diagnostic::error("b", "later").at(span, ""),
            Diagnostic::error("a", "earlier").at(
                Span {
                    start: 0,
                    end: 1,
                    ..span
                },
                "",
            ),
            Diagnostic::error("b", "later").at(span, ""),
        ];
        sort(&mut found);
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(summary(&found), "2 errors\n");
        assert_eq!(found[0].to_json(&map)["at"]["line"], 1);
    }
}
