//! What came of rebuilding a results folder: which files are the same byte by byte, and where the others part.

use serde_json::{Value, json};

/// A folder compared with what was rebuilt of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproduced {
    /// The folder.
    pub folder: String,
    /// The version that wrote it.
    pub made_by: String,
    /// This version.
    pub this: String,
    /// Every file but `run.json`.
    pub files: Vec<FileCompared>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCompared {
    /// Its name.
    pub name: String,
    /// What came of it.
    pub verdict: Verdict,
}

/// How a file compares with what was rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same; so many bytes.
    Same(u64),
    /// Not there, but the rebuilt file has the hash that the manifest gives.
    SameHash,
    /// Texts that part at a line (from 1): the line in the folder and the one rebuilt; `None` after the end.
    Differs {
        /// The line, from 1.
        line: u64,
        /// In the folder.
        there: Option<String>,
        /// Rebuilt.
        here: Option<String>,
    },
    /// They part at this byte, from 0.
    DiffersAt(u64),
    /// Not there, and the rebuilt file has another hash than the manifest gives.
    OtherHash,
    /// The manifest's plan differs in these parts.
    OtherPlan(Vec<String>),
    /// Rebuilt, but missing in the folder.
    Missing,
    /// Rebuilt, but the manifest gives no hash for it.
    NotInManifest,
    /// In the manifest, but not rebuilt.
    NotRebuilt,
    /// In the folder, but nothing of the run.
    Extra,
}

impl Verdict {
    /// Whether it is as it should be.
    pub fn is_same(&self) -> bool {
        matches!(self, Verdict::Same(_) | Verdict::SameHash)
    }
}

impl Reproduced {
    /// Whether every file is the same.
    pub fn is_identical(&self) -> bool {
        self.files.iter().all(|f| f.verdict.is_same())
    }

    fn answer(&self) -> String {
        let all = self.files.len();
        let different = self.files.iter().filter(|f| !f.verdict.is_same()).count();
        let by_hash = self.files.iter().any(|f| f.verdict == Verdict::SameHash);
        let versions = match self.made_by == self.this {
            true => format!("careweave {}", self.this),
            false => format!(
                "careweave {}, where careweave {} wrote it",
                self.this, self.made_by
            ),
        };
        let files = |n: usize| format!("{n} file{}", if n == 1 { "" } else { "s" });
        match (different, by_hash) {
            (0, false) => format!("Identical: {}, rebuilt by {versions}, byte for byte.", files(all)),
            (0, true) => format!(
                "Identical: {}, rebuilt by {versions}, have the hashes that the manifest gives (the files themselves are not beside \
                 it).",
                files(all)
            ),
            _ => format!(
                "Not identical: of {}, rebuilt by {versions}, {different} {} not the same.",
                files(all),
                if different == 1 { "is" } else { "are" }
            ),
        }
    }
}

/// The answer, then a line for each file and the first difference of those that differ.
pub fn reproduce_text(r: &Reproduced) -> String {
    let width = r.files.iter().map(|f| f.name.chars().count()).max().unwrap_or(0);
    let mut out = format!("{}\n\n", r.answer());
    for file in &r.files {
        let name = &file.name;
        let (word, details) = told(&file.verdict);
        out.push_str(&format!("  {name:width$}  {word}\n"));
        for line in details {
            out.push_str(&format!("  {:width$}    {line}\n", ""));
        }
    }
    out.push_str("\nNot compared: run.json, which tells of machine and time.\n");
    out
}

fn told(verdict: &Verdict) -> (String, Vec<String>) {
    let plain = |word: &str| (word.to_string(), Vec::new());
    let line = |text: &Option<String>| text.clone().unwrap_or_else(|| "(the end)".to_string());
    match verdict {
        Verdict::Same(1) => plain("identical, 1 byte"),
        Verdict::Same(n) => (format!("identical, {n} bytes"), Vec::new()),
        Verdict::SameHash => plain("identical by its hash"),
        Verdict::Differs {
            line: at,
            there,
            here,
        } => (
            format!("DIFFERS in line {at}"),
            vec![
                format!("there    {}", line(there)),
                format!("rebuilt  {}", line(here)),
            ],
        ),
        Verdict::DiffersAt(byte) => (format!("DIFFERS from byte {byte} on"), Vec::new()),
        Verdict::OtherHash => plain("DIFFERS from the hash that the manifest gives"),
        Verdict::OtherPlan(parts) => (format!("DIFFERS in {}", parts.join(", ")), Vec::new()),
        Verdict::Missing => plain("MISSING in the folder"),
        Verdict::NotInManifest => plain("NOT IN THE MANIFEST"),
        Verdict::NotRebuilt => plain("NOT REBUILT"),
        Verdict::Extra => plain("EXTRA: no file of these results"),
    }
}

/// The same for programs.
pub fn reproduce_json(r: &Reproduced) -> Value {
    let files = r.files.iter().map(|f| {
        let (told, _) = told(&f.verdict);
        let mut one =
            json!({ "name": f.name, "identical": f.verdict.is_same(), "verdict": told.to_lowercase() });
        if let (Verdict::Differs { line, there, here }, Some(map)) = (&f.verdict, one.as_object_mut()) {
            map.insert("line".to_string(), json!(line));
            map.insert("there".to_string(), json!(there));
            map.insert("rebuilt".to_string(), json!(here));
        }
        one
    });
    json!({
        "identical": r.is_identical(), "folder": r.folder, "made_by": r.made_by, "rebuilt_by": r.this,
        "files": files.collect::<Vec<_>>(),
    })
}
