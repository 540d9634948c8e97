//! Tables of teams, clinicians, everybody else's work, and what stands between teams.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::relations::{SweepsSpec, WordSpec};
use super::shapes::RoleName;
use crate::scenario::hours::Weekly;
use crate::scenario::law::LawSpec;
use crate::scenario::units::{
    CountOrNone, Duration, Minutes, Money, NonNegative, Positive, Probability, Rate,
};

/// What stands for "its own, one for each practice" as organisation or site.
pub const EACH_PRACTICE: &str = "each practice";

/// A team: a queue of work for its clinicians, or places, or neither (hospital, pharmacy).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamSpec {
    /// What it is for.
    pub role: RoleName,
    /// Who employs it. Teams of one organisation meet the internal interface, others the external one;
    /// a configuration is this map. "each practice" is a separate organisation for each.
    pub organisation: String,
    /// Who employs it at some practices, where a team that each practice has differs.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "practices"))]
    pub organisation_at: BTreeMap<String, String>,
    /// Where it is based; teams of one site are co-located. "each practice" is the practice's own.
    pub site: String,
    /// One such team for each practice of the catchment, named `team@practice`.
    #[serde(default)]
    pub each_practice: bool,
    /// Practices whose people it serves; all of them if left out.
    #[serde(default)]
    pub catchment: Vec<PracticeName>,
    /// People whom it serves altogether, where some of them are registered with no practice of this file: those
    /// load it as background (`of = "rest_of_catchment"`). Left out: nobody else.
    pub catchment_people: Option<Positive>,
    /// Its opening hours.
    #[schemars(extend("x-refers" = "calendars"))]
    pub calendar: String,
    /// Its clinicians, in named groups.
    #[serde(default)]
    pub clinicians: BTreeMap<String, CliniciansSpec>,
    /// Capacity in beds, places or hours a week, for a role whose capacity is places.
    pub places: Option<CountOrNone>,
    /// Share of duty time that is not for contacts: meetings, training, supervision, management.
    #[serde(default)]
    pub non_clinical: Probability,
    /// Share of working weeks lost to leave and study.
    #[serde(default)]
    pub leave: Probability,
    /// Share of the remaining working days lost to sickness.
    #[serde(default)]
    pub sickness: Probability,
    /// Time with the person (or on the paper) by kind of work; a kind left out is not done by this team.
    #[serde(default)]
    pub contact: Contacts,
    /// Travel for one home visit, there and on.
    pub travel: Option<LawSpec>,
    /// Time for the record after each contact.
    #[serde(default)]
    pub record_minutes: Minutes,
    /// How long a contact waits for the person's named clinician before anyone takes it; not at all if left out.
    pub continuity_wait: Option<Duration>,
    /// Visits are shortened when the backlog is long; never if left out.
    pub squeeze: Option<Squeeze>,
    /// Everybody else's patients, in named streams.
    #[serde(default)]
    pub background: BTreeMap<String, BackgroundSpec>,
    /// Probability that the clinician who comes can prescribe at once.
    #[serde(default)]
    pub prescribes: Probability,
    /// How far the team's ways fit people of every culture and language, from 0 to 1: a barrier or difference weighs
    /// 1 − this as much with it.
    #[serde(default)]
    pub cultural_competence: Probability,
    /// Cost of an hour of staff.
    #[serde(default)]
    pub cost_per_hour: Money,
}

/// Name of a practice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-refers" = "practices"))]
pub struct PracticeName(pub String);

/// Time by kind of work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// About a symptom, face to face at home.
    pub visit: Option<LawSpec>,
    /// By telephone or at the surgery.
    pub call: Option<LawSpec>,
    /// Planned review or planned nursing visit.
    pub planned: Option<LawSpec>,
    /// First assessment after a referral.
    pub assessment: Option<LawSpec>,
    /// A prescription to be written, nobody present.
    pub script: Option<LawSpec>,
    /// Paper work: a referral passed on, a letter read.
    pub admin: Option<LawSpec>,
    /// A visit to give a medicine or set up a syringe driver.
    pub administer: Option<LawSpec>,
    /// Verification of death and other last offices.
    pub last: Option<LawSpec>,
}

impl Contacts {
    /// In the order of [`crate::model::Work`].
    pub fn each(&self) -> [&Option<LawSpec>; crate::model::WORKS] {
        [
            &self.visit,
            &self.call,
            &self.planned,
            &self.assessment,
            &self.script,
            &self.admin,
            &self.administer,
            &self.last,
        ]
    }
}

/// Visits shortened when the backlog is long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Squeeze {
    /// When more jobs than this wait for each clinician on duty.
    pub above: Positive,
    /// A shortened contact as a share of the usual.
    pub to: Probability,
}

/// A group of clinicians of the same working pattern.
///
/// Each interval of hours in `rota` is a shift. A whole-time clinician works `shifts_a_week` of them;
/// the shifts of the group are dealt out one after another around the week, so that cover is even.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CliniciansSpec {
    /// How many clinicians; 0 for a group that is not there.
    pub count: CountOrNone,
    /// Whole-time equivalent of each.
    pub wte: Positive,
    /// The shifts of a week; `bank_holidays = "open"` if they are worked on bank holidays.
    pub rota: Weekly,
    /// Shifts of a whole-time clinician a week. Left out: a post, always filled, on duty in every shift of
    /// the rota.
    pub shifts_a_week: Option<Positive>,
    /// Another number or whole-time equivalent at some practices, for a team that each practice has.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "practices"))]
    pub at: BTreeMap<String, Heads>,
}

/// Clinicians of one practice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// How many clinicians.
    pub count: CountOrNone,
    /// Whole-time equivalent of each.
    pub wte: Positive,
}

/// A Poisson stream of everybody else's contacts or stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackgroundSpec {
    /// How many in a year.
    pub volume: Volume,
    /// They arrive evenly in these open hours; the team's own if left out.
    #[schemars(extend("x-refers" = "calendars"))]
    pub arrives: Option<String>,
    /// The clinician's whole time for one (contact, record and travel), or the length of stay in a place.
    pub length: LawSpec,
    /// Which comes first.
    pub priority: PriorityName,
    /// Due this long after arrival.
    pub target: Duration,
    /// Places or hours a week taken by one; 1 if left out.
    pub size: Option<Amount>,
}

/// How many in a year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(extend("x-what" = "a yearly volume", "x-example" = "{ per_1000 = { a_year = 34.4, of = \"catchment\" } }"))]
pub enum Volume {
    /// A number a year (at each practice, for a team that each practice has).
    Number {
        /// A year.
        a_year: NonNegative,
    },
    /// A number for every 1,000 people.
    #[serde(rename = "per_1000")]
    Per1000 {
        /// A year.
        a_year: NonNegative,
        /// Of whom.
        of: People,
    },
}

/// Which people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// Those registered with the practices the team serves.
    Catchment,
    /// Those whom the team serves (`catchment_people`) who are registered with no practice of this file.
    RestOfCatchment,
    /// Those of the area who are registered with no practice of this file.
    RestOfArea,
    /// The whole area.
    Area,
}

/// Priority of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriorityName {
    /// At once.
    Emergency = 0,
    /// Within hours.
    Urgent = 1,
    /// Within days.
    Soon = 2,
    /// When its turn comes.
    Routine = 3,
}

/// What stands between teams. The effective value of a part is that of a named pair, else that of the
/// external vector, times the ratio of the internal vector where the two teams share an organisation;
/// probabilities are cut at 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterfaceSpec {
    /// Between teams of different organisations.
    pub external: Vector,
    /// Between teams of one organisation, as ratios of the external vector; 1 for a part left out.
    #[serde(default)]
    pub internal: Ratios,
    /// Between teams of one site, whoever employs them: ratios on top.
    #[serde(default)]
    pub same_site: SameSite,
    /// Named pairs, `"sender>receiver"`, each a team, a role or `*`. A part given here is the value itself,
    /// inside or between organisations. The more particular name wins.
    #[serde(default)]
    pub between: BTreeMap<String, PairVector>,
    /// The parts that hold between two teams while their link is withdrawn (`secession`), inside or between
    /// organisations; a part left out stays as it is.
    pub severed: Option<PairVector>,
    /// How long until a withdrawn link is there again; never if left out.
    pub restored_after: Option<LawSpec>,
    /// What somebody accountable finds besides lost referrals; nothing if left out.
    pub sweeps: Option<SweepsSpec>,
    /// What else a word settles; nothing if left out.
    #[serde(default)]
    pub word_settles: WordSpec,
}

/// What a hand-off between organisations goes through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Letter, form or telephone until it reaches the receiver.
    pub transfer_delay: LawSpec,
    /// Probability that the receiver sends it back.
    pub returned: Probability,
    /// Probability that nobody notices it until it is chased.
    pub lost: Probability,
    /// Probability that it must pass through the GP's queue first.
    pub gp_roundtrip: Probability,
    /// The sender's time for each referral.
    pub referral_minutes: Minutes,
    /// The receiver's time for triage of each referral.
    pub triage_minutes: Minutes,
    /// What the receiver sees of the sender's record.
    pub record: Record,
    /// Added to each contact for a second system.
    pub rekey_minutes: Minutes,
    /// Probability that an uninformed receiver repeats the assessment.
    pub duplicate_assessment: Probability,
    /// Probability of a refusal or dispute because another budget gains.
    pub cost_refusal: Probability,
    /// Probability of a hop to a budget holder before the service may start.
    pub authorisation: Probability,
    /// Length of that hop.
    pub authorisation_delay: LawSpec,
    /// Probability that a question is settled by a word or a call, without a referral.
    pub informal_advice: Probability,
    /// Probability that two due home visits are made as one.
    pub combine_visits: Probability,
    /// How often somebody accountable looks for overdue work.
    pub owner_sweep: Rate,
    /// How often the link between the two teams is withdrawn; never if left out.
    pub secession: Option<Rate>,
}

/// What the receiver sees of the sender's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(extend("x-what" = "a shared record or a letter"))]
pub enum Record {
    /// All of it, at once.
    Shared,
    /// What a letter says.
    Letter {
        /// Lag of the letter.
        lag: LawSpec,
        /// Probability that it never comes.
        missing: Probability,
    },
}

/// A ratio of the internal to the external value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// Internal over external; may exceed 1.
    pub ratio: NonNegative,
}

impl Default for Ratio {
    fn default() -> Self {
        Ratio {
            ratio: NonNegative(1.0),
        }
    }
}

/// Ratios of the internal to the external vector, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ratios {
    /// Of the transfer delay.
    pub transfer_delay: Ratio,
    /// Of the probability of being returned.
    pub returned: Ratio,
    /// Of the probability of being lost.
    pub lost: Ratio,
    /// Of the probability of a round trip through the GP.
    pub gp_roundtrip: Ratio,
    /// Of the sender's time.
    pub referral_minutes: Ratio,
    /// Of the receiver's time.
    pub triage_minutes: Ratio,
    /// Of the lag of letters.
    pub record_lag: Ratio,
    /// Of the probability that a letter never comes.
    pub record_missing: Ratio,
    /// Of the time for a second system.
    pub rekey_minutes: Ratio,
    /// Of the probability of a repeated assessment.
    pub duplicate_assessment: Ratio,
    /// Of the probability of refusal for cost.
    pub cost_refusal: Ratio,
    /// Of the probability of an authorisation hop.
    pub authorisation: Ratio,
    /// Of its length.
    pub authorisation_delay: Ratio,
    /// Of the probability that a word settles it (above 1 is better).
    pub informal_advice: Ratio,
    /// Of the probability that visits are combined (above 1 is better).
    pub combine_visits: Ratio,
    /// Of the rate of looking for overdue work (above 1 is better).
    pub owner_sweep: Ratio,
    /// Of how often a link is withdrawn.
    pub secession: Ratio,
}

/// Ratios between teams of one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SameSite {
    /// Of the probability that a word settles it.
    pub informal_advice: Ratio,
}

/// The parts a named pair overrides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairVector {
    /// Letter, form or telephone until it reaches the receiver.
    pub transfer_delay: Option<LawSpec>,
    /// Probability that the receiver sends it back.
    pub returned: Option<Probability>,
    /// Probability that nobody notices it until it is chased.
    pub lost: Option<Probability>,
    /// Probability that it must pass through the GP's queue first.
    pub gp_roundtrip: Option<Probability>,
    /// The sender's time for each referral.
    pub referral_minutes: Option<Minutes>,
    /// The receiver's time for triage of each referral.
    pub triage_minutes: Option<Minutes>,
    /// What the receiver sees of the sender's record.
    pub record: Option<Record>,
    /// Added to each contact for a second system.
    pub rekey_minutes: Option<Minutes>,
    /// Probability that an uninformed receiver repeats the assessment.
    pub duplicate_assessment: Option<Probability>,
    /// Probability of a refusal or dispute because another budget gains.
    pub cost_refusal: Option<Probability>,
    /// Probability of a hop to a budget holder before the service may start.
    pub authorisation: Option<Probability>,
    /// Length of that hop.
    pub authorisation_delay: Option<LawSpec>,
    /// Probability that a question is settled by a word or a call, without a referral.
    pub informal_advice: Option<Probability>,
    /// Probability that two due home visits are made as one.
    pub combine_visits: Option<Probability>,
    /// How often somebody accountable looks for overdue work.
    pub owner_sweep: Option<Rate>,
    /// How often the link between the two teams is withdrawn.
    pub secession: Option<Rate>,
}
