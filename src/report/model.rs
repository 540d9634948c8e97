//! The one value that every renderer shows: all numbers worked out, all reasons for missing ones in words.

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::equity::Equity;

/// The finished results of a comparison or of one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What was simulated, in one line.
    pub title: String,
    /// The question it answers; may be empty.
    pub question: String,
    /// The arms in order; others are compared with the first.
    pub arms: Vec<Arm>,
    /// What was run.
    pub plan: Plan,
    /// Staff of each arm and what they cost; absent where the world has no staff (queueing networks).
    pub staff: Option<Staff>,
    /// Every outcome for everybody, headlines among them, in the order of the catalogue.
    pub outcomes: Vec<Outcome>,
    /// Of 1,000 people who died, how many died elsewhere; comparisons of pathways only.
    pub moves: Option<Moves>,
    /// What becomes of the same people in each arm, place of death among it; comparisons of pathways only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// Whether gaps between groups narrow or widen; comparisons with such outcomes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equity: Option<Equity>,
    /// Waits by kind of need; pathways only.
    pub needs: Vec<Need>,
    /// How busy each team is, where it is recorded.
    pub teams: Vec<Team>,
    /// Precision reached by the headline outcomes.
    pub precision: Precision,
    /// What the priors of assumptions do to the comparison; absent where no arm has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priors: Option<Priors>,
}

/// P(better) over the priors of the ratios inside one organisation, and where the comparison turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Priors {
    /// Draws; 0 where none were asked for, and then there are no rows.
    pub draws: usize,
    /// Replications of each draw.
    pub replications: u64,
    /// Positions of the arms in which something is drawn.
    pub arms: Vec<usize>,
    /// How many ratios are drawn.
    pub ratios: usize,
    /// How many of them may be above 1.
    pub above_one: usize,
    /// Smallest and largest common ratio scanned.
    pub scanned: Option<(f64, f64)>,
    /// Headline outcomes by arm.
    pub rows: Vec<PriorRow>,
}

/// One headline outcome of one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorRow {
    /// Name of the outcome.
    pub outcome: String,
    /// Position of the arm.
    pub arm: usize,
    /// Probability that the arm's expected outcome is better (of what is neither good nor bad: higher).
    pub probability: Number,
    /// The same, counted without taking the noise of few replications out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unshrunk: Option<f64>,
    /// What it says, in words.
    pub says: String,
    /// Where the mean difference turns, in words.
    pub turns: String,
    /// The common ratio at which it turns, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
}

/// One configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Short name as in the files.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Whether every outcome compared with the first arm is exactly the same in all replications.
    pub identical_to_first: bool,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Place or network that was simulated; may be empty.
    pub locality: String,
    /// Replications that the results rest on.
    pub replications: u64,
    /// Seed of all draws.
    pub seed: u64,
    /// Whether the people of all arms are the same, person by person.
    pub paired: bool,
    /// Weeks of warm-up, of the measured window and of the cool-down; absent where a run has no such windows.
    pub weeks: Option<Weeks>,
    /// How the run ended.
    pub ended: Ended,
    /// Whether replications are antithetic pairs: then the pair is the unit of inference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub antithetic: bool,
    /// What variance reduction gave, where it was asked for: whole sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variance_reduction: Vec<String>,
}

/// Lengths of the parts of a replication, in weeks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weeks {
    /// Only fills the services.
    pub warm_up: f64,
    /// What is counted.
    pub measured: f64,
    /// Arrivals go on and the counted are followed.
    pub cool_down: f64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All replications asked for are done.
    Complete,
    /// `auto` reached its target.
    Precise {
        /// Largest relative half-width allowed.
        target: f64,
        /// With look-ahead: the replication from which they held it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held_since: Option<u64>,
    },
    /// `auto` reached its cap before its target.
    Capped {
        /// Largest relative half-width allowed.
        target: f64,
        /// Name of the least precise of the chosen outcomes.
        worst: Option<String>,
        /// Its relative half-width; absent where it cannot be said.
        reached: Option<f64>,
    },
    /// Stopped early; what was finished is reported.
    Interrupted,
}

/// A number with its 95% interval, or the reason why one or both are absent. All numbers are finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Point estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Lower and upper end of the 95% interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
    /// Why value or interval is absent, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// Which direction is good for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// A description.
    Neither,
}

/// What a comparison says, at 95% for this outcome alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Exactly the same in all replications.
    Same,
    /// The interval excludes zero, in the good direction.
    Better,
    /// The interval excludes zero, in the bad direction.
    Worse,
    /// The interval excludes zero; more (of what is neither good nor bad).
    More,
    /// The interval excludes zero; less (of what is neither good nor bad).
    Less,
    /// The interval includes zero.
    CannotTell,
    /// There is no interval.
    NotEstimable,
}

/// One outcome for everybody in all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name as in the tables.
    pub name: String,
    /// Words for a reader.
    pub label: String,
    /// Unit of the values as worked out (`share`, `days`, `GBP`).
    pub unit: String,
    /// Which direction is good.
    pub better: Better,
    /// One of the at most 12 outcomes tested together.
    pub headline: bool,
    /// Estimate by arm.
    pub arms: Vec<Number>,
    /// Each other arm less the first; empty for one arm, and for outcomes that are described only.
    pub comparisons: Vec<Comparison>,
    /// Arms less others than the first, where asked for; headline outcomes only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_pairs: Vec<Comparison>,
}

/// An arm less the first arm, or less another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Position of the arm.
    pub arm: usize,
    /// Position of the arm that is subtracted.
    #[serde(default)]
    pub versus: usize,
    /// Difference in the outcome's unit.
    pub difference: Number,
    /// Difference as a share of the first arm's value.
    pub relative: Number,
    /// p of no difference, adjusted by Holm over the headline outcomes of this arm.
    pub p_holm: Option<f64>,
    /// p of no difference, adjusted by Holm over the headline outcomes of all comparisons.
    #[serde(default)]
    pub p_holm_family: Option<f64>,
    /// Interval of the difference that holds together with those of the headline outcomes of all comparisons.
    #[serde(default)]
    pub simultaneous: Option<(f64, f64)>,
    /// How many times more replications independent arms would have needed.
    pub variance_reduction: Option<f64>,
    /// What it says.
    pub verdict: Verdict,
}

/// Staff of all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// Teams of any arm, in the order of the first.
    pub teams: Vec<StaffTeam>,
    /// Totals by arm.
    pub totals: Vec<StaffTotal>,
    /// Whether all arms have the same teams, staff, places and staff cost.
    pub same: bool,
}

/// One team in all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffTeam {
    /// Name.
    pub team: String,
    /// Role.
    pub role: String,
    /// By arm; absent where the arm has no such team.
    pub arms: Vec<Option<StaffRow>>,
    /// Whether it is the same in all arms.
    pub same: bool,
}

/// One team of one arm; where it changes during the run, on average over the measured window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffRow {
    /// Name.
    pub team: String,
    /// Role, as in scenario files.
    pub role: String,
    /// Whole-time equivalents.
    pub wte: f64,
    /// Hours on duty in a week, before leave and sickness.
    pub weekly_hours: f64,
    /// Cost of those hours in a year, pounds.
    pub yearly_cost: f64,
    /// Beds, places or hours a week that are not staff.
    pub places: f64,
    /// What becomes of it during the run.
    #[serde(default)]
    pub later: Vec<StaffLater>,
}

/// A team of an arm from a time of the run on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffLater {
    /// Week of the run in which it begins, the warm-up included.
    pub week: f64,
    /// Whole-time equivalents.
    pub wte: f64,
    /// Hours on duty in a week.
    pub weekly_hours: f64,
    /// Cost of those hours in a year, pounds.
    pub yearly_cost: f64,
    /// Beds, places or hours a week.
    pub places: f64,
}

/// All staff of one arm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffTotal {
    /// Whole-time equivalents.
    pub wte: f64,
    /// Hours on duty in a week.
    pub weekly_hours: f64,
    /// Cost of those hours in a year, pounds.
    pub yearly_cost: f64,
}

/// Where people died, compared person by person with the first arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moves {
    /// Names of the places, in the order of every table below.
    pub places: Vec<String>,
    /// The first arm against itself with chance drawn afresh.
    pub placebo: Move,
    /// Each other arm against the first.
    pub arms: Vec<Move>,
}

/// How places of death differ between two runs of the same people; numbers are per 1,000 who died.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Position of the arm (0 for the placebo).
    pub arm: usize,
    /// People who died, over all replications.
    pub people: u64,
    /// Died somewhere else (gross).
    pub elsewhere: Number,
    /// Net change of each place: those who came less those who went.
    pub net: Vec<Number>,
    /// `from_to[from][to]`: died in `from` in the first arm and in `to` here; the diagonal stayed.
    pub from_to: Vec<Vec<Number>>,
}

/// One kind of need in all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// Name as in the tables, such as `personal_care`.
    pub kind: String,
    /// Words for a reader.
    pub label: String,
    /// `hours` or `days`.
    pub unit: String,
    /// Needs that arose in one replication's window, by arm.
    pub arose: Vec<Number>,
    /// Mean time from onset to the end of the need, by arm.
    pub mean: Vec<Number>,
    /// That mean compared with the first arm.
    pub mean_comparisons: Vec<Comparison>,
    /// Share who died with the need unmet, by arm.
    pub died: Vec<Number>,
    /// Causes, the longest first; those of zero length in all arms are left out.
    pub causes: Vec<Cause>,
}

/// What a part of the time in need is put down to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// Name as in the tables, such as `staff_capacity`.
    pub name: String,
    /// Words for a reader.
    pub label: String,
    /// Mean time a need, by arm.
    pub mean: Vec<Number>,
    /// Its share of the whole time in need, by arm; absent where nobody waited.
    pub share: Vec<Option<f64>>,
    /// The last arm less the first; absent for one arm.
    pub last_against_first: Option<Comparison>,
}

/// One team's use in all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// Name.
    pub name: String,
    /// By arm.
    pub arms: Vec<TeamUse>,
}

/// How busy a team is in one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamUse {
    /// Busy time as a share of available time.
    pub utilisation: Number,
    /// Jobs waiting on average.
    pub queue: Number,
    /// Jobs waiting on average in the first and in the second half of the window, where halves are recorded.
    pub halves: Option<(Number, Number)>,
    /// Overtime hours in the window; absent for beds and places.
    pub overtime: Option<Number>,
    /// Whether the queue was clearly longer in the second half: the run may not have settled.
    pub rising: bool,
}

/// Precision of the headline outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Half-width of the interval, of a difference relative to the first arm's estimate, of a single arm's
    /// estimate relative to itself: median over headline outcomes and arms.
    pub median: Option<f64>,
    /// The largest of them.
    pub worst: Option<f64>,
    /// Name of the outcome with the largest.
    pub worst_outcome: Option<String>,
    /// Median over headline outcomes and arms of the variance-reduction factor.
    pub variance_reduction: Option<f64>,
}
