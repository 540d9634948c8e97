//! What variance reduction gave: sentences for the report and the table `variance_reduction.csv`.

use std::io::{self, Write};

use super::numbers::fixed;
use super::sheet::{Row, Sheet};
use crate::experiment::variance::{Reduced, Target};
use crate::methods::antithetic::{Factor, Verdict};
use crate::methods::control_variates::MARGIN;
use crate::observe::{Catalogue, Control};

/// Sentences on antithetic pairs and controls, where they were asked for. `why`: why there are no controls.
pub fn variance_sentences(
    catalogue: &Catalogue,
    all: &[Reduced],
    antithetic: bool,
    controls: Option<Result<&[Control], &str>>,
) -> Vec<String> {
    let mut out = Vec::new();
    // What a reader is told: differences where arms are compared, values where there is one.
    let target = match all.iter().any(|r| r.target == Target::Difference) {
        true => Target::Difference,
        false => Target::Value,
    };
    let told = || all.iter().filter(|r| r.target == target);
    let label = |r: &Reduced| {
        let outcome = &catalogue.outcomes()[r.outcome.index()].label;
        match (target, catalogue.arms().len()) {
            (Target::Difference, n) if n > 2 => format!("{outcome} ({})", catalogue.arms()[r.arm]),
            _ => outcome.clone(),
        }
    };
    let what = match target {
        Target::Difference => "headline differences",
        _ => "headline outcomes",
    };
    if antithetic {
        let factors: Vec<_> = told().filter_map(|r| Some((r, r.antithetic?))).collect();
        let mut sizes: Vec<f64> = factors.iter().map(|f| f.1.value).collect();
        sizes.sort_by(f64::total_cmp);
        let named = |verdict| {
            let of = factors.iter().filter(|f| f.1.verdict() == verdict);
            let words = of.map(|(r, f)| {
                format!(
                    "{} {} [{} to {}]",
                    label(r),
                    times(f.value),
                    times(f.low),
                    times(f.high)
                )
            });
            words.collect::<Vec<_>>()
        };
        let (helps, hurts) = (named(Verdict::Helps), named(Verdict::Hurts));
        out.push(match sizes.get(sizes.len() / 2) {
            None => "Replications are antithetic pairs, of which there are too few to say what they gain.".to_string(),
            Some(median) => format!(
                "Replications are antithetic pairs. Against as many independent replications they were worth a factor of {} (median of {} \
                 {what}): above 1 they help, below 1 they hurt.",
                times(*median),
                sizes.len()
            ),
        });
        if !sizes.is_empty() {
            out.push(match helps.is_empty() {
                true => "For none is it clear that they help.".to_string(),
                false => format!(
                    "They clearly help for {} (each interval at 95%: of 40 such factors one is clear by chance).",
                    helps.join("; ")
                ),
            });
            if !hurts.is_empty() {
                out.push(format!(
                    "They clearly HURT for {}: run without them if these matter most.",
                    hurts.join("; ")
                ));
            }
        }
    }
    match controls {
        None => {}
        Some(Err(why)) => out.push(format!("No control variates were used: {why}.")),
        Some(Ok(controls)) => {
            let names: Vec<&str> = controls.iter().map(|c| c.label.as_str()).collect();
            let taken: Vec<String> = (told().filter(|r| r.controlled))
                .filter_map(|r| Some((r, r.controls.as_ref()?)))
                .map(|(r, c)| format!("{} (factor {})", label(r), times(c.factor.value)))
                .collect();
            out.push(format!(
                "Control variates ({}) are used where their estimated factor, after the loss for estimating coefficients, is at least \
                 {MARGIN}: {}. Choosing by the data costs less than a percentage point of coverage.",
                names.join(", "),
                match taken.is_empty() {
                    true => format!("for none of the {what} told here"),
                    false => taken.join("; "),
                }
            ));
        }
    }
    out
}

fn times(x: f64) -> String {
    fixed(x, if x < 9.95 { 2 } else { 0 })
}

/// `variance_reduction.csv`: scenario, versus, outcome, group, statistic, method, factor, lower_95_ci, upper_95_ci, n, used,
/// note. `n`: units of inference.
///
/// # Errors
/// Those of `out`.
pub fn variance_table(out: &mut dyn Write, catalogue: &Catalogue, all: &[Reduced], n: u64) -> io::Result<()> {
    let head = "scenario versus outcome group statistic method factor";
    let mut sheet = Sheet::new(&[head, "lower_95_ci upper_95_ci n used note"]);
    for r in all {
        let head = sheet
            .row()
            .set("scenario", &catalogue.arms()[r.arm])
            .optional("versus", r.versus.map(|v| &catalogue.arms()[v]))
            .set("outcome", &catalogue.outcomes()[r.outcome.index()].name)
            .set("group", "all")
            .set("statistic", r.target.statistic())
            .set("n", n);
        let row = |method: &str, used: bool, note: &str| {
            let row = head.clone().set("method", method).set("note", note);
            row.set("used", if used { "yes" } else { "no" })
        };
        let factor = |row: Row, f: Factor| {
            let row = row.set("factor", f.value);
            row.set("lower_95_ci", f.low).set("upper_95_ci", f.high)
        };
        if let Some(factor) = r.pairing {
            let note = "against independent arms; no interval is worked out";
            sheet.add(row("pairing", true, note).set("factor", factor));
        }
        if let Some(f) = r.antithetic {
            sheet.add(factor(row("antithetic", true, f.verdict().words()), f));
        }
        if let Some(c) = &r.controls {
            let note = match r.controlled {
                true => "taken",
                false => "below the margin: the plain estimate stays",
            };
            sheet.add(factor(row("controls", r.controlled, note), c.factor));
        }
    }
    out.write_all(&sheet.bytes())
}
