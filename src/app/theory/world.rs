//! Two processes of the simulated world with everything else switched off: the hospice queue and the way through the means test.
//!
//! The scenarios are the texts beside this file; the numbers below are theirs. What could not be matched is in
//! `docs/verification.md`.

use std::collections::BTreeMap;

use super::{Claim, Pairs, System};
use crate::app::error::Error;
use crate::base::DAY;
use crate::compile;
use crate::methods::competing::Stage;
use crate::model::Model;
use crate::observe::{GroupId, MeasureId, Record};
use crate::pathway::Pathway;
use crate::pathway::causes::{Cause, NeedKind};
use crate::pathway::population::{YEAR, rate_per_second};
use crate::queueing::theory::formulas::{erlang_a, queue_length};
use crate::random::Law;
use crate::scenario::{self, Kind};

/// The scenarios, by file name.
pub(super) const TEXTS: [(&str, &str); 3] = [
    ("quiet.toml", include_str!("quiet.toml")),
    ("hospice_queue.toml", include_str!("hospice_queue.toml")),
    ("means_test.toml", include_str!("means_test.toml")),
];

const RUNS: &str = "the world";
const DAYS: f64 = 1.0 / DAY as f64;

/// Both systems.
pub(super) fn systems(seed: u64) -> Result<Vec<System>, Error> {
    Ok(vec![hospice(seed)?, means_test(seed)?])
}

/// A scenario of [`TEXTS`], or a built-in one, ready to run.
pub(super) fn model(name: &str) -> Result<Model, Error> {
    let texts: BTreeMap<String, Vec<u8>> = TEXTS
        .iter()
        .map(|(n, t)| ((*n).to_string(), t.as_bytes().to_vec()))
        .collect();
    let (checked, found, _) = scenario::read(&texts, name, &[]);
    match checked.map(|c| c.kind) {
        Some(Kind::Pathway(p)) => Ok(compile::pathway(name, name, &p)),
        _ => {
            let first = found
                .iter()
                .find(|d| d.is_error())
                .map_or("", |d| d.message.as_str());
            Err(Error::Refused(format!("{name} of the suite is refused: {first}")))
        }
    }
}

pub(super) fn pathway(model: Model, seed: u64) -> Result<Pathway, Error> {
    Pathway::new(vec![model], seed).map_err(|e| Error::Refused(e.to_string()))
}

fn claim(quantity: &str, theory: f64) -> Claim {
    // Half a minute in days is far above what rounding to seconds does to a mean, and far below any standard error here.
    let rounding = 30.0 * DAYS;
    Claim {
        quantity: quantity.to_string(),
        theory,
        rounding,
    }
}

/// The value of a measure for everybody.
fn value(p: &Pathway, record: &Record, id: MeasureId) -> f64 {
    record.values[p.catalogue().at(0, id, GroupId::ALL)] as f64
}

/// M/M/5+M: beds, stays that end after 14 days on average or with death, death after 60 days on average in the queue as well.
fn hospice(seed: u64) -> Result<System, Error> {
    let p = pathway(model("hospice_queue.toml")?, seed)?;
    let exo = &p.models().next().ok_or_else(none)?.exogenous;
    let (beds, death, visit) = (5, 1.0 / 60.0, 1.0 / 24.0);
    let leaving = 1.0 / 14.0 + death;
    // Those who do not live to the end of the nurse's visit of an hour are never referred.
    let ill = exo
        .groups
        .iter()
        .flat_map(|g| exo.practices.iter().map(|p| rate_per_second(p, g)));
    let arrival = ill.sum::<f64>() * DAY as f64 * libm::exp(-death * visit);
    let states = erlang_a(beds, arrival, leaving, death, 400);
    let queue = queue_length(&states, beds);
    let claims = vec![
        claim("referrals a year", arrival * YEAR as f64 * DAYS),
        claim("share who die waiting", death * queue / arrival),
        claim("mean time until bed or death, days", queue / arrival),
        claim("mean number waiting", queue),
        claim(
            "occupancy of the beds",
            (arrival - death * queue) / leaving / beds as f64,
        ),
    ];
    let kind = NeedKind::HospiceBed as usize;
    let replicate = move |r: u64| -> Pairs {
        let m = p.measures();
        let record = p.replicate(r);
        let v = |id| value(&p, &record, id);
        let window = p.models().next().map_or(0.0, |m| m.windows.measured as f64);
        let ward = m.teams.iter().find(|t| t.name == "hospice_ward");
        let (queue, busy) = ward.map_or((0.0, 0.0), |t| (v(t.queue), v(t.busy)));
        let needs = v(m.needs[kind]);
        vec![
            (needs, window / YEAR as f64),
            (v(m.needs_died[kind]), needs),
            (v(m.need_wait_secs[kind]) * DAYS, needs),
            (queue, window),
            (busy, window * beds as f64),
        ]
    };
    Ok(System {
        name: "hospice queue of the world, M/M/5+M".to_string(),
        runs: RUNS,
        reference: "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
        claims,
        replicate: Box::new(replicate),
    })
}

/// From need to care against death: each stage is survived with its transform at the rate of death.
fn means_test(seed: u64) -> Result<System, Error> {
    let p = pathway(model("means_test.toml")?, seed)?;
    let death = 1.0 / 70.0;
    let of = |law: Law| Stage::of(&law, death).unwrap_or(Stage::NONE);
    let exponential = |mean| of(Law::Exponential { mean });
    let ask = exponential(14.0);
    // a visit of three hours and two pieces of writing up of an hour each
    let assessment = of(Law::Fixed(5.0 / 24.0));
    let shape = (8.0 / 5.0) * (8.0 / 5.0);
    let forms = exponential(9.0).then(of(Law::Gamma {
        shape,
        scale: 8.0 / shape,
    }));
    // The panel sits once a week, at a moment that nobody's illness knows of.
    let panel = Stage::until_next(7.0, death).then(Stage::deferred(0.25, 7.0, death));
    let private = exponential(7.0);
    let start = exponential(1.0);
    let assessed = ask.then(assessment);
    let funded = assessed.then(forms);
    let agreed = funded.then(private.or(0.5, panel));
    let whole = agreed.then(start);
    let claims = vec![
        claim("share who die before care starts", 1.0 - whole.survived),
        claim(
            "mean time until care or death, days",
            whole.until_end_or_death(death),
        ),
        claim("  of it before anybody has asked", ask.until_end_or_death(death)),
        claim(
            "  of it forms, financial assessment, own arrangement",
            assessed.survived * forms.until_end_or_death(death)
                + 0.5 * funded.survived * private.until_end_or_death(death),
        ),
        claim(
            "  of it the panel",
            0.5 * funded.survived * panel.until_end_or_death(death),
        ),
        claim(
            "  of it the start",
            agreed.survived * start.until_end_or_death(death),
        ),
    ];
    let kind = NeedKind::PersonalCare as usize;
    let replicate = move |r: u64| -> Pairs {
        let m = p.measures();
        let record = p.replicate(r);
        let v = |id| value(&p, &record, id);
        let needs = v(m.needs[kind]);
        let cause = |cause: Cause| (v(m.causes[kind][cause as usize]) * DAYS, needs);
        vec![
            (v(m.needs_died[kind]), needs),
            (v(m.need_wait_secs[kind]) * DAYS, needs),
            cause(Cause::NotSought),
            cause(Cause::FinancialAssessment),
            cause(Cause::Panel),
            cause(Cause::PackageCapacity),
        ]
    };
    Ok(System {
        name: "means test of the world against death".to_string(),
        runs: RUNS,
        reference: "transform of the stages at the rate of death (Cox 1962)",
        claims,
        replicate: Box::new(replicate),
    })
}

fn none() -> Error {
    Error::Refused("the suite has no arm".to_string())
}
