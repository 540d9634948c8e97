//! Waves of history matching: points over what is left of the ranges, emulators of the targets, what they rule out.
//!
//! Every point has replications of its own. With the same ones everywhere all points would share one error, which no number of
//! points makes smaller and no emulator sees; with their own the errors are independent, and the emulator averages over
//! points. (Between the baseline and the chosen values, whose difference is asked for, luck is shared.)

use super::goals::{Value, band};
use super::{Inner, Settings};
use crate::app::Error;
use crate::app::study::{Bench, Ran};
use crate::experiment::Threads;
use crate::methods::emulator::{Emulator, Why};
use crate::methods::history::{Aim, Cut, Region, Stop, Wave, sharpness, spread, verdict};
use crate::methods::noise::means_and_noise;
use crate::report::{Diagnosis, Reach, Waved};

/// Keyed points by which the share that is left is estimated.
const DRAWS: usize = 20_000;
/// Points of the region from which those of a wave are chosen, for each of them.
const CANDIDATES: usize = 8;
/// Least points at which a target must have a value: fewer determine no emulator.
const LEAST: usize = 8;
/// Most points of one emulator, the latest: its cost grows with their cube.
const MOST: usize = 800;
/// By how much the cut-off is raised where nothing is left, at most.
const LOOSER: [f64; 7] = [1.25, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0];

/// One simulated point.
pub struct Simulated {
    /// Wave, from 0.
    pub wave: usize,
    /// Place in the unit cube.
    pub at: Vec<f64>,
    /// Values by target.
    pub values: Vec<Value>,
}

/// What the waves have found.
pub struct Waves {
    /// What is left.
    pub region: Region,
    /// All points simulated.
    pub points: Vec<Simulated>,
    /// By target: what the ranges can do for it.
    pub reach: Vec<Reach>,
    /// By target: how good the last emulator is.
    pub diagnoses: Vec<Option<Diagnosis>>,
    /// The cut-off in the end, if it was raised.
    pub loosened: Option<f64>,
    /// Why there was no further wave.
    pub stopped: String,
    /// The first replication that nothing has used.
    pub luck: u64,
    /// The waves.
    pub waved: Vec<Waved>,
}

impl Waves {
    /// Runs the waves; none if it was told to stop.
    ///
    /// # Errors
    /// A point that cannot be read, a unit that panicked, targets from which nothing can be learnt.
    pub fn run(inner: &Inner, bench: &mut Bench<'_, '_>, threads: &Threads) -> Result<Option<Waves>, Error> {
        let settings = &inner.settings;
        let mut waves = Waves {
            region: Region {
                dimensions: inner.axes.len(),
                waves: Vec::new(),
            },
            points: Vec::new(),
            reach: inner.goals.all.iter().map(|_| Reach::NotLooked).collect(),
            diagnoses: vec![None; inner.goals.all.len()],
            loosened: None,
            stopped: String::new(),
            luck: 0,
            waved: Vec::new(),
        };
        let mut shares = Vec::new();
        for wave in 0..settings.waves {
            let places = match wave {
                0 => inner.first.clone(),
                _ => waves.next(settings, wave, threads)?,
            };
            if waves.simulate(inner, bench, wave, &places)? == Ran::Interrupted {
                return Ok(None);
            }
            let emulators = waves.emulators(inner, threads, wave)?;
            waves.narrow(inner, &emulators, wave, threads)?;
            let share = waves.region.share(DRAWS, settings.seed);
            let left = waves
                .region
                .sample(settings.points.max(100), settings.seed ^ wave as u64, threads)
                .map_err(nothing_left)?;
            // Below what the draws can show, the sample's own estimate counts.
            let (at, low, high) = match share.inside < 50 {
                true => (left.share, left.low, left.high),
                false => (share.share, share.low, share.high),
            };
            shares.push(at);
            let sharp = sharpness(&waves.region, &left.points);
            let mut ratios: Vec<f64> = sharp.iter().map(|(_, s)| *s).collect();
            ratios.sort_by(f64::total_cmp);
            waves.waved.push(Waved {
                points: places.len(),
                replications: settings.replications(wave),
                share: (at, low, high),
                sharpness: ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN),
            });
            let stop = verdict(&shares, &sharp, settings.waves);
            waves.stopped = stop.to_string();
            if stop != Stop::Another {
                break;
            }
        }
        Ok(Some(waves))
    }

    /// Units that were run.
    pub fn units(&self) -> u64 {
        self.waved.iter().map(|w| w.points as u64 * w.replications).sum()
    }

    /// Places of the next wave: spread over what is left, away from what has been simulated there.
    fn next(&self, settings: &Settings, wave: usize, threads: &Threads) -> Result<Vec<Vec<f64>>, Error> {
        let wanted = settings.points * CANDIDATES;
        let seed = settings.seed.wrapping_add(1 + wave as u64);
        let candidates = self
            .region
            .sample(wanted, seed, threads)
            .map_err(nothing_left)?
            .points;
        let inside = self.points.iter().filter(|p| self.region.contains(&p.at));
        let taken: Vec<Vec<f64>> = inside.map(|p| p.at.clone()).collect();
        let chosen = spread(&candidates, &taken, settings.points);
        Ok(chosen.into_iter().map(|i| candidates[i].clone()).collect())
    }

    /// Simulates places, each on luck of its own.
    fn simulate(
        &mut self,
        inner: &Inner,
        bench: &mut Bench<'_, '_>,
        wave: usize,
        places: &[Vec<f64>],
    ) -> Result<Ran, Error> {
        let n = inner.settings.replications(wave);
        let mut wanted = Vec::new();
        for (i, at) in places.iter().enumerate() {
            wanted.push((bench.add(inner.point(at)?)?, self.luck + i as u64 * n, n));
        }
        self.luck += places.len() as u64 * n;
        if bench.ensure_from(&wanted)? == Ran::Interrupted {
            return Ok(Ran::Interrupted);
        }
        for (at, (point, first, n)) in places.iter().zip(wanted) {
            let observed = bench.observed_from(point, first, n)?;
            self.points.push(Simulated {
                wave,
                at: at.clone(),
                values: inner.goals.values(&observed),
            });
        }
        Ok(Ran::Complete)
    }

    /// Emulators of the targets calibrated to, of all points so far; none where a target cannot be emulated, which is noted.
    fn emulators(
        &mut self,
        inner: &Inner,
        threads: &Threads,
        wave: usize,
    ) -> Result<Vec<Option<Emulator>>, Error> {
        let points = &self.points;
        let inside: Vec<bool> = points.iter().map(|p| self.region.contains(&p.at)).collect();
        let fit = |g: usize| emulator(points, &inside, g);
        let fitted: Vec<usize> = inner.goals.fitted().map(|(g, _)| g).collect();
        let found = threads.map(fitted.len(), &|i| fit(fitted[i]));
        let mut all: Vec<Option<Emulator>> = inner.goals.all.iter().map(|_| None).collect();
        for (g, found) in fitted.into_iter().zip(found) {
            match found {
                Ok(emulator) => {
                    let left = emulator.left_out();
                    self.diagnoses[g] = Some(Diagnosis {
                        points: left.predicted.len(),
                        r2: left.r2,
                        ceiling: left.ceiling,
                        within: left.within_two,
                        expected: left.expected,
                        verdict: left.verdict,
                    });
                    if wave == 0 {
                        self.reach[g] = Reach::Within;
                    }
                    all[g] = Some(emulator);
                }
                Err(Why::Constant(x)) => self.reach[g] = Reach::Constant(x),
                Err(Why::TooFew { points, .. }) => self.reach[g] = Reach::Unknown(points, self.points.len()),
                Err(why) => {
                    let name = &inner.goals.all[g].name;
                    return Err(Error::Refused(format!(
                        "no emulator of the target `{name}`: {why}"
                    )));
                }
            }
        }
        match all.iter().any(Option::is_some) {
            true => Ok(all),
            false => Err(Error::Refused(
                "nothing that is varied moves any target, or none has a value at enough points".to_string(),
            )),
        }
    }

    /// Rules out what the emulators find implausible. A target that nothing in the ranges reaches is left out of it and
    /// noted; where targets leave nothing together, the cut-off is raised until something is left, and that is noted.
    fn narrow(
        &mut self,
        inner: &Inner,
        emulators: &[Option<Emulator>],
        wave: usize,
        threads: &Threads,
    ) -> Result<(), Error> {
        let settings = &inner.settings;
        let aim = |g: usize| {
            let surface = emulators[g].as_ref()?.clone();
            Some(Aim {
                target: g,
                band: band(&inner.goals.all[g]),
                surface: Box::new(surface),
            })
        };
        let cut = |factor: f64| Cut {
            largest: settings.cut * factor,
            second: settings.cut * factor * 5.0 / 6.0,
        };
        if wave == 0 {
            for (g, emulator) in emulators.iter().enumerate() {
                let (Some(aim), Some(emulator)) = (aim(g), emulator) else {
                    continue;
                };
                let alone = Region {
                    dimensions: self.region.dimensions,
                    waves: vec![Wave {
                        aims: vec![aim],
                        cut: cut(1.0),
                    }],
                };
                if let Err(Why::Empty { nearest, .. }) = alone.sample(1, settings.seed, threads) {
                    self.reach[g] = Reach::Out(emulator.mean(&nearest));
                }
            }
        }
        let used = |g: &usize| self.reach[*g] == Reach::Within;
        let used: Vec<usize> = (0..emulators.len()).filter(used).collect();
        if used.is_empty() {
            return Err(Error::Refused(
                "every target is out of reach of these ranges: there is nothing to calibrate".to_string(),
            ));
        }
        let before = self.loosened.map_or(1.0, |c| c / settings.cut);
        let factors = std::iter::once(before).chain(LOOSER.into_iter().filter(|f| *f > before));
        let mut last = Why::Shapes;
        for factor in factors {
            self.region.waves.push(Wave {
                aims: used.iter().filter_map(|g| aim(*g)).collect(),
                cut: cut(factor),
            });
            match self.region.sample(1, settings.seed, threads) {
                Ok(_) => {
                    if factor > 1.0 {
                        self.loosened = Some(settings.cut * factor);
                    }
                    return Ok(());
                }
                Err(why) => last = why,
            }
            self.region.waves.pop();
        }
        Err(nothing_left(last))
    }
}

/// The emulator of a target: of all points, or of those that nothing has ruled out yet, whichever predicts the latter better when
/// each is left out (far points tell more of a smooth outcome, and mislead where it changes its ways or its noise).
fn emulator(points: &[Simulated], inside: &[bool], g: usize) -> Result<Emulator, Why> {
    // Points at which it has no value, or none without single replications, say nothing of it.
    let usable: Vec<usize> = (0..points.len())
        .filter(|&i| points[i].values[g].pseudo.len() > 1)
        .collect();
    let needed = LEAST.max(points.len() / 4);
    if usable.len() < needed {
        return Err(Why::TooFew {
            points: usable.len(),
            needed,
        });
    }
    let latest = |which: Vec<usize>| which[which.len().saturating_sub(MOST)..].to_vec();
    let of = |which: &[usize]| {
        let x: Vec<Vec<f64>> = which.iter().map(|&i| points[i].at.clone()).collect();
        let y: Vec<Vec<f64>> = which
            .iter()
            .map(|&i| points[i].values[g].pseudo.clone())
            .collect();
        let (means, noise) = means_and_noise(&y)?;
        Emulator::fit(&x, &means, &noise)
    };
    let near = latest(usable.iter().copied().filter(|&i| inside[i]).collect());
    let usable = latest(usable);
    let dimensions = points.first().map_or(0, |p| p.at.len());
    let all = of(&usable);
    if near.len() == usable.len() || near.len() < LEAST.max(3 * (dimensions + 1)) {
        return all;
    }
    match (all, of(&near)) {
        (Ok(all), Ok(local)) => {
            // The mean log density of the points inside, each left out.
            let score = |emulator: &Emulator, which: &[usize]| {
                let left = emulator.left_out();
                let each = which.iter().enumerate().filter(|(_, i)| inside[**i]);
                each.map(|(k, _)| {
                    -0.5 * (libm::log(left.variances[k]) + left.standardised[k] * left.standardised[k])
                })
                .sum::<f64>()
            };
            match score(&local, &near) > score(&all, &usable) {
                true => Ok(local),
                false => Ok(all),
            }
        }
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
        (Err(why), Err(_)) => Err(why),
    }
}

fn nothing_left(why: Why) -> Error {
    Error::Refused(format!(
        "the targets leave nothing of the ranges: {why}; give them a discrepancy, or vary more"
    ))
}
