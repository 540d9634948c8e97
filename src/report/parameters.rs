//! Every parameter with its meaning, value, unit, range, grade and source: `docs/parameters.md`.

use crate::scenario::Grade;

/// A value and what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterRow {
    /// Its path, as `--set` takes it.
    pub path: String,
    /// What it means.
    pub meaning: String,
    /// Its value, as TOML.
    pub value: String,
    /// Unit of the number its range is about.
    pub unit: Option<String>,
    /// How many numbers are in it.
    pub numbers: usize,
    /// How it is known; `None` if nobody stands for it.
    pub grade: Option<Grade>,
    /// Smallest and largest plausible value.
    pub range: Option<(f64, f64)>,
    /// Key of the number the range is about, where the value is a law: `median`.
    pub range_of: Option<String>,
    /// Plausible alternatives.
    pub choice: Vec<String>,
    /// Who says so.
    pub source: Option<String>,
    /// Arithmetic, caveats.
    pub note: Option<String>,
}

/// What one scenario file says.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterFile {
    /// Its path below `scenarios/`.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its values.
    pub rows: Vec<ParameterRow>,
}

/// The parameters of the baseline, and what the other files set.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterBook {
    /// Name of the baseline.
    pub baseline: String,
    /// Its title.
    pub title: String,
    /// Its values, by path.
    pub rows: Vec<ParameterRow>,
    /// The other files in the order of the library, without those that set no number.
    pub files: Vec<ParameterFile>,
}

/// Grades in the order in which they are listed, with what they mean.
const GRADES: [(Grade, &str); 5] = [
    (Grade::Seed, "from one of the five source documents"),
    (Grade::Published, "from a published study or official statistic"),
    (
        Grade::Derived,
        "arithmetic on such numbers, shown in the note; or so by definition",
    ),
    (
        Grade::Calibrated,
        "fitted to targets by a recipe in the repository",
    ),
    (
        Grade::Assumption,
        "nobody has measured it; it carries a plausible range",
    ),
];

impl ParameterRow {
    /// The range in words; empty if there is none.
    pub fn range_words(&self) -> String {
        let of = self
            .range_of
            .as_ref()
            .map_or(String::new(), |key| format!(" ({key})"));
        match (self.range, self.choice.is_empty()) {
            (Some((low, high)), _) => format!("{low} to {high}{of}"),
            (None, false) => format!("one of {}", self.choice.join(", ")),
            (None, true) => String::new(),
        }
    }
}

/// The word for a grade.
pub fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::Seed => "seed",
        Grade::Published => "published",
        Grade::Derived => "derived",
        Grade::Calibrated => "calibrated",
        Grade::Assumption => "assumption",
    }
}

/// The book as Markdown.
pub fn parameters_md(book: &ParameterBook) -> String {
    let mut out = format!(
        "# Parameters\n\n\
        <!-- Written by `careweave explain --all > docs/parameters.md`; a test compares. Change the scenarios, not this page. -->\n\n\
        Every number that decides a result of the shipped scenarios: what it means, what it is, and who says so. The \
        baseline is `{}` ({}); below it stands what each other scenario file sets. `careweave explain PATH` says the same \
        of one parameter and, for the baseline, which outcomes it moves.\n\n\
        ## How to read it\n\n\
        - **Parameter** is the path that `--set` and plans take. One row is one value as it is written in a file: a number, \
        a law with all its numbers, or a small table that one entry of `[evidence]` speaks of.\n\
        - **Range** is what we would still believe, in the unit of the row. Of a law it is the range of its median or mean, as \
        the word after it says; the other numbers of the law keep their ratio to it. A row of several numbers has one range \
        for each of them.\n\
        - **Grade** says how a value is known:\n\n",
        book.baseline, book.title
    );
    let count = |grade: Option<Grade>| -> usize {
        let mine = book.rows.iter().filter(|r| r.grade == grade);
        mine.map(|r| r.numbers).sum()
    };
    let total: usize = book.rows.iter().map(|r| r.numbers).sum();
    out += "| grade | meaning | numbers of the baseline | share |\n|---|---|---:|---:|\n";
    for (grade, meaning) in GRADES {
        let n = count(Some(grade));
        let share = 100.0 * n as f64 / total.max(1) as f64;
        out += &format!("| {} | {meaning} | {n} | {share:.0}% |\n", grade_word(grade));
    }
    let bare = count(None);
    if bare > 0 {
        out += &format!("| none | nobody stands for it: `check` answers no | {bare} | |\n");
    }
    out += &format!("| all | | {total} | |\n");
    out += "\nLeft out are the length, number and seed of runs, the times at which a scenario changes (they are the question, \
        not knowledge), hours of the day, and lower ends of age bands. Most numbers are assumptions: `careweave sensitivity` \
        and `careweave uncertainty` say what that means for an answer.\n";
    let mut section = String::new();
    let mut sub = String::new();
    for (i, row) in book.rows.iter().enumerate() {
        let mut names = row.path.split('.');
        let (first, second) = (names.next().unwrap_or(""), names.next());
        let of = |r: &ParameterRow| r.path.split('.').next() == Some(first);
        if section != first {
            section = first.to_string();
            sub = String::new();
            out += &format!("\n## `{first}`\n");
            // A table of tables, such as the teams, has a heading for each.
            if book.rows[i..].iter().take_while(|r| of(r)).count() <= MANY {
                out += HEADER;
            }
        }
        if let Some(second) = second
            && book.rows.iter().filter(|r| of(r)).count() > MANY
            && sub != second
        {
            sub = second.to_string();
            out += &format!("\n### `{first}.{second}`\n{HEADER}");
        }
        out += &line(row);
    }
    out += "\n# What the other scenarios set\n\nEach file stands once, with the numbers it sets itself; the rest it has from the file it \
        extends.\n";
    for file in &book.files {
        out += &format!("\n## `{}`\n\n{}\n{HEADER}", file.file, file.title);
        file.rows.iter().for_each(|row| out += &line(row));
    }
    out
}

/// Rows of a table from which on it has a heading for each name below it.
const MANY: usize = 40;

const HEADER: &str = "\n| parameter | value | unit | range | grade | meaning | source | note |\n|---|---|---|---|---|---|---|---|\n";

fn line(row: &ParameterRow) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    format!(
        "| `{}` | `{}` | {} | {} | {} | {} | {} | {} |\n",
        cell(&row.path),
        cell(&row.value),
        cell(row.unit.as_deref().unwrap_or("")),
        cell(&row.range_words()),
        row.grade.map_or("none", grade_word),
        cell(&row.meaning),
        cell(row.source.as_deref().unwrap_or("")),
        cell(row.note.as_deref().unwrap_or("")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_counts_numbers_by_grade_and_escapes_bars() {
        let row = |path: &str, numbers, grade| ParameterRow {
            path: path.to_string(),
            value: "{ a | b }".to_string(),
            numbers,
            grade,
            range: Some((0.5, 2.0)),
            range_of: Some("median".to_string()),
            ..ParameterRow::default()
        };
        let book = ParameterBook {
            baseline: "base".to_string(),
            title: "A title".to_string(),
            rows: vec![
                row("a.b", 3, Some(Grade::Seed)),
                row("a.c", 1, Some(Grade::Assumption)),
                row("d", 4, None),
            ],
            files: Vec::new(),
        };
        let page = parameters_md(&book);
        for part in [
            "| seed | from one of the five source documents | 3 | 38% |",
            "| none | nobody stands for it: `check` answers no | 4 | |",
            "| all | | 8 | |",
            "## `a`\n\n| parameter",
            "| `a.b` | `{ a \\| b }` |  | 0.5 to 2 (median) | seed |",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
