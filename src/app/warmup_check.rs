//! Whether a scenario's warm-up is long enough: by formula whenever it is checked, and by a pilot on request.
//!
//! The formula knows the slowest memory of an empty start. In a locality: those who were in the palliative phase at time 0,
//! unknown to every service (`pathway::population::entered_since_start`). In a network of queues: the relaxation of its busiest
//! station, by A. R. Odoni and E. Roth, An empirical investigation of the transient behavior of stationary queueing systems,
//! *Operations Research* 31 (1983) 432-455: the distance of the mean queue from its level falls at least as fast as
//! `exp(-t/τ)`, `τ = (C_a² + C_s²) / (2.8 μ (1 - √ρ)²)`, and is small after 4 τ. A station of c servers is taken as one c times as
//! fast, but no faster than its own services end; arrivals within as Poisson.

use super::check::{Assessment, Implied, check};
use super::error::Error;
use super::scenarios::Arm;
use super::warmup::{WarmupAsk, warmup};
use crate::base::diagnostic::{Diagnostic, Span};
use crate::base::{DAY, HOUR, NEVER, Secs, WEEK};
use crate::compile;
use crate::model::Model;
use crate::pathway::population::entered_since_start;
use crate::queueing::{Initial, Network, Stop};
use crate::random::Quantile;
use crate::report::{Enough, Warmup};
use crate::scenario::{Checked, Kind, Loader};

/// Share of those in the palliative phase at the end of the warm-up who must have entered it in the run.
const SHARE: f64 = 0.9;
/// Weeks looked ahead.
const AHEAD: usize = 520;
/// Relaxation times that a warm-up of queues must have.
const RELAXATIONS: f64 = 4.0;
/// Replications of a pilot.
const PILOT: u64 = 5;
/// What the reader says of short warm-ups; the formula says it better.
const READER: &str = "short-warm-up";

/// Adds what the formula says of a locality's warm-up.
pub(super) fn of_pathway(out: &mut Assessment, arm: &Arm, model: &Model) {
    let Some(share) = entered_since_start(&model.exogenous, AHEAD) else {
        return;
    };
    let own = model.windows.warm_up;
    let reached = share[usize::try_from(own / WEEK).unwrap_or(AHEAD).min(AHEAD)];
    let needed = share.iter().position(|s| *s >= SHARE);
    if let Some(weeks) = needed {
        let what = "warm-up needed, by formula";
        out.implied.push(Implied {
            what: what.to_string(),
            value: weeks as f64,
            unit: "weeks",
        });
    }
    if reached >= SHARE {
        return;
    }
    let message = format!(
        "the warm-up is too short by formula: at its end {:.0}% of those in the palliative phase have entered it in the run; the \
         others were there at the start, unknown to every service",
        100.0 * reached
    );
    let label = match needed {
        Some(weeks) => format!("at least {{ weeks = {weeks} }} for 90%"),
        None => format!("more than {AHEAD} weeks for 90%"),
    };
    let found = Diagnostic::warning("warm-up-too-short", message);
    let help = format!("`careweave warmup {}` measures it outcome by outcome", arm.asked);
    // One finding at one place.
    out.findings.found.retain(|d| d.code != READER);
    out.findings
        .found
        .push(found.at(place(&arm.checked), label).help(help));
}

/// Adds what the formula says of a network's warm-up.
pub(super) fn of_queueing(out: &mut Assessment, arm: &Arm) {
    let Kind::Queueing(net) = &arm.checked.kind else {
        return;
    };
    let Ok(network) = compile::queueing::network(net) else {
        return;
    };
    let (Stop::Horizon { warm_up, .. }, Initial::Empty) = (network.stop, network.initial) else {
        return;
    };
    let loads = net.offered_loads();
    let of = |&(name, rho): &(&str, f64)| {
        let station = network.stations.iter().position(|s| s.name == name)?;
        Some((relaxation(&network, station, rho)?, name.to_string()))
    };
    let slowest = loads.iter().filter_map(of).max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((tau, station)) = slowest else { return };
    let needed = RELAXATIONS * tau;
    let (unit, secs) = match needed {
        x if x >= 2.0 * DAY as f64 => ("days", DAY),
        _ => ("hours", HOUR),
    };
    let needed_in = libm::ceil(needed / secs as f64);
    out.implied.push(Implied {
        what: format!("warm-up needed for {station}, by formula"),
        value: needed_in,
        unit,
    });
    if (warm_up as f64) < needed {
        let message = format!(
            "the warm-up is too short by formula: {station} is at its level after about 4 relaxation times, {needed_in} {unit}"
        );
        let found = Diagnostic::warning("warm-up-too-short", message);
        let help = format!("`careweave warmup {}` measures it", arm.asked);
        let label = format!("at least {{ {unit} = {needed_in} }}");
        out.findings
            .found
            .push(found.at(place(&arm.checked), label).help(help));
    }
}

/// Relaxation time of a station at a load below 1, seconds; `None` where it has no level or is not always open.
fn relaxation(network: &Network, station: usize, rho: f64) -> Option<f64> {
    let s = &network.stations[station];
    let open = s.open.is_open(0) && s.open.next_close(0) == NEVER;
    // Where customers are lost or give up, the load is no measure of how long queues remember.
    if !(open && rho > 0.0 && rho < 1.0) || s.capacity.is_some() || s.patience.is_some() {
        return None;
    }
    let laws = network
        .classes
        .iter()
        .map(|class| moments(&class.visits[station].service));
    let laws: Vec<(f64, f64)> = laws.filter(|m| m.0 > 0.0).collect();
    let n = laws.len() as f64;
    let mean = laws.iter().map(|m| m.0).sum::<f64>() / n;
    let square = laws.iter().map(|m| m.1).sum::<f64>() / n;
    let variation = square / (mean * mean) - 1.0;
    let gap = 1.0 - libm::sqrt(rho);
    let tau = (1.0 + variation.max(0.0)) * mean / f64::from(s.servers) / (2.8 * gap * gap);
    (n > 0.0 && tau.is_finite()).then(|| tau.max(mean))
}

/// Mean and mean square, by the midpoint rule through the quantile function.
fn moments(law: &Quantile) -> (f64, f64) {
    let points = (0..2_000).map(|i| law.at((f64::from(i) + 0.5) / 2_000.0));
    let square: f64 = points.map(|x| x * x).sum::<f64>() / 2_000.0;
    (law.mean(), square)
}

/// Where the warm-up stands, or should.
fn place(checked: &Checked) -> Span {
    let run = checked.root().step("run");
    let warm_up = run.and_then(|run| run.step("warm_up"));
    warm_up.or(run).unwrap_or(checked.root()).pointed()
}

/// Checks a scenario and measures its warm-up in a pilot of a few replications: a warning if it is too short.
///
/// # Errors
/// As [`check`] and [`warmup`].
pub fn check_measured(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
    threads: usize,
) -> Result<(Assessment, Warmup), Error> {
    let mut out = check(loader, name, sets)?;
    let ask = WarmupAsk {
        scenario: name.to_string(),
        sets: sets.to_vec(),
        seed: None,
        replications: PILOT,
        interval: None::<Secs>,
        outcomes: Vec::new(),
        window: None,
        threads,
        memory: None,
    };
    let (pilot, e) = warmup(loader, &ask)?;
    if pilot.enough() == Enough::No {
        let found = Diagnostic::warning("warm-up-too-short-measured", pilot.answer());
        let help = format!("measured in {PILOT} replications; `careweave warmup {name}` looks closer");
        let label = "too short in the pilot";
        out.findings
            .found
            .push(found.at(place(&e.arms[0].checked), label).help(help));
    }
    Ok((out, pilot))
}
