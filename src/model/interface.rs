//! The interface vector: what stands between two teams (model.md §7).

use crate::base::Secs;
use crate::random::Quantile;

/// What a hand-off from one team to another goes through. Each part is a number, so that the vector
/// inside an organisation is the vector between organisations times a ratio, part by part.
#[derive(Clone, Debug, PartialEq)]
pub struct Interface {
    /// Letter, form or phone until it reaches the receiver, seconds on the clock.
    pub transfer_delay: Quantile,
    /// Multiplies `transfer_delay`, so that the quantile is kept.
    pub transfer_scale: f64,
    /// Probability that the receiver sends it back.
    pub returned: f64,
    /// Probability that nobody notices it until it is chased.
    pub lost: f64,
    /// Probability that it must pass through the GP's queue first.
    pub gp_roundtrip: f64,
    /// The sender's time per referral, seconds.
    pub referral_secs: Secs,
    /// The receiver's triage time per referral, seconds.
    pub triage_secs: Secs,
    /// The receiver sees the sender's record at once.
    pub shared_record: bool,
    /// Lag of a letter with news of the person, seconds.
    pub record_lag: Quantile,
    /// Multiplies `record_lag`.
    pub record_lag_scale: f64,
    /// Probability that the letter never comes.
    pub record_missing: f64,
    /// Added to each contact for a second system, seconds.
    pub rekey_secs: Secs,
    /// Probability that an uninformed receiver repeats the assessment.
    pub duplicate_assessment: f64,
    /// Probability of a refusal or dispute because another budget gains.
    pub cost_refusal: f64,
    /// Probability of a hop to a budget holder before the service may start.
    pub authorisation: f64,
    /// Length of that hop, seconds on the clock.
    pub authorisation_delay: Quantile,
    /// Multiplies `authorisation_delay`.
    pub authorisation_scale: f64,
    /// Probability that a question is settled by a word or a call, without a referral.
    pub informal_advice: f64,
    /// Probability that two due home visits within the window are made as one.
    pub combine_visits: f64,
    /// How often somebody accountable looks for overdue work, times a week; 0 is never.
    pub owner_sweeps_a_week: f64,
    /// How often the link is withdrawn, times a year.
    pub secession_a_year: f64,
}
