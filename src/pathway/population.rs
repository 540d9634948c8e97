//! Who falls ill and when, and the attributes people bring with them (model.md §3).
//!
//! First suspicions come from one Poisson process per practice and diagnosis group. Each process
//! begins at `-longest_illness`, so that at time 0 everybody who can still be ill is present and the
//! disease is stationary from the first second; a longer run continues the same process. Its draws
//! are keyed by the *names* of practice and group, so no other practice or group can shift them.

mod cut;
mod expected;
mod faults;
mod turnover;

pub use expected::{Expected, ExpectedGroup, expected, expected_during};
pub use faults::{MOST_A_WEEK, MOST_YEARS_ILL, faults};
pub use turnover::entered_since_start;

use super::purposes;
use crate::base::{DAY, Secs, Time};
use crate::model::{Exogenous, Group, Place, Practice};
use crate::random::{Draws, name_key, sub_key};

/// A year in seconds: 365.25 days.
pub const YEAR: Secs = DAY * 1_461 / 4;

/// The category that `u` picks from a table of cumulative probabilities; the last one if none is above `u`.
#[inline]
pub fn choose(cumulative: &[f64], u: f64) -> usize {
    cumulative
        .iter()
        .position(|&p| u < p)
        .unwrap_or(cumulative.len() - 1)
}

/// Quantile function of the exponential distribution with mean 1: -ln(1 - u).
#[inline]
pub(super) fn unit_exponential(u: f64) -> f64 {
    -libm::log1p(-u)
}

/// People falling ill (later dying of it) per second in one practice and group.
pub fn rate_per_second(practice: &Practice, group: &Group) -> f64 {
    practice.list_size / 1_000.0 * group.per_1000_a_year / YEAR as f64
}

/// One person at first suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Key of all the person's draws.
    pub key: u64,
    /// Moment of first suspicion; for a sudden death, the death.
    pub time: Time,
}

/// The first suspicions of one practice and group in time order, from `-longest_illness` to before `end`.
///
/// The k-th gap is keyed by (process, k) and the k-th person by `sub_key(process, k)`, so the people
/// up to any moment do not depend on `end`. Of a group that arises in a part of the run only, those of the same process
/// who come in that part are kept.
pub fn arrivals<'a>(
    exo: &Exogenous,
    practice: &Practice,
    group: &Group,
    end: Time,
    draws: &'a Draws,
) -> impl Iterator<Item = Arrival> + use<'a> {
    let process = name_key(&[&practice.name, &group.name]);
    let rate = rate_per_second(practice, group);
    let start = -exo.longest_illness;
    let span = (end - start) as f64;
    let mut since = 0.0;
    let mut ordinal: u32 = 0;
    let between = group.between;
    std::iter::from_fn(move || {
        if rate <= 0.0 {
            return None;
        }
        since += unit_exponential(draws.uniform(process, purposes::FIRST_SUSPICION, ordinal, 0)) / rate;
        if since >= span {
            return None;
        }
        let arrival = Arrival {
            key: sub_key(process, u64::from(ordinal)),
            time: start + since as Secs,
        };
        ordinal += 1;
        Some(arrival)
    })
    .filter(move |arrival| between.is_none_or(|(from, until)| (from..until).contains(&arrival.time)))
}

/// What a person brings: drawn once, before care, conditional as the tables of [`Exogenous`] say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attributes {
    /// Age band.
    pub age: u8,
    /// Deprivation quintile; 0 is the most deprived.
    pub deprivation: u8,
    /// Ethnicity group.
    pub ethnicity: u8,
    /// Lives in a care home.
    pub care_home: bool,
    /// Lives alone (never in a care home).
    pub alone: bool,
    /// Carer's capacity in hours a week; 0 without a carer. In a care home the staff care: 0.
    pub carer_hours: f32,
    /// Has another long-term condition.
    pub other_condition: bool,
    /// Capital, pounds.
    pub capital: f64,
    /// Preferred place of care and death at first.
    pub preferred: Place,
    /// Preferred place after the change, if there is one; else as `preferred`.
    pub preferred_later: Place,
    /// Where within the palliative phase the preference changes, as a fraction in (0, 1); `None`: it does not.
    pub preference_changes: Option<f64>,
    /// Multiplies delays in seeking help (mean 1).
    pub help_seeking: f32,
    /// Starting trust in [0, 1].
    pub trust: f32,
    /// Language is a barrier in using services.
    pub language_barrier: bool,
    /// A specialist palliative review is needed in the palliative phase.
    pub specialist_need: bool,
    /// Multiplies care hours (mean 1).
    pub care_factor: f32,
    /// Multiplies contacts asked of the GP (mean 1).
    pub contacts_factor: f32,
    /// Multiplies acute medical events (mean 1).
    pub acute_factor: f32,
}

/// The attributes of the person `key`.
///
/// People in a care home prefer to stay there and do not change their mind. For others a change is to
/// another place: drawn from the same table without the first place, so that `preference_changes` is
/// the share who really change (nobody, where one place has all the probability).
pub fn attributes(
    exo: &Exogenous,
    practice: &Practice,
    group: &Group,
    key: u64,
    draws: &Draws,
) -> Attributes {
    let uniform = |purpose| draws.uniform(key, purpose, 0, 0);
    let age = choose(&group.age, uniform(purposes::AGE));
    let deprivation = choose(&practice.deprivation, uniform(purposes::DEPRIVATION));
    let ethnicity = choose(&practice.ethnicity, uniform(purposes::ETHNICITY));
    let care_home = uniform(purposes::CARE_HOME) < group.care_home[age];
    let alone = !care_home && uniform(purposes::ALONE) < exo.lives_alone[age];

    let prone = uniform(purposes::PRONENESS);
    let (has_carer, hours) = draws.pair(key, purposes::CARER, 0, 0);
    let cared_for = !care_home && (!alone || has_carer < exo.alone_with_carer);
    let carer_hours = if cared_for {
        exo.carer_hours.at(hours).max(0.0)
    } else {
        0.0
    };

    let (first, later) = draws.pair(key, purposes::PREFERRED_PLACE, 0, 0);
    let (changes, moment) = draws.pair(key, purposes::PREFERENCE_CHANGE, 0, 0);
    let preferred = if care_home {
        Place::CareHome
    } else {
        Place::ALL[choose(&group.preferred_place, first)]
    };
    let other = if care_home || group.sudden || changes >= exo.preference_changes {
        None
    } else {
        another_place(&group.preferred_place, preferred, later)
    };

    Attributes {
        age: age as u8,
        deprivation: deprivation as u8,
        ethnicity: ethnicity as u8,
        care_home,
        alone,
        carer_hours: carer_hours as f32,
        other_condition: uniform(purposes::OTHER_CONDITION) < exo.other_condition[age],
        capital: exo.capital[deprivation].at(uniform(purposes::CAPITAL)).max(0.0),
        preferred,
        preferred_later: other.unwrap_or(preferred),
        preference_changes: other.map(|_| moment),
        help_seeking: exo.help_seeking.at(uniform(purposes::HELP_SEEKING)).max(0.0) as f32,
        trust: starting_trust(exo, group, ethnicity, deprivation) as f32,
        language_barrier: uniform(purposes::LANGUAGE) < exo.language_barrier[ethnicity],
        specialist_need: uniform(purposes::SPECIALIST_NEED) < group.specialist_need,
        care_factor: exo.care_hours_factor.at(uniform(purposes::CARE_FACTOR)).max(0.0) as f32,
        contacts_factor: exo.contacts_factor.at(prone).max(0.0) as f32,
        acute_factor: exo.acute_factor.at(prone).max(0.0) as f32,
    }
}

/// Trust by ethnicity, times the factors of deprivation and diagnosis.
fn starting_trust(exo: &Exogenous, group: &Group, ethnicity: usize, deprivation: usize) -> f64 {
    (exo.trust[ethnicity] * exo.trust_by_deprivation[deprivation] * group.trust_factor).min(1.0)
}

/// A place drawn from `cumulative` given that it is not `not`; `None` if no other has any probability.
fn another_place(cumulative: &[f64; 4], not: Place, u: f64) -> Option<Place> {
    let skipped = not as usize;
    let below = if skipped == 0 {
        0.0
    } else {
        cumulative[skipped - 1]
    };
    let width = cumulative[skipped] - below;
    let rest = cumulative[3] - width;
    if rest <= 0.0 {
        return None;
    }
    let without = u * rest;
    let at = if without < below { without } else { without + width };
    let place = Place::ALL[choose(cumulative, at)];
    (place != not).then_some(place)
}

#[cfg(test)]
mod tests;
