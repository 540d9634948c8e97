//! The interface vectors: which one every ordered pair of teams meets (model.md §7).
//!
//! Effective value of a part = that of the most particular named pair which gives it; else the external
//! value × the ratio of the internal vector if both teams have one organisation × the ratio of a shared
//! site. Probabilities are cut at 1. So where the map is redrawn and every ratio is 1, nothing changes.

use std::collections::BTreeMap;

use super::{quantile, teams};
use crate::base::Secs;
use crate::model::Interface;
use crate::random::Quantile;
use crate::scenario::law::LawSpec;
use crate::scenario::pathway::{
    InterfaceSpec, Named, Pair, PairVector, PathwayScenario, Ratio, Ratios, Record,
};
use crate::scenario::units::{Minutes, Probability, Rate, YEAR_DAYS};

/// What decides a pair's vector: one organisation, one site, the named pairs that apply (weakest first).
type Case = (bool, bool, Vec<usize>);

/// The distinct vectors, and the position of each ordered pair's.
pub struct Vectors {
    /// The vectors in force on an ordinary day.
    pub vectors: Vec<Interface>,
    /// For each of them, what holds while the link is withdrawn; empty if no link ever is.
    pub severed: Vec<Interface>,
    /// Position in `vectors` by sender and receiver.
    pub between: Vec<u16>,
}

/// The vectors of all ordered pairs of teams.
pub fn vectors(scenario: &PathwayScenario) -> Vectors {
    let spec = &scenario.interface;
    let ends: Vec<End<'_>> = scenario
        .team_list()
        .into_iter()
        .map(|(t, p)| End::of(scenario, t, p))
        .collect();
    let pairs: Vec<(Pair<'_>, &PairVector)> = (spec.between.iter())
        .map(|(key, parts)| (Pair::read(key).expect("the name of a pair was read"), parts))
        .collect();
    let mut vectors: Vec<Interface> = Vec::new();
    let mut severed: Vec<Interface> = Vec::new();
    let mut known: BTreeMap<Case, u16> = BTreeMap::new();
    let mut between = Vec::with_capacity(ends.len() * ends.len());
    for from in &ends {
        for to in &ends {
            let mut named: Vec<_> = (pairs.iter().enumerate())
                .filter_map(|(i, (pair, _))| Some((pair.rank(&from.named, &to.named)?, i)))
                .collect();
            named.sort_unstable();
            let case: Case = (
                from.organisation == to.organisation,
                from.site == to.site,
                named.into_iter().map(|(_, i)| i).collect(),
            );
            let position = *known
                .entry(case)
                .or_insert_with_key(|(internal, same_site, named)| {
                    let named: Vec<&PairVector> = named.iter().map(|i| pairs[*i].1).collect();
                    let vector = effective(spec, *internal, *same_site, &named);
                    let mut without = named;
                    without.extend(&spec.severed);
                    let cut =
                        (spec.severed.as_ref()).map(|_| effective(spec, *internal, *same_site, &without));
                    let same =
                        (0..vectors.len()).find(|i| vectors[*i] == vector && severed.get(*i) == cut.as_ref());
                    let position = same.unwrap_or_else(|| {
                        vectors.push(vector);
                        severed.extend(cut);
                        vectors.len() - 1
                    });
                    u16::try_from(position).expect("there are fewer vectors than teams")
                });
            between.push(position);
        }
    }
    Vectors {
        vectors,
        severed,
        between,
    }
}

struct End<'a> {
    named: Named<'a>,
    organisation: String,
    site: String,
}

impl<'a> End<'a> {
    fn of(scenario: &PathwayScenario, team: &'a str, practice: Option<&'a str>) -> End<'a> {
        let spec = &scenario.teams[team];
        End {
            named: Named {
                team,
                practice,
                role: spec.role.role(),
            },
            organisation: teams::organisation(spec, practice),
            site: teams::site(spec, practice),
        }
    }
}

/// The vector of a pair, given the named pairs that apply, the weakest first.
fn effective(spec: &InterfaceSpec, internal: bool, same_site: bool, named: &[&PairVector]) -> Interface {
    let external = &spec.external;
    let r = if internal {
        spec.internal
    } else {
        Ratios::default()
    };
    let word = if same_site {
        spec.same_site.informal_advice
    } else {
        Ratio::default()
    };
    let given = Given(named);
    let (transfer_delay, transfer_scale) = given.law(
        |p| p.transfer_delay.as_ref(),
        &external.transfer_delay,
        r.transfer_delay,
    );
    let (authorisation_delay, authorisation_scale) = given.law(
        |p| p.authorisation_delay.as_ref(),
        &external.authorisation_delay,
        r.authorisation_delay,
    );
    let record = given.record(&external.record, &r);
    let chance =
        |part: fn(&PairVector) -> Option<Probability>, value, ratio| given.probability(part, value, ratio);
    let minutes = |part: fn(&PairVector) -> Option<Minutes>, value, ratio| given.minutes(part, value, ratio);
    Interface {
        transfer_delay,
        transfer_scale,
        returned: chance(|p| p.returned, external.returned, r.returned),
        lost: chance(|p| p.lost, external.lost, r.lost),
        gp_roundtrip: chance(|p| p.gp_roundtrip, external.gp_roundtrip, r.gp_roundtrip),
        referral_secs: minutes(
            |p| p.referral_minutes,
            external.referral_minutes,
            r.referral_minutes,
        ),
        triage_secs: minutes(|p| p.triage_minutes, external.triage_minutes, r.triage_minutes),
        shared_record: record.shared,
        record_lag: record.lag,
        record_lag_scale: record.scale,
        record_missing: record.missing,
        rekey_secs: minutes(|p| p.rekey_minutes, external.rekey_minutes, r.rekey_minutes),
        duplicate_assessment: chance(
            |p| p.duplicate_assessment,
            external.duplicate_assessment,
            r.duplicate_assessment,
        ),
        cost_refusal: chance(|p| p.cost_refusal, external.cost_refusal, r.cost_refusal),
        authorisation: chance(|p| p.authorisation, external.authorisation, r.authorisation),
        authorisation_delay,
        authorisation_scale,
        informal_advice: chance(
            |p| p.informal_advice,
            external.informal_advice,
            times(r.informal_advice, word),
        ),
        combine_visits: chance(|p| p.combine_visits, external.combine_visits, r.combine_visits),
        owner_sweeps_a_week: given.rate(|p| p.owner_sweep, external.owner_sweep, r.owner_sweep),
        secession_a_year: given.secession(external.secession, r.secession),
    }
}

fn times(a: Ratio, b: Ratio) -> Ratio {
    Ratio {
        ratio: crate::scenario::units::NonNegative(a.ratio.get() * b.ratio.get()),
    }
}

/// The named pairs that apply, the weakest first.
struct Given<'a>(&'a [&'a PairVector]);

struct Letters {
    shared: bool,
    lag: Quantile,
    scale: f64,
    missing: f64,
}

impl<'a> Given<'a> {
    /// What the most particular pair says of a part.
    fn part<T>(&self, part: impl Fn(&'a PairVector) -> Option<T>) -> Option<T> {
        self.0.iter().rev().find_map(|pair| part(pair))
    }

    fn probability(
        &self,
        part: fn(&PairVector) -> Option<Probability>,
        external: Probability,
        r: Ratio,
    ) -> f64 {
        let value = self
            .part(part)
            .map_or(external.get() * r.ratio.get(), Probability::get);
        value.clamp(0.0, 1.0)
    }

    fn minutes(&self, part: fn(&PairVector) -> Option<Minutes>, external: Minutes, r: Ratio) -> Secs {
        self.part(part)
            .unwrap_or(Minutes(external.0 * r.ratio.get()))
            .secs()
    }

    fn rate(&self, part: fn(&PairVector) -> Option<Rate>, external: Rate, r: Ratio) -> f64 {
        let week = crate::base::WEEK as f64;
        self.part(part)
            .map_or(external.per_second() * r.ratio.get(), Rate::per_second)
            * week
    }

    /// Withdrawals of the link, a year.
    fn secession(&self, external: Option<Rate>, r: Ratio) -> f64 {
        let year = YEAR_DAYS * crate::base::DAY as f64;
        let external = external.map_or(0.0, Rate::per_second) * r.ratio.get();
        self.part(|p| p.secession).map_or(external, Rate::per_second) * year
    }

    /// The law and what multiplies it, so that the quantile of a person is kept.
    fn law(
        &self,
        part: fn(&PairVector) -> Option<&LawSpec>,
        external: &LawSpec,
        r: Ratio,
    ) -> (Quantile, f64) {
        match self.part(part) {
            Some(law) => (quantile(law), 1.0),
            None => (quantile(external), r.ratio.get()),
        }
    }

    fn record(&self, external: &Record, r: &Ratios) -> Letters {
        let own = self.part(|p| p.record.as_ref());
        let (lag_ratio, missing_ratio) = match own {
            Some(_) => (1.0, 1.0),
            None => (r.record_lag.ratio.get(), r.record_missing.ratio.get()),
        };
        match own.unwrap_or(external) {
            Record::Shared => Letters {
                shared: true,
                lag: Quantile::fixed(0.0),
                scale: 1.0,
                missing: 0.0,
            },
            Record::Letter { lag, missing } => Letters {
                shared: false,
                lag: quantile(lag),
                scale: lag_ratio,
                missing: (missing.get() * missing_ratio).clamp(0.0, 1.0),
            },
        }
    }
}
