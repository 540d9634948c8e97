//! Parameters of recognition and planning: risk tool, GSF levels, meetings, advance care plans, learning (model.md §8).

use crate::base::Secs;
use crate::model::exogenous::{STATES, State};
use crate::model::team::{ROLES, Role};
use crate::random::Quantile;

/// How services recognise and plan beyond letters, noticing and crisis. What a scenario leaves out is neutral.
#[derive(Clone, Debug, PartialEq)]
pub struct CarePlanning {
    /// So many emergency admissions within so many seconds may lead to recognition.
    pub repeated_admissions: Option<(usize, Secs)>,
    /// The risk tool.
    pub risk_tool: Option<RiskTool>,
    /// Whether each practice runs it.
    pub runs_risk_tool: Vec<bool>,
    /// What the GSF levels do.
    pub gsf: Gsf,
    /// Advance care plans.
    pub acp: Option<Acp>,
    /// Learning from reviews.
    pub learning: Option<Learning>,
    /// The practice thinks again of what it has not arranged, once a month with an occasion, with the usual probability times this.
    pub reconsiders: f64,
}

/// A tool that looks through a practice's list.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskTool {
    /// Between runs, seconds.
    pub every: Secs,
    /// Probability of finding somebody at a run, by diagnosis group.
    pub sensitivity: Vec<f64>,
    /// Multiplies it, by true state.
    pub in_state: [f64; STATES],
    /// People wrongly flagged at each run, for every 1,000 on the list.
    pub false_alarms_per_1000: f64,
    /// Time for each person flagged, seconds.
    pub secs: Secs,
}

/// What the levels of the Gold Standards Framework do to people on the register of a practice at the level or above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gsf {
    /// Level 1: multiplies the time until a lost referral is chased.
    pub lost_chased: f64,
    /// Level 1: multiplies the delay in seeking help of people without a nurse as key worker.
    pub help_sought: f64,
    /// Level 2: probability that a planned GP contact finds a symptom for which help is not being sought.
    pub finds_symptoms: f64,
    /// Level 2: probability that the out-of-hours doctor is handed the plan and a change of state.
    pub handover: f64,
    /// Level 2: multiplies the probability that a GP notices.
    pub notices: f64,
    /// Level 3: the carer's assessment.
    pub carers: Option<Carers>,
    /// Level 3: multiplies planned GP contacts a week once dying is known.
    pub dying_contacts: f64,
    /// Level 3: share of a GP's misjudgements of the dying that do not happen.
    pub dying_recognised: f64,
    /// Below level 4: multiplies recognition of people in care homes.
    pub care_home_below: f64,
    /// Below level 4: multiplies recognition of people without cancer.
    pub non_cancer_below: f64,
}

impl Gsf {
    /// Levels that do nothing.
    pub const NEUTRAL: Gsf = Gsf {
        lost_chased: 1.0,
        help_sought: 1.0,
        finds_symptoms: 0.0,
        handover: 0.0,
        notices: 1.0,
        carers: None,
        dying_contacts: 1.0,
        dying_recognised: 0.0,
        care_home_below: 1.0,
        non_cancer_below: 1.0,
    };
}

/// The carer's assessment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carers {
    /// Probability that it is offered in a month with a planned contact.
    pub offered: f64,
    /// Share of carers who accept.
    pub accepted: f64,
    /// Time for it, seconds.
    pub secs: Secs,
    /// While in force the rate of breakdown is lower by this share.
    pub relieves: f64,
    /// How long it is in force, seconds.
    pub in_force: Secs,
}

/// Advance care plans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Acp {
    /// Probability of an offer in a month with a planned contact or first assessment, by role (the GP's is the style's) and the
    /// state it knows.
    pub offered: [[f64; STATES]; ROLES],
    /// Share of people willing.
    pub willing: f64,
    /// Length of the conversation, seconds.
    pub secs: Secs,
    /// Probability that it is written into the record.
    pub recorded: f64,
    /// A summary that every service can open: from which known state, probability that it is made, and opened.
    pub summary: Option<(State, f64, f64)>,
    /// Share of the dying kept in hospital who are offered a discharge towards the place they prefer.
    pub dying_discharge: f64,
    /// Share of unwanted hospice referrals that are not made.
    pub unwanted_hospice: f64,
    /// Share of admissions from the emergency department that are not made, of people who prefer home or care home.
    pub stays_home: f64,
}

/// Learning from reviews of deaths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// Share of the way to 1 that a review takes the level.
    pub step: f64,
    /// Mean time in which it is forgotten, seconds.
    pub forgotten_after: f64,
    /// Letters missed are fewer by this times the level.
    pub letters: f64,
    /// Noticing is likelier by the factor 1 + this times the level.
    pub notices: f64,
    /// Level at the start, of practices that review deaths.
    pub start: f64,
}

/// What a practice's style adds to planning.
#[derive(Clone, Debug, PartialEq)]
pub struct StylePlanning {
    /// Probability that repeated emergency admissions are acted on.
    pub acts_on_admissions: f64,
    /// GSF level, 0 to 4.
    pub gsf_level: u8,
    /// Meetings.
    pub meeting: Option<Meeting>,
    /// Probability that a GP offers an advance care plan in a month with a planned contact, by known state.
    pub acp_offered: [f64; STATES],
    /// After-death review: probability, and a GP's time, seconds.
    pub review: Option<(f64, Secs)>,
    /// Bereavement contact.
    pub bereavement: Option<Bereavement>,
    /// Each GP has a buddy.
    pub buddy: bool,
}

/// A practice's palliative care meeting.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    /// Between meetings, seconds.
    pub every: Secs,
    /// From Monday 00:00 to the start of a meeting, seconds.
    pub at: Secs,
    /// Time it takes each who attends, seconds.
    pub secs: Secs,
    /// Most people discussed.
    pub people: usize,
    /// Only people whom the specialist nurses already have are discussed.
    pub led_by_specialist: bool,
    /// Share of the practice's GPs who attend.
    pub gps: f64,
    /// Clinicians of other roles who attend.
    pub attends: [u32; ROLES],
    /// Probability that an overdue planned contact is noticed.
    pub finds_overdue: f64,
    /// Probability that a lost referral is noticed.
    pub finds_lost: f64,
    /// Multiplies the probability of a referral not made so far.
    pub finds_missing: f64,
}

/// A contact with the carer after a death.
#[derive(Clone, Debug, PartialEq)]
pub struct Bereavement {
    /// Probability.
    pub probability: f64,
    /// From the death, seconds.
    pub after: Quantile,
    /// Who makes it.
    pub by: Role,
    /// Time it takes, seconds.
    pub secs: Secs,
}
