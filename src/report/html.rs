//! The report as one self-contained page: no script, no outside file, light and dark, well-formed as XML.

mod compared;
mod sections;
mod services;

use super::layout::clean;
use super::model::Report;

/// The page.
pub fn html(report: &Report) -> String {
    let title = match report.title.is_empty() {
        true => "Results",
        false => &report.title,
    };
    let title = escape(title);
    let mut page = Html::default();
    page.raw(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"generator\" content=\"Careweave\"/>\n",
    );
    page.raw(&format!("<title>{title} – Careweave</title>\n<style>\n"));
    page.raw(include_str!("style.css"));
    page.raw("</style>\n</head>\n<body>\n<main>\n<header>\n");
    page.raw(&format!("<h1>{title}</h1>\n"));
    if !report.question.is_empty() {
        page.raw(&format!(
            "<p class=\"question\">{}</p>\n",
            escape(&report.question)
        ));
    }
    let sections = sections::all(report);
    page.raw("<nav aria-label=\"Contents\">");
    for s in &sections {
        page.raw(&format!("<a href=\"#{}\">{}</a> ", s.id, s.title));
    }
    page.raw("</nav>\n</header>\n");
    for s in &sections {
        page.raw(&format!(
            "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n",
            s.id, s.title
        ));
        page.raw(&s.body.0);
        page.raw("</section>\n");
    }
    page.raw(&format!(
        "<footer>Careweave {}. Every estimate of every group is in the tables beside this page.</footer>\n\
         </main>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    ));
    page.0
}

/// Text made safe for elements and attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML knows neither of these two.
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Markup under construction.
#[derive(Debug, Default)]
struct Html(String);

/// A cell of a table: class, text, and whether it heads its row.
struct Cell {
    class: &'static str,
    text: String,
    head: bool,
    /// Length of a bar behind the text, as a share.
    bar: Option<f64>,
}

fn cell(class: &'static str, text: impl Into<String>) -> Cell {
    Cell {
        class,
        text: text.into(),
        head: false,
        bar: None,
    }
}

fn head(text: impl Into<String>) -> Cell {
    Cell {
        head: true,
        ..cell("", text)
    }
}

/// A hyphen before a figure is a minus sign.
fn minus(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = letters.next() {
        let figure = letters.peek().is_some_and(|n| n.is_ascii_digit() || *n == '£');
        let negative = c == '-' && figure && matches!(before, ' ' | '(' | '[');
        out.push(if negative { '−' } else { c });
        before = c;
    }
    out
}

/// A number: a real minus sign.
fn figure(text: impl Into<String>) -> Cell {
    cell("n", text.into().replace('-', "−"))
}

fn interval(text: impl Into<String>) -> Cell {
    cell("i", text.into().replace('-', "−"))
}

/// Rows of a table under one heading of their own, which may be empty.
#[derive(Default)]
struct Body {
    title: String,
    rows: Vec<Vec<Cell>>,
}

impl Html {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn paragraph(&mut self, class: &str, text: &str) {
        let class = match class.is_empty() {
            true => String::new(),
            false => format!(" class=\"{class}\""),
        };
        self.raw(&format!("<p{class}>{}</p>\n", escape(&minus(text))));
    }

    fn list(&mut self, points: &[String]) {
        if points.is_empty() {
            return;
        }
        self.raw("<ul>\n");
        for p in points {
            self.raw(&format!("<li>{}</li>\n", escape(&minus(p))));
        }
        self.raw("</ul>\n");
    }

    /// A table that scrolls by itself where it is too wide. Columns are (class, heading).
    fn table(&mut self, caption: &str, columns: &[(&str, String)], bodies: &[Body]) {
        let caption = escape(caption);
        self.raw(&format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>\n\
             <caption>{caption}</caption>\n<thead><tr>"
        ));
        for (class, words) in columns {
            match words.is_empty() {
                true => self.raw("<td></td>"),
                false => self.raw(&format!(
                    "<th scope=\"col\" class=\"{class}\">{}</th>",
                    escape(words)
                )),
            }
        }
        self.raw("</tr></thead>\n");
        for body in bodies.iter().filter(|b| !b.rows.is_empty()) {
            self.raw("<tbody>\n");
            if !body.title.is_empty() {
                self.raw(&format!(
                    "<tr><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                    columns.len(),
                    escape(&body.title)
                ));
            }
            for row in &body.rows {
                self.raw("<tr>");
                for c in row {
                    self.cell(c);
                }
                self.raw("</tr>\n");
            }
            self.raw("</tbody>\n");
        }
        self.raw("</table>\n</div>\n");
    }

    fn cell(&mut self, c: &Cell) {
        let text = escape(&c.text);
        let (open, close) = if c.head {
            ("th scope=\"row\"", "th")
        } else {
            ("td", "td")
        };
        match (c.bar, c.class) {
            (Some(share), _) => {
                let width = 100.0 * share.clamp(0.0, 1.0);
                self.raw(&format!(
                    "<{open} class=\"share\" style=\"--w:{width:.0}%\">{text}</{close}>"
                ));
            }
            (None, "") => self.raw(&format!("<{open}>{text}</{close}>")),
            (None, class) => self.raw(&format!("<{open} class=\"{class}\">{text}</{close}>")),
        }
    }
}
