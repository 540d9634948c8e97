//! A document of headings, paragraphs, lists, tables and diagrams, and its Markdown.
//!
//! Text may have `names` in backticks; nothing else in it is markup.

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Title.
    pub title: String,
    /// A line below it.
    pub subtitle: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading of level 1, 2 or 3.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A remark set apart: what a checklist asks for.
    Asked(String),
    /// Something that only people can say and nobody has said.
    Missing(String),
    /// A list.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// A diagram: drawn from Mermaid where that is possible, a table elsewhere.
    Diagram {
        /// For Mermaid.
        mermaid: String,
        /// The same as a table.
        table: Table,
    },
    /// Text as it is written in a file.
    Code(String),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Relative widths of the columns.
    pub widths: Vec<u32>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these columns and relative widths.
    pub fn new(columns: &[(&str, u32)]) -> Table {
        Table {
            head: columns.iter().map(|c| c.0.to_string()).collect(),
            widths: columns.iter().map(|c| c.1).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }
}

impl Document {
    /// Adds a heading.
    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.blocks.push(Block::Heading(level, text.into()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a list, if there is anything on it.
    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Adds a table, if it has rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }
}

/// A document as Markdown (CommonMark with tables; diagrams for Mermaid).
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n", prose(&document.title));
    if !document.subtitle.is_empty() {
        out.push_str(&format!("\n{}\n", prose(&document.subtitle)));
    }
    for block in &document.blocks {
        out.push('\n');
        match block {
            Block::Heading(level, text) => {
                let marks = "#".repeat(usize::from(*level) + 1);
                out.push_str(&format!("{marks} {}\n", prose(text)));
            }
            Block::Text(text) => {
                let all: Vec<String> = paragraphs(text).map(prose).collect();
                out.push_str(&format!("{}\n", all.join("\n\n")));
            }
            Block::Asked(text) => out.push_str(&format!("> *Asked for: {}*\n", prose(text))),
            Block::Missing(text) => out.push_str(&format!("**MISSING: {}**\n", prose(text))),
            Block::List(items) => {
                for item in items {
                    out.push_str(&format!("- {}\n", prose(item)));
                }
            }
            Block::Table(table) => rows(table, &mut out),
            Block::Diagram { mermaid, .. } => {
                out.push_str(&format!("```mermaid\n{}\n```\n", mermaid.trim_end()))
            }
            Block::Code(text) => {
                let fence = fence(text);
                out.push_str(&format!("{fence}\n{}\n{fence}\n", text.trim_end()));
            }
        }
    }
    out
}

/// A fence longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn rows(table: &Table, out: &mut String) {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|c| prose(c).replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    out.push_str(&line(&table.head));
    out.push_str(&format!("|{}\n", "---|".repeat(table.head.len())));
    for row in &table.rows {
        out.push_str(&line(row));
    }
}

/// The paragraphs of a text that people wrote over several lines.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|p| !p.is_empty())
}

/// Text on one line, in which only backticks mean anything.
fn prose(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    for (plain, part) in pieces(&text) {
        if !plain {
            out.push_str(&format!("`{part}`"));
            continue;
        }
        for c in part.chars() {
            if matches!(c, '*' | '_' | '<' | '>' | '#' | '[' | ']' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// A text by what is between backticks: (plain, piece). A backtick without another is plain.
pub(super) fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, behind)) = after.split_once('`') else {
            break;
        };
        all.push((true, before));
        all.push((false, name));
        rest = behind;
    }
    all.push((true, rest));
    all.retain(|p| !p.1.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_markdown_in_which_only_backticks_mean_anything() {
        let mut document = Document {
            title: "A *title*".to_string(),
            ..Document::default()
        };
        document.heading(1, "One");
        document.text("first\nline of `a_b|c` and d_e\n\nsecond");
        document.list(vec!["x".to_string()]);
        document.list(Vec::new());
        let mut table = Table::new(&[("a|b", 1), ("c", 2)]);
        document.table(table.clone());
        table.row(["1 | 2", "<b>"]);
        document.table(table);
        document.blocks.push(Block::Code("x = ```".to_string()));
        document
            .blocks
            .push(Block::Missing("`reporting.purpose`".to_string()));
        assert_eq!(
            markdown(&document),
            "# A \\*title\\*\n\n## One\n\nfirst line of `a_b|c` and d\\_e\n\nsecond\n\n- x\n\n| a\\|b | c |\n|---|---|\n\
             | 1 \\| 2 | \\<b\\> |\n\n````\nx = ```\n````\n\n**MISSING: `reporting.purpose`**\n"
        );
        assert_eq!(
            pieces("a `b` c ` d"),
            [(true, "a "), (false, "b"), (true, " c ` d")]
        );
    }
}
