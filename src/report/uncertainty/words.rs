//! Tipping points and probabilities in words.

use crate::methods::better::{Better, Lean};
use crate::methods::tipping::{Tipping, Verdict};
use crate::observe;
use crate::report::numbers::{fixed, whole_per_cent};

/// A value of a scanned parameter.
pub(super) fn at(x: f64) -> String {
    // Three significant digits: it may be a ratio, a probability or pounds.
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let places = (2 - libm::floor(libm::log10(x.abs())) as i32).clamp(0, 9);
    let text = format!("{x:.*}", places as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

fn sense(positive: bool, better: observe::Better) -> &'static str {
    match (better, positive) {
        (observe::Better::Neither, true) => "higher",
        (observe::Better::Neither, false) => "lower",
        (observe::Better::Higher, true) | (observe::Better::Lower, false) => "better",
        _ => "worse",
    }
}

/// What a scan says. `letter` stands for the parameter.
pub(in crate::report) fn tipping_words(t: &Tipping, better: observe::Better, letter: &str) -> String {
    let (low, high) = (
        t.curve.first().map_or(0.0, |c| c.value),
        t.curve.last().map_or(0.0, |c| c.value),
    );
    match &t.verdict {
        Verdict::Turns {
            at: turn,
            low: from,
            high: to,
            positive_below,
        } => {
            let interval = match (from, to) {
                (Some(a), Some(b)) if a == b => "exactly".to_string(),
                (Some(a), Some(b)) => format!("[{} to {}]", at(*a), at(*b)),
                (None, Some(b)) => format!("[{} or above it]", at(*b)).replace("above", "below"),
                (Some(a), None) => format!("[{} or above it]", at(*a)),
                (None, None) => "[anywhere in the range]".to_string(),
            };
            format!(
                "{letter} = {} {interval}; {} below",
                at(*turn),
                sense(*positive_below, better)
            )
        }
        Verdict::TurnsOften(turns) => {
            let turns: Vec<String> = turns.iter().map(|t| at(*t)).collect();
            format!("more than once: {letter} = {}", turns.join(", "))
        }
        Verdict::Never { positive } => format!(
            "never: {} from {} to {}",
            sense(*positive, better),
            at(low),
            at(high)
        ),
        Verdict::NotExcluded { positive } => format!(
            "not seen from {} to {} ({}), but not excluded",
            at(low),
            at(high),
            sense(*positive, better)
        ),
        Verdict::NoDependence => format!("no dependence on {letter} can be told"),
        Verdict::Identical => "the same at every value".to_string(),
    }
}

/// A probability with its interval; of one that cannot be told from a half, or is hardly told, the interval alone: an estimate
/// of 100% beside "cannot tell" would mislead.
pub(in crate::report) fn probability(b: &Better) -> String {
    let whole = |x: f64| fixed(x * 100.0, 0);
    match b.high - b.low > HARDLY_TOLD || b.lean() == Lean::CannotTell {
        true => format!("{} to {}%", whole(b.low), whole(b.high)),
        false => format!("{} [{} to {}]", whole_per_cent(b.p), whole(b.low), whole(b.high)),
    }
}

/// Width of an interval of a probability from which the estimate in it would mislead.
const HARDLY_TOLD: f64 = 0.6;

/// Which way a probability leans, in words.
pub(in crate::report) fn lean(b: &Better, better: observe::Better) -> &'static str {
    match (b.lean(), better) {
        (Lean::CannotTell, _) => "cannot tell",
        (Lean::Better, observe::Better::Neither) => "more likely higher",
        (Lean::Worse, observe::Better::Neither) => "more likely lower",
        (Lean::Better, _) => "more likely better",
        (Lean::Worse, _) => "more likely worse",
    }
}
