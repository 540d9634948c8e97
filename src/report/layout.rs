//! Paragraphs and tables of plain text that never exceed a given width.

/// Narrowest page that is laid out.
pub(super) const NARROWEST: usize = 40;

/// Narrowest last column that is wrapped rather than the table given up.
const NARROWEST_COLUMN: usize = 24;

/// Text under construction.
#[derive(Debug)]
pub(super) struct Page {
    width: usize,
    text: String,
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(super) enum Row {
    /// A line across all columns.
    Across(String),
    /// One text a column.
    Cells(Vec<String>),
}

impl Page {
    pub fn new(width: usize) -> Page {
        Page {
            width: width.max(NARROWEST),
            text: String::new(),
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn finish(self) -> String {
        self.text
    }

    /// A heading with an empty line before it.
    pub fn heading(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let words = words.to_uppercase();
        self.paragraph(&words);
        let rule = "-".repeat(words.chars().count().min(self.width));
        self.line(&rule);
    }

    /// A paragraph.
    pub fn paragraph(&mut self, words: &str) {
        self.wrapped(words, "", "");
    }

    /// One point of a list.
    pub fn point(&mut self, words: &str) {
        self.wrapped(words, "  - ", "    ");
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(clean(line).trim_end());
        self.text.push('\n');
    }

    fn wrapped(&mut self, words: &str, first: &str, next: &str) {
        for (i, line) in wrap(words, self.width - next.len()).iter().enumerate() {
            let indent = if i == 0 { first } else { next };
            self.line(&format!("{indent}{line}"));
        }
    }

    /// A table, indented by two. Where it does not fit, the last column wraps if left-aligned; else each row becomes a paragraph.
    pub fn table(&mut self, align: &[Align], rows: &[Row]) {
        let cells = |row: &Row| match row {
            Row::Across(_) => Vec::new(),
            Row::Cells(cells) => cells.iter().map(|c| c.chars().count()).collect::<Vec<usize>>(),
        };
        let mut widths = vec![0usize; align.len()];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(cells(row)) {
                *width = cell.max(*width);
            }
        }
        let gaps = 2 * widths.iter().filter(|w| **w > 0).count();
        let others = widths.iter().rev().skip(1).sum::<usize>() + gaps;
        let room = self.width.saturating_sub(others);
        let last = widths.last().copied().unwrap_or(0);
        let wraps = align.last() == Some(&Align::Left) && room >= NARROWEST_COLUMN;
        let fits = others + last <= self.width || wraps;
        for row in rows {
            match row {
                Row::Across(words) if words.is_empty() => self.gap(),
                Row::Across(words) => self.wrapped(words, "  ", "    "),
                Row::Cells(cells) if fits => {
                    let mut line = String::new();
                    for ((cell, &width), align) in cells.iter().zip(&widths).zip(align) {
                        if width == 0 {
                            continue;
                        }
                        let blank = " ".repeat(width - cell.chars().count());
                        match align {
                            Align::Left => line.extend(["  ", cell.as_str(), blank.as_str()]),
                            Align::Right => line.extend(["  ", blank.as_str(), cell.as_str()]),
                        }
                    }
                    match cells.last() {
                        Some(words) if last > room => {
                            let others: String = line.chars().take(others).collect();
                            let mut indent = others;
                            for part in wrap(words, room) {
                                self.line(&format!("{indent}{part}"));
                                indent = " ".repeat(indent.chars().count());
                            }
                        }
                        _ => self.line(&line),
                    }
                }
                Row::Cells(cells) => {
                    let some: Vec<&str> = cells
                        .iter()
                        .map(String::as_str)
                        .filter(|c| !c.is_empty())
                        .collect();
                    self.wrapped(&some.join("  "), "  ", "      ");
                }
            }
        }
    }
}

/// Lines of at most `width` characters. Control characters, which could steer a terminal, become spaces; a word
/// longer than a line is broken.
pub(super) fn wrap(words: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let words = clean(words);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in words.split(' ').filter(|w| !w.is_empty()) {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length == width {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            line.push(c);
            length += 1;
        }
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}

/// Text without control characters.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
