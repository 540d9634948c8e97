//! Which parameters have a prior in which scenario, and the points that drawing and scanning them make.

use crate::app::scenarios::{Findings, read_arms};
use crate::app::study::Point;
use crate::app::{Arm, Error};
use crate::methods::tipping::{self, grid};
use crate::random::{Draws, name_key};
use crate::report::Prior;
use crate::scenario::plan::{Factor, Levels, Scale, Setting, assumptions};
use crate::scenario::{Loader, read_path};

/// The ratios of the internal vector: what is drawn unless a plan says otherwise.
pub const DEFAULT_PARAMETERS: &str = "interface.internal";

/// Parts of a hand-off of which more is easier.
pub const DEFAULT_EASIER: [&str; 3] = [
    "interface.internal.informal_advice",
    "interface.internal.combine_visits",
    "interface.internal.owner_sweep",
];

/// Purpose of the keyed draws of quantiles.
const PURPOSE: u16 = 1;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PriorsAsk {
    /// Scenarios, the first is the reference.
    pub scenarios: Vec<String>,
    /// Overrides of all of them.
    pub sets: Vec<String>,
    /// Patterns of assumptions.
    pub parameters: Vec<String>,
    /// Parameters with ranges of their own.
    pub varied: Vec<Factor>,
    /// The distribution of all, if it is given.
    pub scale: Option<Scale>,
    /// Patterns of which more is easier.
    pub easier: Vec<String>,
    /// All at one quantile.
    pub together: bool,
    /// Draws.
    pub draws: usize,
}

/// One scenario with what is drawn in it.
pub(super) struct Drawn {
    pub arm: Arm,
    /// Position among the parameters, and the factor with this scenario's range.
    pub factors: Vec<(usize, Factor)>,
}

/// The priors of an experiment.
pub(super) struct Priors {
    pub arms: Vec<Drawn>,
    pub parameters: Vec<Prior>,
    /// `[draw][parameter]`: quantiles.
    pub quantiles: Vec<Vec<f64>>,
    pub together: bool,
    pub findings: Vec<Findings>,
    sets: Vec<String>,
}

/// What a scan is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Along {
    /// One ratio for all ratios of a scenario.
    Ratio(f64),
    /// One quantile for all parameters of a scenario.
    Quantile(f64),
    /// One parameter at a quantile of its range.
    One(usize, f64),
}

impl Priors {
    /// Reads the scenarios and finds what is drawn in each; quantiles are drawn under `seed`.
    ///
    /// # Errors
    /// Scenarios with errors; a pattern that is no path; a range that cannot be drawn from.
    pub fn prepare(loader: &dyn Loader, ask: &PriorsAsk, seed: Option<u64>) -> Result<Priors, Error> {
        let (arms, findings) = read_arms(loader, &ask.scenarios, &ask.sets)?;
        Priors::of(arms, findings, ask, seed)
    }

    /// The same of scenarios already read.
    pub fn of(
        arms: Vec<Arm>,
        findings: Vec<Findings>,
        ask: &PriorsAsk,
        seed: Option<u64>,
    ) -> Result<Priors, Error> {
        let patterns = paths(&ask.parameters)?;
        let easier = paths(&ask.easier)?;
        let seed = seed.or(arms.first().map(|a| crate::app::study::run_of(&a.checked).0));
        let mut parameters: Vec<Prior> = Vec::new();
        let mut drawn = Vec::new();
        for arm in arms {
            let mut found = match patterns.is_empty() {
                true => Vec::new(),
                false => assumptions(&arm.checked, &patterns).factors,
            };
            // A range of the plan's own is instead of that of the evidence.
            found.retain(|f| {
                !ask.varied
                    .iter()
                    .any(|v| v.paths.iter().any(|p| f.paths.contains(p)))
            });
            found.extend(ask.varied.iter().cloned());
            let mut factors = Vec::new();
            for mut factor in found {
                if let (Some(wanted), Levels::Range { low, scale, .. }) = (ask.scale, &mut factor.levels) {
                    if wanted == Scale::Log && *low <= 0.0 {
                        return Err(Error::Refused(format!(
                            "`{}` may be {low}: equal ratios (scale = \"log\") need a range above 0",
                            factor.name
                        )));
                    }
                    *scale = wanted;
                }
                let sets = factor.sets(&factor.quantile(0.5), arm.checked.root());
                sets.map_err(Error::Refused)?;
                let place = parameters.iter().position(|p| p.name == factor.name);
                let place = place.unwrap_or_else(|| {
                    let more = |p: &Vec<String>| factor.paths.iter().any(|path| covers(p, path));
                    parameters.push(prior(&factor, easier.iter().any(more)));
                    parameters.len() - 1
                });
                parameters[place].scenarios.push(arm.name.clone());
                factors.push((place, factor));
            }
            drawn.push(Drawn { arm, factors });
        }
        let draws = Draws::new(seed.unwrap_or(0), 0);
        let quantiles = (0..ask.draws as u32)
            .map(|d| {
                let of = |name: &str| draws.uniform(name_key(&["priors", name]), PURPOSE, d, 0);
                let common = of("");
                parameters
                    .iter()
                    .map(|p| match (ask.together, p.easier) {
                        (false, _) => of(&p.name),
                        (true, false) => common,
                        (true, true) => 1.0 - common,
                    })
                    .collect()
            })
            .collect();
        Ok(Priors {
            arms: drawn,
            parameters,
            quantiles,
            together: ask.together,
            findings,
            sets: ask.sets.clone(),
        })
    }

    /// Whether a scenario differs from draw to draw.
    pub fn touched(&self, arm: usize) -> bool {
        !self.arms[arm].factors.is_empty()
    }

    /// A scenario as it is.
    pub fn centre(&self, arm: usize) -> Point {
        Point {
            scenario: self.arms[arm].arm.asked.clone(),
            sets: self.sets.clone(),
        }
    }

    /// A scenario in one draw; as it is where nothing in it is drawn.
    pub fn drawn(&self, arm: usize, draw: usize) -> Result<Point, Error> {
        self.at(arm, |place, factor| {
            Some(factor.quantile(self.quantiles[draw][place]))
        })
    }

    /// A scenario at a place of a scan.
    pub fn scanned(&self, arm: usize, along: Along) -> Result<Point, Error> {
        self.at(arm, |place, factor| {
            let easier = self.parameters[place].easier;
            match along {
                Along::Ratio(r) => {
                    is_ratio(factor).then(|| Setting::Number(if easier { nine(1.0 / r) } else { r }))
                }
                Along::Quantile(q) => Some(factor.quantile(if easier { 1.0 - q } else { q })),
                Along::One(one, q) => (one == place).then(|| factor.quantile(q)),
            }
        })
    }

    fn at(&self, arm: usize, setting: impl Fn(usize, &Factor) -> Option<Setting>) -> Result<Point, Error> {
        let mut point = self.centre(arm);
        let Drawn { arm, factors } = &self.arms[arm];
        for (place, factor) in factors {
            if let Some(setting) = setting(*place, factor) {
                let sets = factor.sets(&setting, arm.checked.root());
                point.sets.extend(sets.map_err(Error::Refused)?);
            }
        }
        Ok(point)
    }

    /// What parameters are in a draw of a scenario: value by parameter, none where the scenario has it not.
    pub fn values(&self, arm: usize, draw: usize) -> Vec<Option<String>> {
        let of = |place: usize| self.arms[arm].factors.iter().find(|f| f.0 == place);
        (0..self.parameters.len())
            .map(|place| of(place).map(|(_, f)| f.quantile(self.quantiles[draw][place]).to_string()))
            .collect()
    }

    /// The value of one parameter at a quantile of its range in a scenario.
    pub fn value(&self, arm: usize, place: usize, quantile: f64) -> Option<f64> {
        let found = self.arms[arm].factors.iter().find(|f| f.0 == place)?;
        match found.1.quantile(quantile) {
            Setting::Number(x) => Some(x),
            _ => None,
        }
    }

    /// Whether any parameter of any scenario is a ratio.
    pub fn any_ratio(&self) -> bool {
        self.arms.iter().any(|a| a.factors.iter().any(|f| is_ratio(&f.1)))
    }

    /// Parameters in groups by name and patterns.
    pub fn group(&self, patterns: &[String]) -> Result<Vec<usize>, Error> {
        let patterns = paths(patterns)?;
        let inside = |place: &usize| {
            let mut all = self
                .arms
                .iter()
                .flat_map(|a| &a.factors)
                .filter(|f| f.0 == *place);
            all.any(|f| {
                f.1.paths
                    .iter()
                    .any(|path| patterns.iter().any(|p| covers(p, path)))
            })
        };
        Ok((0..self.parameters.len()).filter(inside).collect())
    }
}

/// The values of a scan of ratios: evenly in the logarithm, the nearest inner one replaced by exactly 1.
pub(super) fn ratios(low: f64, high: f64, values: usize) -> Vec<f64> {
    let mut all: Vec<f64> = grid(low, high, values, tipping::Scale::Log)
        .into_iter()
        .map(nine)
        .collect();
    if low < 1.0 && 1.0 < high {
        let far = |x: f64| libm::log(x).abs();
        let inner = 1..all.len() - 1;
        if let Some(nearest) = inner.min_by(|&i, &j| far(all[i]).total_cmp(&far(all[j]))) {
            all[nearest] = 1.0;
        }
    }
    all
}

/// Nine significant digits: a value that is written, read and written again is the same.
fn nine(x: f64) -> f64 {
    format!("{x:.8e}").parse().unwrap_or(x)
}

fn is_ratio(factor: &Factor) -> bool {
    factor
        .paths
        .iter()
        .all(|p| p.last().is_some_and(|name| name == "ratio"))
}

fn covers(pattern: &[String], path: &[String]) -> bool {
    pattern.len() <= path.len() && pattern.iter().zip(path).all(|(p, name)| p == "*" || p == name)
}

fn paths(patterns: &[String]) -> Result<Vec<Vec<String>>, Error> {
    let read = |p: &String| read_path(p).map_err(|why| Error::Refused(format!("`{p}` is not a path: {why}")));
    patterns.iter().map(read).collect()
}

fn prior(factor: &Factor, easier: bool) -> Prior {
    let (range, log) = match &factor.levels {
        Levels::Range { low, high, scale, .. } => (Some((*low, *high)), *scale == Scale::Log),
        _ => (None, false),
    };
    let listed = match &factor.levels {
        Levels::Listed(all) => all.iter().map(|v| v.trim_matches('"').to_string()).collect(),
        Levels::Scenarios(all) => all.clone(),
        Levels::Range { .. } => Vec::new(),
    };
    Prior {
        name: factor.name.clone(),
        range,
        log,
        listed,
        easier,
        ratio: is_ratio(factor),
        scenarios: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::BuiltIn;

    fn ask(draws: usize, together: bool) -> PriorsAsk {
        PriorsAsk {
            scenarios: vec!["networked".into(), "integrated_no_pool".into()],
            parameters: vec![DEFAULT_PARAMETERS.into()],
            easier: DEFAULT_EASIER.map(str::to_string).to_vec(),
            draws,
            together,
            ..PriorsAsk::default()
        }
    }

    #[test]
    fn only_the_integrated_map_is_redrawn_and_ratios_above_one_occur() {
        let p = Priors::prepare(&BuiltIn, &ask(200, false), Some(3)).unwrap();
        assert!(!p.touched(0) && p.touched(1));
        assert_eq!(p.parameters.len(), 17);
        assert_eq!(p.drawn(0, 5).unwrap(), p.centre(0));
        assert_eq!(p.drawn(1, 5).unwrap().sets.len(), 17);
        let lost = p
            .parameters
            .iter()
            .position(|q| q.name.ends_with("lost.ratio"))
            .unwrap();
        assert_eq!(p.parameters[lost].range, Some((0.2, 1.5)));
        let values: Vec<f64> = (0..200)
            .filter_map(|d| p.value(1, lost, p.quantiles[d][lost]))
            .collect();
        assert!(values.iter().all(|v| (0.2..=1.5).contains(v)));
        // Log-uniform from 0.2 to 1.5: above 1 with ln 1.5 / ln 7.5 = 0.201; 200 draws have a standard error of 2.8 points.
        let above = values.iter().filter(|v| **v > 1.0).count();
        assert!((20..=62).contains(&above), "{above}");
        // More draws are the same and others.
        let few = Priors::prepare(&BuiltIn, &ask(10, false), Some(3)).unwrap();
        assert_eq!(few.quantiles[..], p.quantiles[..10]);
    }

    #[test]
    fn a_common_ratio_turns_what_is_easier_the_other_way_round() {
        let p = Priors::prepare(&BuiltIn, &ask(2, true), Some(3)).unwrap();
        let sets = p.scanned(1, Along::Ratio(2.0)).unwrap().sets;
        assert!(
            sets.contains(&"interface.internal.lost.ratio=2".to_string()),
            "{sets:?}"
        );
        assert!(
            sets.contains(&"interface.internal.owner_sweep.ratio=0.5".to_string()),
            "{sets:?}"
        );
        assert_eq!(p.scanned(0, Along::Ratio(2.0)).unwrap(), p.centre(0));
        assert_eq!(p.scanned(1, Along::One(0, 0.5)).unwrap().sets.len(), 1);
        let (lost, sweep) = (&p.parameters, p.quantiles[0].clone());
        let at = |end: &str| lost.iter().position(|q| q.name.ends_with(end)).unwrap();
        assert_eq!(sweep[at("lost.ratio")], 1.0 - sweep[at("owner_sweep.ratio")]);
        assert_eq!(sweep[at("lost.ratio")], sweep[at("returned.ratio")]);
    }

    #[test]
    fn a_scan_of_ratios_holds_one_exactly() {
        let all = ratios(0.2, 2.0, 7);
        assert_eq!((all.len(), all[0], all[6]), (7, 0.2, 2.0));
        assert!(
            all.contains(&1.0) && all.windows(2).all(|w| w[0] < w[1]),
            "{all:?}"
        );
        assert!(!ratios(1.2, 2.0, 4).contains(&1.0));
    }
}
