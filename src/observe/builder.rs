//! Building a catalogue, and the mistakes that are refused while building.

use std::collections::BTreeSet;
use std::fmt;

use super::bins::Bins;
use super::catalogue::{
    Breadth, Catalogue, Group, GroupId, MAX_HEADLINES, Measure, MeasureId, OutcomeId, Wait, WaitId,
};
use super::layout::{Layout, LayoutError};
use super::outcome::{Kind, Outcome};
use crate::base::Secs;

/// Why a catalogue cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// There is no arm.
    NoArms,
    /// Two things of one sort share a name.
    Duplicate(String),
    /// More than `MAX_HEADLINES` headline outcomes.
    TooManyHeadlines(usize),
    /// An outcome whose formula cannot be worked out.
    Outcome {
        /// Name of the outcome.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A waiting time without a cause.
    NoCauses(String),
    /// The record would be too long, or fields clash.
    Layout(LayoutError),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CatalogueError::NoArms => write!(f, "there is no arm to record"),
            CatalogueError::Duplicate(name) => write!(f, "`{name}` is named twice"),
            CatalogueError::TooManyHeadlines(n) => {
                write!(
                    f,
                    "{n} headline outcomes; at most {MAX_HEADLINES} are tested together"
                )
            }
            CatalogueError::Outcome { name, why } => write!(f, "outcome `{name}`: {why}"),
            CatalogueError::NoCauses(name) => write!(f, "the wait `{name}` has no way to end"),
            CatalogueError::Layout(e) => write!(f, "{e}"),
        }
    }
}

impl std::error::Error for CatalogueError {}

/// A catalogue while it is filled; errors are reported together by [`CatalogueBuilder::build`].
#[derive(Clone, Debug)]
pub struct CatalogueBuilder {
    arms: Vec<String>,
    groups: Vec<Group>,
    measures: Vec<Measure>,
    waits: Vec<Wait>,
    outcomes: Vec<Outcome>,
}

impl CatalogueBuilder {
    /// A catalogue of these arms, so far with one group: everybody.
    pub fn new<S: AsRef<str>>(arms: &[S]) -> CatalogueBuilder {
        CatalogueBuilder {
            arms: arms.iter().map(|a| a.as_ref().to_string()).collect(),
            groups: vec![Group {
                dimension: "all".to_string(),
                level: String::new(),
            }],
            measures: Vec::new(),
            waits: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// Adds a group such as (`deprivation`, `1`).
    pub fn group(&mut self, dimension: &str, level: &str) -> GroupId {
        self.groups.push(Group {
            dimension: dimension.to_string(),
            level: level.to_string(),
        });
        GroupId((self.groups.len() - 1) as u32)
    }

    /// Adds an integer to record.
    pub fn measure(&mut self, name: &str, breadth: Breadth) -> MeasureId {
        self.measures.push(Measure {
            name: name.to_string(),
            breadth,
            start: 0,
        });
        MeasureId((self.measures.len() - 1) as u32)
    }

    /// Adds a waiting time; the first cause is the one waited for.
    pub fn wait(&mut self, name: &str, breadth: Breadth, bins: Bins, causes: &[&str]) -> WaitId {
        let causes = causes.iter().map(|c| c.to_string()).collect();
        self.waits.push(Wait {
            name: name.to_string(),
            breadth,
            bins,
            causes,
            start: 0,
        });
        WaitId((self.waits.len() - 1) as u32)
    }

    /// Adds an outcome.
    pub fn outcome(&mut self, outcome: Outcome) -> OutcomeId {
        self.outcomes.push(outcome);
        OutcomeId((self.outcomes.len() - 1) as u32)
    }

    /// Fixes the layout.
    ///
    /// # Errors
    /// Names used twice, no arm, too many headlines, an outcome that refers to what does not exist or asks
    /// for a time beyond its bins, a record that would be too long.
    pub fn build(mut self) -> Result<Catalogue, CatalogueError> {
        if self.arms.is_empty() {
            return Err(CatalogueError::NoArms);
        }
        distinct(self.arms.iter().cloned())?;
        distinct(self.groups.iter().map(Group::to_string))?;
        distinct(self.outcomes.iter().map(|o| o.name.clone()))?;
        distinct(
            self.measures
                .iter()
                .map(|m| &m.name)
                .chain(self.waits.iter().map(|w| &w.name))
                .cloned(),
        )?;
        let headlines = self.outcomes.iter().filter(|o| o.headline).count();
        if headlines > MAX_HEADLINES {
            return Err(CatalogueError::TooManyHeadlines(headlines));
        }
        if let Some(w) = self.waits.iter().find(|w| w.causes.is_empty()) {
            return Err(CatalogueError::NoCauses(w.name.clone()));
        }
        for o in &self.outcomes {
            self.check(o).map_err(|why| CatalogueError::Outcome {
                name: o.name.clone(),
                why,
            })?;
        }

        let groups = self.groups.len();
        let kept = |breadth| if breadth == Breadth::ByGroup { groups } else { 1 };
        let mut stride = 0usize;
        let mut shape: Vec<(String, usize)> = Vec::new();
        for m in &mut self.measures {
            m.start = stride;
            shape.push((m.name.clone(), kept(m.breadth)));
            stride += kept(m.breadth);
        }
        for w in &mut self.waits {
            w.start = stride;
            let len = w.width().saturating_mul(kept(w.breadth));
            shape.push((w.name.clone(), len));
            stride = stride.saturating_add(len);
        }
        // Groups, causes and edges decide what a position means, so they enter the hash as labels.
        let mut fields: Vec<(String, usize)> =
            self.groups.iter().map(|g| (format!("group/{g}"), 0)).collect();
        for w in &self.waits {
            fields.push((format!("wait/{}/{:?}/{:?}", w.name, w.causes, w.bins.edges()), 0));
        }
        for arm in &self.arms {
            fields.extend(shape.iter().map(|(name, len)| (format!("{arm}/{name}"), *len)));
        }
        let layout = Layout::new(fields).map_err(CatalogueError::Layout)?;
        let CatalogueBuilder {
            arms,
            groups,
            measures,
            waits,
            outcomes,
        } = self;
        Ok(Catalogue {
            arms,
            groups,
            measures,
            waits,
            outcomes,
            stride,
            layout,
        })
    }

    fn check(&self, outcome: &Outcome) -> Result<(), String> {
        let ratio = |num: &MeasureId, den: &MeasureId, scale: f64| {
            if !scale.is_finite() || scale == 0.0 {
                return Err(format!("its scale {scale} is not a usable number"));
            }
            match [num, den].iter().all(|m| m.index() < self.measures.len()) {
                true => Ok(()),
                false => Err("it refers to a measure of another catalogue".to_string()),
            }
        };
        let by_group = |num: &MeasureId, den: &MeasureId, groups: &[GroupId]| {
            let kept = |m: &MeasureId| self.measures[m.index()].breadth == Breadth::ByGroup;
            if !kept(num) || !kept(den) {
                return Err("it compares groups, but its measures are kept for everybody only".to_string());
            }
            match groups.iter().all(|g| g.index() < self.groups.len()) {
                true => Ok(()),
                false => Err("it refers to a group of another catalogue".to_string()),
            }
        };
        let wait = |id: &WaitId, cause: usize, t: Secs, unit: Secs| {
            let w = self
                .waits
                .get(id.index())
                .ok_or("it refers to a wait of another catalogue")?;
            if cause >= w.causes.len() {
                return Err(format!("`{}` has no cause number {cause}", w.name));
            }
            if unit <= 0 {
                return Err(format!("its unit of {unit} seconds is not positive"));
            }
            if t <= 0 || t > w.bins.horizon() {
                let last = w.bins.horizon();
                return Err(format!(
                    "time {t} s lies outside the bins of `{}` (1 to {last} s)",
                    w.name
                ));
            }
            Ok(())
        };
        match &outcome.kind {
            Kind::Ratio { num, den, scale } => ratio(num, den, *scale),
            Kind::Mean { num, scale } => ratio(num, num, *scale),
            Kind::Incidence {
                wait: w,
                cause,
                at,
                scale,
            } => {
                if !scale.is_finite() || *scale == 0.0 {
                    return Err(format!("its scale {scale} is not a usable number"));
                }
                wait(w, *cause, *at, 1)
            }
            Kind::Centile {
                wait: w,
                cause,
                q,
                unit,
            } => {
                if !(*q > 0.0 && *q < 1.0) {
                    return Err(format!("a centile of {q} is not strictly between 0 and 1"));
                }
                wait(w, *cause, 1, *unit)
            }
            Kind::RestrictedMean { wait: w, upto, unit } => wait(w, 0, *upto, *unit),
            Kind::Gap {
                num,
                den,
                scale,
                of,
                from,
            } => {
                ratio(num, den, *scale)?;
                by_group(num, den, &[*of, *from])
            }
            Kind::RiskRatio {
                num,
                den,
                num_from,
                den_from,
            } => {
                ratio(num, den, 1.0)?;
                ratio(num_from, den_from, 1.0)
            }
            Kind::Relative { num, den, of, from } => {
                ratio(num, den, 1.0)?;
                by_group(num, den, &[*of, *from])
            }
            Kind::Slope {
                num,
                den,
                scale,
                groups,
            } => {
                ratio(num, den, *scale)?;
                if groups.len() < 2 {
                    return Err("a slope needs at least two groups".to_string());
                }
                by_group(num, den, groups)
            }
        }?;
        match outcome.headline && !outcome.compared {
            true => Err("a headline must be compared between arms".to_string()),
            false => Ok(()),
        }
    }
}

fn distinct(names: impl Iterator<Item = String>) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            return Err(CatalogueError::Duplicate(name));
        }
    }
    Ok(())
}
