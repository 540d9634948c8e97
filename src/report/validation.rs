//! Validation as people read it: every target with its band, what was simulated, the verdict; then the negative checks.

use serde_json::{Value, json};

use super::chart::{Bar, Bars, bars};
use super::choose::estimate_json;
use super::layout::Align::{Left, Right};
use super::layout::{Page, Row};
use super::model::Number;
use super::numbers::Unit;
use super::sheet::{ESTIMATE, Sheet};
use super::validation_words::{domain, grade, meaning, role, role_key, verdict, verdict_key};
use crate::methods::bands::{Verdict, Zone};
use crate::scenario::targets::{Domain, Role, Target};
use crate::stats::Estimate;

/// A target and what was simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRow {
    /// Its name in the file.
    pub name: String,
    /// The target.
    pub target: Target,
    /// Unit of its outcome.
    pub unit: String,
    /// Simulated.
    pub estimate: Estimate,
    /// What follows.
    pub verdict: Verdict,
}

/// A number behind a negative check.
#[derive(Clone, Debug, PartialEq)]
pub struct NegativeRow {
    /// What it is of.
    pub what: String,
    /// Unit.
    pub unit: &'static str,
    /// Simulated.
    pub estimate: Estimate,
}

/// Something that must not come out.
#[derive(Clone, Debug, PartialEq)]
pub struct Negative {
    /// Its name.
    pub name: &'static str,
    /// What must not come out, in a sentence.
    pub says: &'static str,
    /// What was found, in a sentence.
    pub found: String,
    /// When it passes.
    pub rule: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What follows; `None` if it was not run, and `found` says why.
    pub verdict: Option<Verdict>,
    /// The numbers.
    pub rows: Vec<NegativeRow>,
}

/// Everything `validate` found.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// The scenario as it was asked for.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Title of the targets.
    pub targets: String,
    /// Seed.
    pub seed: u64,
    /// Replications of the scenario.
    pub replications: u64,
    /// Replications of each further run of the negative checks.
    pub negative_replications: u64,
    /// The targets, by domain.
    pub rows: Vec<TargetRow>,
    /// The negative checks; none if they were left out.
    pub negatives: Vec<Negative>,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All.
    pub all: usize,
    /// Within their band.
    pub pass: usize,
    /// Near it.
    pub near: usize,
    /// Out.
    pub fail: usize,
    /// Not to be told.
    pub unknown: usize,
}

impl Count {
    /// Counts verdicts.
    pub fn of(verdicts: impl Iterator<Item = Verdict>) -> Count {
        let mut count = Count::default();
        for verdict in verdicts {
            count.all += 1;
            match verdict {
                Verdict::In(Zone::Within) => count.pass += 1,
                Verdict::In(Zone::Near) => count.near += 1,
                Verdict::In(Zone::Out) => count.fail += 1,
                Verdict::Straddles(..) | Verdict::Unknown => count.unknown += 1,
            }
        }
        count
    }

    /// In words: `5 pass, 1 near, 2 fail, 1 cannot be told`.
    pub fn words(&self) -> String {
        let parts = [
            (self.pass, if self.pass == 1 { "passes" } else { "pass" }),
            (self.near, if self.near == 1 { "is near" } else { "are near" }),
            (self.fail, if self.fail == 1 { "fails" } else { "fail" }),
            (self.unknown, "cannot be told"),
        ];
        let some: Vec<String> = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, words)| format!("{n} {words}"))
            .collect();
        some.join(", ")
    }

    fn json(&self) -> Value {
        json!({ "all": self.all, "pass": self.pass, "near": self.near, "fail": self.fail, "cannot_tell": self.unknown })
    }
}

impl Validation {
    /// The targets of a role.
    pub fn count(&self, role: Role) -> Count {
        let of = self.rows.iter().filter(|r| r.target.role == role);
        Count::of(of.map(|r| r.verdict))
    }

    /// The negative checks that were run.
    pub fn count_negatives(&self) -> Count {
        Count::of(self.negatives.iter().filter_map(|n| n.verdict))
    }

    /// Whether a target or a negative check fails.
    pub fn fails(&self) -> bool {
        let roles = [Role::Calibration, Role::Aside, Role::Input];
        roles.iter().any(|r| self.count(*r).fail > 0) || self.count_negatives().fail > 0
    }

    /// The answer in a sentence or two.
    pub fn answer(&self) -> String {
        let mut parts = Vec::new();
        for (role, what) in [
            (Role::Aside, "kept aside, which are the test"),
            (Role::Calibration, "used for calibration"),
            (
                Role::Input,
                "that went into the inputs, which test arithmetic only",
            ),
        ] {
            let count = self.count(role);
            if count.all > 0 {
                parts.push(format!("of {} {what}, {}", targets(count.all), count.words()));
            }
        }
        let negatives = self.count_negatives();
        let negatives = match negatives.all {
            0 => " The negative checks were not run.".to_string(),
            1 => format!(" Of 1 negative check {}.", negatives.words()),
            n => format!(" Of {n} negative checks {}.", negatives.words()),
        };
        let mut text = parts.join("; ");
        if let Some(first) = text.get(..1) {
            text = first.to_uppercase() + &text[1..];
        }
        format!("{text}.{negatives}")
    }

    /// Domains that have targets, in order.
    fn domains(&self) -> Vec<Domain> {
        let mut all: Vec<Domain> = self.rows.iter().map(|r| r.target.domain).collect();
        all.dedup();
        all
    }
}

fn targets(n: usize) -> String {
    match n {
        1 => "1 target".to_string(),
        n => format!("{n} targets"),
    }
}

impl TargetRow {
    /// The band as shown: `40.4 to 46.4`.
    pub(super) fn band(&self) -> String {
        let (low, high) = self.target.band();
        format!("{} to {}", plain(low, &self.unit), plain(high, &self.unit))
    }

    /// The simulated value with its interval, as shown.
    pub(super) fn simulated(&self) -> String {
        Unit::of(&self.unit).full(&Number::of(&self.estimate), false)
    }
}

/// A number as it was written, shares as per cent.
pub(super) fn plain(x: f64, unit: &str) -> String {
    let scale = if unit == "share" { 100.0 } else { 1.0 };
    let text = format!("{:.6}", x * scale);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// How verdicts are come to.
const RULE: &str = "A simulated 95% interval that lies within the band passes, one that lies beyond it but no further than half the \
    band's width (or what the target says) is near, one that lies further away fails; one that reaches over such an edge cannot be \
    told: more replications narrow it. Intervals are of chance in the simulation only, not of what is unknown about its inputs.";

/// The answer for people.
pub fn validation_text(v: &Validation, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&format!("Validation of {}", v.scenario));
    page.paragraph(&v.answer());
    page.paragraph(&format!(
        "{} against \"{}\", {}, seed {}.",
        v.title,
        v.targets,
        replications(v.replications),
        v.seed
    ));
    for of in v.domains() {
        page.heading(domain(of));
        let header = ["", "band", "", "simulated [95% interval]", "verdict", "role"];
        let mut rows = vec![Row::Cells(header.map(str::to_string).to_vec())];
        for r in v.rows.iter().filter(|r| r.target.domain == of) {
            rows.push(Row::Across(format!("{} ({})", r.target.says, r.name)));
            rows.push(Row::Cells(vec![
                "  ".to_string(),
                r.band(),
                Unit::of(&r.unit).heading,
                r.simulated(),
                verdict(r.verdict),
                role(r.target.role).to_string(),
            ]));
        }
        let align = [Left, Right, Left, Left, Left, Left];
        page.table(&align, &rows);
    }
    let failed: Vec<&TargetRow> = v
        .rows
        .iter()
        .filter(|r| r.verdict == Verdict::In(Zone::Out))
        .collect();
    if !failed.is_empty() {
        page.heading("What the failures may mean");
        failed.iter().for_each(|r| page.point(&meaning(r)));
    }
    page.heading("Negative checks");
    if v.negatives.is_empty() {
        page.paragraph("Not run: they were left out.");
    }
    for n in &v.negatives {
        let told = n.verdict.map_or("not run".to_string(), verdict);
        page.point(&format!("{} {}: {} {}", n.says, capital(&told), n.found, n.rule));
    }
    page.heading("Sources");
    for r in &v.rows {
        page.point(&format!("{}: {}. {}", r.name, r.target.source, r.target.note));
    }
    for n in v.negatives.iter().filter(|n| !n.source.is_empty()) {
        page.point(&format!("{}: {}", n.name, n.source));
    }
    page.heading("How it was judged");
    page.paragraph(RULE);
    page.finish()
}

fn capital(text: &str) -> String {
    super::words::capital(text)
}

fn replications(n: u64) -> String {
    match n {
        1 => "1 replication".to_string(),
        n => format!("{n} replications"),
    }
}

/// The same as tables of Markdown, for `docs/validation.md`.
pub fn validation_markdown(v: &Validation) -> String {
    let mut out = format!(
        "{} ({}, seed {}.)\n\n| target | band | simulated [95% interval] | verdict | role | source |\n|---|---|---|---|---|---|\n",
        v.answer(),
        replications(v.replications),
        v.seed
    );
    let safe = |text: &str| text.replace('|', "\\|");
    for r in &v.rows {
        let heading = Unit::of(&r.unit).heading;
        out += &format!(
            "| `{}`: {} | {} {heading} | {} | {} | {} | {} |\n",
            r.name,
            safe(&r.target.says),
            r.band(),
            r.simulated(),
            verdict(r.verdict),
            role(r.target.role),
            safe(&r.target.source)
        );
    }
    let failed: Vec<&TargetRow> = v
        .rows
        .iter()
        .filter(|r| r.verdict == Verdict::In(Zone::Out))
        .collect();
    if !failed.is_empty() {
        out += "\nWhat the failures may mean:\n\n";
        failed.iter().for_each(|r| out += &format!("- {}\n", meaning(r)));
    }
    if !v.negatives.is_empty() {
        out += "\n| negative check | found | verdict |\n|---|---|---|\n";
        for n in &v.negatives {
            let told = n.verdict.map_or("not run".to_string(), verdict);
            out += &format!(
                "| `{}`: {} {} | {} | {told} |\n",
                n.name,
                n.says,
                n.rule,
                safe(&n.found)
            );
        }
    }
    out
}

/// `targets.csv`, `negative_checks.csv`, `validation.svg`, `validation.md`, `report.txt`.
pub fn validation_files(v: &Validation) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![("targets.csv".to_string(), target_table(v))];
    if !v.negatives.is_empty() {
        files.push(("negative_checks.csv".to_string(), negative_table(v)));
    }
    files.push(("validation.svg".to_string(), picture(v).into_bytes()));
    files.push(("validation.md".to_string(), validation_markdown(v).into_bytes()));
    files.push(("report.txt".to_string(), validation_text(v, 100).into_bytes()));
    files
}

fn target_table(v: &Validation) -> Vec<u8> {
    let rest = "unit band_low band_high near verdict grade source note";
    let mut sheet = Sheet::new(&["target domain role outcome less", ESTIMATE, rest]);
    for r in &v.rows {
        let (t, (low, high)) = (&r.target, r.target.band());
        let note = match r.estimate.why_missing() {
            Some(why) => format!("{why}. {}", t.note),
            None => t.note.clone(),
        };
        let row = sheet
            .row()
            .set("target", &r.name)
            .set("domain", domain(t.domain))
            .set("role", role_key(t.role))
            .set("outcome", &t.outcome)
            .optional("less", t.less.as_ref())
            .estimate(&r.estimate)
            .set("unit", &r.unit)
            .set("band_low", low)
            .set("band_high", high)
            .set("near", t.near())
            .set("verdict", verdict_key(r.verdict))
            .set("grade", grade(t.grade))
            .set("source", &t.source)
            .set("note", note);
        sheet.add(row);
    }
    sheet.bytes()
}

fn negative_table(v: &Validation) -> Vec<u8> {
    let mut sheet = Sheet::new(&["check what", ESTIMATE, "unit verdict note"]);
    for n in &v.negatives {
        let verdict = n.verdict.map_or("not_run", verdict_key);
        let head = sheet.row().set("check", n.name).set("verdict", verdict);
        for r in &n.rows {
            let row = head.clone().set("what", &r.what).set("unit", r.unit);
            sheet.add(row.estimate(&r.estimate));
        }
    }
    sheet.bytes()
}

/// Bands all of one width, with the simulated interval across each.
fn picture(v: &Validation) -> String {
    // Further out nothing is to be seen that the table does not say.
    const FURTHEST: f64 = 4.0;
    let drawn = v.rows.iter().map(|r| {
        let (low, high) = r.target.band();
        let band = crate::methods::bands::Band {
            low,
            high,
            near: r.target.near(),
        };
        let value = r.estimate.value();
        let ends = r.estimate.low().zip(r.estimate.high()).or(value.zip(value));
        let scaled = |x: f64| band.scaled(x).clamp(-FURTHEST, FURTHEST);
        Bar {
            label: r.name.clone(),
            from: -1.0,
            to: 1.0,
            interval: ends.map(|(a, b)| (scaled(a), scaled(b))),
            words: verdict(r.verdict),
        }
    });
    bars(&Bars {
        title: "Published bands (bars) and simulated 95% intervals (whiskers)".to_string(),
        x: format!("half-widths of the band from its middle, at most {FURTHEST} shown"),
        line: 0.0,
        bars: drawn.collect(),
    })
}

/// What was found, for programs.
pub fn validation_json(v: &Validation) -> Value {
    let rows = v.rows.iter().map(|r| {
        let t = &r.target;
        let (low, high) = t.band();
        json!({
            "name": r.name, "domain": domain(t.domain), "role": role_key(t.role), "says": t.says, "outcome": t.outcome,
            "less": t.less, "unit": r.unit, "band": [low, high], "near": t.near(), "simulated": estimate_json(&r.estimate),
            "verdict": verdict_key(r.verdict), "verdict_words": verdict(r.verdict), "grade": grade(t.grade),
            "source": t.source, "note": t.note,
            "may_mean": (r.verdict == Verdict::In(Zone::Out)).then(|| meaning(r)),
        })
    });
    let negatives = v.negatives.iter().map(|n| {
        let rows = n
            .rows
            .iter()
            .map(|r| json!({ "what": r.what, "unit": r.unit, "simulated": estimate_json(&r.estimate) }));
        json!({
            "name": n.name, "says": n.says, "found": n.found, "rule": n.rule, "source": n.source,
            "verdict": n.verdict.map_or("not_run", verdict_key), "numbers": rows.collect::<Vec<_>>(),
        })
    });
    json!({
        "scenario": v.scenario, "title": v.title, "targets": v.targets, "seed": v.seed, "replications": v.replications,
        "negative_replications": v.negative_replications,
        "answer": v.answer(), "fails": v.fails(),
        "calibration": v.count(Role::Calibration).json(), "aside": v.count(Role::Aside).json(),
        "input": v.count(Role::Input).json(), "negative": v.count_negatives().json(),
        "rows": rows.collect::<Vec<_>>(), "negative_checks": negatives.collect::<Vec<_>>(),
    })
}
