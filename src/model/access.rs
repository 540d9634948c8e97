//! Routes in and places at home: each is a table that may be absent, and then it changes nothing (model.md §9, §12, §13).

use crate::base::{Secs, Time};
use crate::model::exogenous::{SEVERITIES, STATES};
use crate::model::processes::Delay;
use crate::model::team::Role;
use crate::random::Quantile;

/// What a locality may have besides the ordinary services.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Single point of access.
    pub point: Option<AccessPoint>,
    /// Nurse and paramedic placed in practices.
    pub embedded: Option<Embedded>,
    /// Virtual ward.
    pub ward: Option<VirtualWard>,
    /// Night sitting.
    pub sitting: Option<NightSitting>,
    /// Complex and palliative continuing-care service.
    pub service: Option<ContinuingCareService>,
    /// Hospice helpline.
    pub helpline: Option<Helpline>,
    /// Team at the door of the emergency department.
    pub front_door: Option<FrontDoor>,
    /// Medicines are given by nurses from a signed chart.
    pub chart: Option<Chart>,
    /// Syringe drivers.
    pub driver: Option<SyringeDriver>,
}

impl Access {
    /// Whether there is anything at all.
    pub fn any(&self) -> bool {
        self.point.is_some()
            || self.embedded.is_some()
            || self.ward.is_some()
            || self.sitting.is_some()
            || self.service.is_some()
            || self.helpline.is_some()
            || self.front_door.is_some()
            || self.chart.is_some()
            || self.driver.is_some()
    }
}

/// One number for people, one hub for referrers.
#[derive(Clone, Debug)]
pub struct AccessPoint {
    /// Share of calls for help that come here, by severity.
    pub calls: [f64; SEVERITIES],
    /// Multiplies the delay in seeking help.
    pub seek_factor: f64,
    /// Of those for whom advice is the right treatment, the share settled on the telephone, by severity.
    pub settles: [f64; SEVERITIES],
    /// Probability that an ambulance is sent, by severity.
    pub emergency: [f64; SEVERITIES],
    /// From the end of the call until the team passed on to has it, seconds.
    pub pass_on: Quantile,
    /// Priority of the contact passed on, by severity.
    pub priority: [u8; SEVERITIES],
    /// The team passed on to is told what the caller's state is.
    pub word_at_once: bool,
    /// `[from * teams + to]`: hand-offs that go through the hub; empty if there are none.
    pub hub: Vec<bool>,
}

/// Specialist nurse and paramedic placed in practices.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// Share of calls for help in their hours that they take, by severity.
    pub takes: [f64; SEVERITIES],
    /// Reviews a week of people on the register, by the state the practice knows.
    pub review_a_week: [f64; STATES],
    /// How often they look for referrals of the practice that got nowhere, times a week.
    pub sweep_a_week: f64,
    /// Share of the practice's referrals that would have come back which reach the right person at once.
    pub right_first_time: f64,
    /// Probability that the carer is invited to an assessment, once for each known state.
    pub invites_carer: f64,
    /// First moment at which they are there.
    pub from: Time,
    /// From this moment they are no longer there.
    pub until: Time,
    /// Length of the time of learning, seconds (0: none).
    pub learning: Secs,
    /// Contact time at first, as a multiple of the usual.
    pub longer_at_first: f64,
    /// Share taken at first, as a share of the usual.
    pub takes_at_first: f64,
}

impl Embedded {
    /// Whether they are there.
    pub fn active(&self, now: Time) -> bool {
        self.from <= now && now < self.until
    }

    /// What is left of the time of learning: 1 at first, 0 from its end on.
    fn unlearnt(&self, now: Time) -> f64 {
        if self.learning <= 0 {
            return 0.0;
        }
        (1.0 - (now - self.from) as f64 / self.learning as f64).clamp(0.0, 1.0)
    }

    /// Contact time now, as a multiple of the usual.
    pub fn contact_factor(&self, now: Time) -> f64 {
        1.0 + (self.longer_at_first - 1.0) * self.unlearnt(now)
    }

    /// Share of calls for help taken now.
    pub fn takes_now(&self, severity: usize, now: Time) -> f64 {
        self.takes[severity] * (1.0 - (1.0 - self.takes_at_first) * self.unlearnt(now))
    }
}

/// Virtual ward: care like a ward's, at home.
#[derive(Clone, Debug)]
pub struct VirtualWard {
    /// Role whose team does the daily round; `None`: the hospital's consultants, who always have the time.
    pub round_by: Option<Role>,
    /// Time of day of the round, seconds after midnight.
    pub round_at: Secs,
    /// Length of a consultants' round for one person, seconds.
    pub round_secs: Secs,
    /// Share of rounds on which the person is visited.
    pub visits: f64,
    /// Probability that somebody in a crisis is taken in instead of going to hospital, if a place is free.
    pub from_crisis: f64,
    /// Probability that somebody with an acute illness that the community could manage is taken in at the first contact.
    pub from_acute: f64,
    /// Probability of a referral at a contact of GP or specialist nurse, by known state (once a week).
    pub after_contact: [f64; STATES],
    /// Probability of being offered to somebody ready to leave hospital.
    pub step_down: f64,
    /// Somebody stepping down need not wait for the package of care.
    pub bridges_care: bool,
    /// Multiplies the hazard of a crisis.
    pub crisis: f64,
    /// Probability that an acute illness that the community could manage is averted by a contact, while on the ward.
    pub acute_averted: f64,
    /// Longest stay, seconds.
    pub longest: Secs,
    /// Cost of a day, pence.
    pub pence_a_day: i64,
}

/// Night sitting.
#[derive(Clone, Debug)]
pub struct NightSitting {
    /// Probability that a sitter is asked for when a nurse, a doctor out of hours or hospice-at-home knows of dying.
    pub dying: f64,
    /// Probability at a contact where the carer is strained (once a week).
    pub strained: f64,
    /// The carer is strained when unmet hours exceed this share of the carer's own.
    pub strained_above: f64,
    /// Probability after a crisis averted at home.
    pub after_crisis: f64,
    /// How long a sitter comes, seconds.
    pub lasts: Secs,
    /// There by day as well.
    pub round_the_clock: bool,
    /// Multiplies the hazard of a crisis while the sitter is there.
    pub crisis: f64,
    /// Multiplies the rate of carer breakdown.
    pub breakdown: f64,
    /// Probability that the sitter averts a crisis.
    pub averts: f64,
    /// Cost of a night, pence.
    pub pence_a_night: i64,
}

/// Complex and palliative continuing-care service: packages of its own.
#[derive(Clone, Debug)]
pub struct ContinuingCareService {
    /// Probability that a district nurse who learns of dying refers straight to it.
    pub nurse_refers: f64,
    /// From acceptance to the first visit.
    pub starts: Delay,
    /// How long a full service is waited for before care is sourced otherwise, seconds.
    pub waits: Secs,
}

/// Hospice helpline.
#[derive(Clone, Debug)]
pub struct Helpline {
    /// Share of calls for help of care-home residents that come here, by severity.
    pub care_home: [f64; SEVERITIES],
    /// The same for people at home who have been seen by specialist palliative care.
    pub family: [f64; SEVERITIES],
    /// Position of its hours in the calendars.
    pub calendar: usize,
    /// Of those for whom advice is the right treatment, the share settled on the telephone, by severity.
    pub settles: [f64; SEVERITIES],
    /// Probability that a crisis, or a call to 999, of somebody who calls here is averted.
    pub averts: f64,
    /// Length of a call, seconds.
    pub call_secs: Secs,
}

/// Team at the door of the emergency department.
#[derive(Clone, Debug)]
pub struct FrontDoor {
    /// Position of its hours in the calendars.
    pub calendar: usize,
    /// Share of the admissions after a symptom crisis that it turns into going home with help, by severity.
    pub home_again: [f64; SEVERITIES],
    /// Probability that it refers to district and specialist nurses.
    pub refers: f64,
    /// Its time for one person, seconds.
    pub secs: Secs,
}

/// Signed charts.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Probability that a signed chart came with the medicine.
    pub with_medicine: f64,
}

/// Syringe drivers.
#[derive(Clone, Debug)]
pub struct SyringeDriver {
    /// Probability that a nurse's dose for a severe symptom is followed by a driver, by true state.
    pub set_up: [f64; STATES],
    /// How long it runs, seconds.
    pub lasts: Secs,
    /// Multiplies the probability that a dose fails while it runs.
    pub failure: f64,
}
