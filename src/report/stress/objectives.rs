//! Items 1.1 to 1.3: purpose, outputs with their formulas, aims.

use super::{StressFacts, Writer};
use crate::base::{DAY, HOUR, Secs, WEEK};
use crate::observe::{Better, Breadth, Catalogue, Kind, Outcome};
use crate::report::document::{Block, Table};

impl StressFacts<'_> {
    /// The outcomes that the study tells of.
    fn outcomes(&self) -> Vec<&Outcome> {
        let watched = |o: &&Outcome| {
            let plain = |w: &String| w.split('@').next() == Some(o.name.as_str());
            self.watched.is_empty() || self.watched.iter().any(plain)
        };
        self.catalogue.outcomes().iter().filter(watched).collect()
    }
}

impl Writer<'_, '_> {
    pub(super) fn purpose(&mut self) {
        self.authors_say("purpose");
        let header = &self.facts.base().checked.header;
        if let Some(title) = &header.title {
            self.document
                .text(format!("Base model: {title} (`{}`).", self.facts.base().name));
        }
        if let Some(question) = &header.question {
            self.document.text(format!("Question of its file: {question}"));
        }
        if let Some(description) = &header.description {
            self.document.text(description.clone());
        }
        self.optional("Intended use", "intended_use");
        self.optional("Limitations", "limitations");
        if self.facts.people().is_some() {
            self.document
                .text("What the model cannot tell is in docs/limitations.md of the program.");
        }
    }

    pub(super) fn outputs(&mut self) {
        let catalogue = self.facts.catalogue;
        let shown = self.facts.outcomes();
        let headlines = shown.iter().filter(|o| o.headline).count();
        if self.facts.people().is_some() {
            self.document.text(
                "Cohorts: needs are counted by their true onset and people by their death inside the measured window (item 4.2); what \
                 begins in it is followed to the end of the run, and what is still open then is censored. Flows are counted when they \
                 happen inside the window, to anybody in the model. During a run only integers are recorded (counts, seconds, pence, \
                 thousandths of an hour), numerators and denominators apart; outcomes are worked out once, at the end.",
            );
        } else {
            self.document.text(
                "What is measured begins after the warm-up (item 4.1). During a run only integers are recorded, numerators and \
                 denominators apart; outcomes are worked out once, at the end.",
            );
        }
        let waits = match self.facts.people() {
            Some(_) => {
                "Waits are those of everybody who came into need, by the Aalen–Johansen estimator with death and other ends as competing \
                 causes; completed waits alone are never averaged. "
            }
            None => "",
        };
        self.document.text(format!(
            "In the formulas below Σ runs over people or events and over replications: a ratio is pooled, never a mean of ratios. \
             {waits}The names are those of the recorded quantities. Every 95% interval is that of the delete-one-replication jackknife \
             with Student's t (item 4.3)."
        ));
        let groups: Vec<&str> = {
            let mut all: Vec<&str> = catalogue.groups().iter().map(|g| g.dimension.as_str()).collect();
            all.dedup();
            all
        };
        self.document.text(format!(
            "{} outcome{}, {headlines} of them headlines (starred only after Holm's correction over the headlines); {} of them also by \
             group ({}). The headlines follow; all outcomes are in appendix A.",
            shown.len(),
            if shown.len() == 1 { "" } else { "s" },
            shown.iter().filter(|o| catalogue.breadth(o) == Breadth::ByGroup).count(),
            groups.iter().filter(|g| **g != "all").copied().collect::<Vec<_>>().join(", ")
        ));
        let head: Vec<&Outcome> = shown.iter().copied().filter(|o| o.headline).collect();
        let table = outcome_table(catalogue, if head.is_empty() { &shown } else { &head });
        self.document.table(table);
    }

    pub(super) fn all_outcomes(&mut self) {
        let table = outcome_table(self.facts.catalogue, &self.facts.outcomes());
        self.document
            .heading(1, "Appendix A. All outcomes with their formulas");
        self.document.table(table);
    }

    pub(super) fn aims(&mut self) {
        self.authors_say("aims");
        let facts = self.facts;
        if facts.arms.len() > 1 {
            self.document
                .text("(A) Scenarios, the first being what the others are compared with:");
            let mut table = Table::new(&[("scenario", 2), ("title", 4), ("question", 4)]);
            for arm in &facts.arms {
                let header = &arm.checked.header;
                let text = |t: &Option<String>| t.clone().unwrap_or_default();
                table.row([
                    format!("`{}`", arm.name),
                    text(&header.title),
                    text(&header.question),
                ]);
            }
            self.document.table(table);
        } else if facts.study.is_none() {
            self.document
                .text("(A) One scenario is run; nothing is compared.");
        }
        let Some(study) = &facts.study else {
            self.document
                .text("(B, C) There is no further design of experiments and nothing is optimised.");
            return;
        };
        let what = match study.command.as_str() {
            "sweep" => {
                "(B) A sweep: every combination, or a Latin-hypercube or Sobol' sample, of the values of some parameters, each with \
                        the same replications and the same random numbers."
            }
            "sensitivity" => {
                "(B) A sensitivity analysis: a tornado of one parameter at a time, Morris's elementary effects (Morris 1991) or \
                              Sobol' indices (Sobol' 1993; Saltelli 2002), as the plan says; the noise of replications is kept apart."
            }
            "uncertainty" => {
                "(B) A probabilistic analysis: parameters drawn from their priors outside, replications inside; both kinds of \
                              uncertainty are told apart, with tipping points and the value of information."
            }
            "attribute" => {
                "(B) An attribution of the difference of two scenarios to switches by Shapley values (Shapley 1953)."
            }
            "choose" => {
                "(C) A selection of the best scenario: Kim and Nelson's sequential procedure (2001), KN++ (2006) or OCBA (Chen and \
                         others 2000) for one outcome, as the settings say; the arms that none dominates for several."
            }
            "size" => {
                "(C) The smallest capacity that meets targets: a sequential search with a monotone metamodel and simultaneous \
                       intervals."
            }
            "calibrate" => {
                "(C) A calibration: waves of points over the ranges of assumptions, emulators of the targets, what is left of the \
                            ranges, and values chosen from it; targets kept aside are not used."
            }
            _ => "(B) A study of several points.",
        };
        self.document.text(what);
        for said in [&study.title, &study.question].into_iter().flatten() {
            self.document.text(said.clone());
        }
        self.document.text(format!(
            "Method, formulas and references: `docs/methods.md` of the program. Points listed in the manifest: {}.",
            study.points
        ));
        let mut table = Table::new(&[("setting", 1), ("value", 3)]);
        for (name, value) in &study.settings {
            table.row([name.clone(), value.clone()]);
        }
        self.document.table(table);
    }

    pub(super) fn plan_text(&mut self) {
        let plan = self.facts.study.as_ref().and_then(|s| s.plan.clone());
        if let Some((name, text)) = plan {
            self.document.heading(1, "Appendix C. The plan of the study");
            self.document.text(format!("`{name}`:"));
            self.document.blocks.push(Block::Code(text));
        }
    }
}

fn outcome_table(catalogue: &Catalogue, outcomes: &[&Outcome]) -> Table {
    let mut table = Table::new(&[
        ("outcome", 4),
        ("meaning", 4),
        ("unit", 2),
        ("formula", 5),
        ("better", 2),
    ]);
    for o in outcomes {
        table.row([
            format!("`{}`", o.name),
            o.label.clone(),
            o.unit.clone(),
            formula(catalogue, &o.kind),
            match o.better {
                Better::Higher => "more",
                Better::Lower => "less",
                Better::Neither => "",
            }
            .to_string(),
        ]);
    }
    table
}

/// The formula of an outcome in the names of what is recorded.
fn formula(catalogue: &Catalogue, kind: &Kind) -> String {
    let measure = |m: &crate::observe::MeasureId| format!("`{}`", catalogue.measures()[m.index()].name);
    let wait = |w: &crate::observe::WaitId| &catalogue.waits()[w.index()];
    let group = |g: &crate::observe::GroupId| catalogue.groups()[g.index()].to_string();
    match kind {
        Kind::Ratio { num, den, scale } => {
            format!("Σ {} / Σ {}{}", measure(num), measure(den), scaled(*scale))
        }
        Kind::Mean { num, scale } => format!("Σ {} / replications{}", measure(num), scaled(*scale)),
        Kind::Incidence {
            wait: w,
            cause,
            at,
            scale,
        } => format!(
            "cumulative incidence of *{}* of `{}` at {}{}",
            wait(w).causes[*cause],
            wait(w).name,
            span(*at),
            scaled(*scale)
        ),
        Kind::Centile {
            wait: w, cause, q, ..
        } => format!(
            "first time at which the cumulative incidence of *{}* of `{}` reaches {q}",
            wait(w).causes[*cause],
            wait(w).name
        ),
        Kind::RestrictedMean { wait: w, upto, .. } => {
            format!(
                "∫ P(`{}` not ended at t) dt from 0 to {}",
                wait(w).name,
                span(*upto)
            )
        }
        Kind::Gap {
            num,
            den,
            scale,
            of,
            from,
        } => format!(
            "Σ {} / Σ {}{} in {} less that in {}",
            measure(num),
            measure(den),
            scaled(*scale),
            group(of),
            group(from)
        ),
        Kind::Relative { num, den, of, from } => format!(
            "Σ {} / Σ {} in {} over that in {}",
            measure(num),
            measure(den),
            group(of),
            group(from)
        ),
        Kind::RiskRatio {
            num,
            den,
            num_from,
            den_from,
        } => format!(
            "(Σ {} / Σ {}) / (Σ {} / Σ {})",
            measure(num),
            measure(den),
            measure(num_from),
            measure(den_from)
        ),
        Kind::Slope {
            num,
            den,
            scale,
            groups,
        } => format!(
            "slope index of inequality of Σ {} / Σ {}{} over {} ordered groups, weighted by the denominator",
            measure(num),
            measure(den),
            scaled(*scale),
            groups.len()
        ),
    }
    .replace('*', "")
}

/// The factor from the recorded to the shown unit.
fn scaled(scale: f64) -> String {
    let known = [
        (1.0, ""),
        (1.0 / DAY as f64, " / 86,400"),
        (1.0 / HOUR as f64, " / 3,600"),
        (0.01, " / 100"),
        (0.001, " / 1,000"),
        (1e-6, " / 1,000,000"),
        (1000.0, " × 1,000"),
        (100.0, " × 100"),
    ];
    let found = known
        .iter()
        .find(|(x, _)| (x - scale).abs() <= 1e-12 * scale.abs());
    found.map_or(format!(" × {scale:.4e}"), |(_, words)| (*words).to_string())
}

/// A length of time in its largest whole unit.
pub(super) fn span(secs: Secs) -> String {
    let units = [(WEEK, "week"), (DAY, "day"), (HOUR, "hour"), (60, "minute")];
    let whole = units.iter().find(|(unit, _)| secs >= *unit && secs % unit == 0);
    let (n, word) = whole.map_or((secs, "second"), |(unit, word)| (secs / unit, *word));
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_lengths_are_told_as_people_know_them() {
        assert_eq!(scaled(1.0 / DAY as f64), " / 86,400");
        assert_eq!(scaled(1.0), "");
        assert_eq!(scaled(0.25), " × 2.5000e-1");
        assert_eq!(
            (span(WEEK), span(3 * HOUR)),
            ("1 week".to_string(), "3 hours".to_string())
        );
        assert_eq!(
            (span(90), span(60)),
            ("90 seconds".to_string(), "1 minute".to_string())
        );
    }
}
