//! Parameters of the processes: planning, symptoms, prescribing, social care, hospital, hospice.

use crate::base::Secs;
use crate::base::delays::Counting;
use crate::model::exogenous::{SEVERITIES, STATES};
use crate::model::team::ROLES;
use crate::random::Quantile;

/// A length of time and how it is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// Seconds; for working days, days times 86,400.
    pub length: Quantile,
    /// Clock, working days or open hours.
    pub counting: Counting,
}

/// How services learn of people and plan for them (model.md §4, §8).
#[derive(Clone, Debug)]
pub struct Planning {
    /// Probability that the hospital sees the change to the palliative phase and writes, by diagnosis group.
    pub hospital_letter: Vec<f64>,
    /// From the change to the letter being written.
    pub letter_written: Quantile,
    /// Probability that a consultant refers straight to the specialist team, by diagnosis group.
    pub direct_referral: Vec<f64>,
    /// Probability that a contact by a role other than GP leads to recognition, by role and state.
    pub notices: [[f64; STATES]; ROLES],
    /// Probability that an emergency admission in the palliative phase leads to recognition.
    pub crisis_recognises: f64,
    /// Probability that a clinician misjudges the state (sees it one step better).
    pub misjudges: f64,
    /// Probability of a referral to district nursing when a state becomes known, by state.
    pub refers_to_nursing: [f64; STATES],
    /// Probability that a nurse asks for anticipatory medicines, by known state: district nurses, specialist nurses.
    pub asks_anticipatory: [[f64; STATES]; 2],
    /// Planned nursing visits a week by known state.
    pub nursing_a_week: [f64; STATES],
    /// Planned specialist contacts a week by known state.
    pub specialist_a_week: [f64; STATES],
    /// Share of planned specialist contacts that are visits (the rest calls).
    pub specialist_visits: f64,
    /// Demand-led GP contacts a week by state, for anybody in the palliative phase.
    pub gp_demand_a_week: [f64; STATES],
    /// Due time of a contact about a symptom, by severity, seconds.
    pub symptom_target: [Secs; SEVERITIES],
    /// Due time of a first assessment by role, seconds.
    pub assessment_target: [Secs; ROLES],
    /// Due time of a script, urgent and routine, seconds.
    pub script_target: [Secs; 2],
    /// Visits due within this of one another may be combined, seconds.
    pub combine_window: Secs,
    /// Probability that a clinician chases a lost referral, and how long until somebody does.
    pub chased_after: Quantile,
}

/// Symptom episodes: seeking help, route, control, crisis (model.md §9).
#[derive(Clone, Debug)]
pub struct Symptoms {
    /// Delay until help is sought, by severity, seconds.
    pub seek: [Quantile; SEVERITIES],
    /// Probability of never seeking help in the episode, by severity.
    pub never_sought: [f64; SEVERITIES],
    /// Delay is multiplied by 1 + this x (1 - 2 trust).
    pub trust_effect: f64,
    /// Delay is multiplied by this when the person has a key worker to call.
    pub key_worker_factor: f64,
    /// Delay is multiplied by 1 + this x jobs waiting per clinician on duty at the key worker's team.
    pub busy_holds_back: f64,
    /// Relative weights of routes in hours, by severity: GP, district nurse, specialist nurse, 999.
    pub route_in_hours: [[f64; 4]; SEVERITIES],
    /// Relative weights out of hours, by severity: doctor, nurse, 999, wait until the practice opens.
    pub route_out_of_hours: [[f64; 4]; SEVERITIES],
    /// Probability that a contact is a visit rather than a call, by role.
    pub visit: [f64; ROLES],
    /// Probability that advice alone is the right treatment, by severity.
    pub advice_enough: [f64; SEVERITIES],
    /// Probability that the medicine needed is already in ordinary use at home, by severity.
    pub at_home: [f64; SEVERITIES],
    /// Probability that an effective dose controls the symptom, by severity.
    pub success: [f64; SEVERITIES],
    /// Multiplies the chance of failure when the clinician is a palliative specialist.
    pub specialist_failure_factor: f64,
    /// From advice to control, seconds.
    pub advice_onset: Quantile,
    /// From dose to control, seconds.
    pub dose_onset: Quantile,
    /// From a dose that failed to the next call for help, seconds.
    pub retry: Quantile,
    /// Most attempts in one episode; after that it is left to its natural end.
    pub most_attempts: u16,
    /// Probability that a carer is trained and able to give the medicine.
    pub carer_gives: f64,
    /// Probability that the medicine has to be given by injection, by severity.
    pub injection: [f64; SEVERITIES],
    /// Crisis hazard per hour uncontrolled, by severity.
    pub crisis_per_hour: [f64; SEVERITIES],
    /// Multiplies the hazard out of hours.
    pub crisis_out_of_hours: f64,
    /// Multiplies the hazard for somebody living alone without a carer.
    pub crisis_alone: f64,
    /// Multiplies the hazard while hospice-at-home is present.
    pub crisis_hospice_at_home: f64,
    /// Probability that a crisis is averted by a responder who can see the plan.
    pub averted_with_plan: f64,
    /// Probability that a crisis is averted by a responder who cannot.
    pub averted_without_plan: f64,
    /// Probability that an attendance in the emergency department after a crisis becomes an admission.
    pub admitted: [f64; SEVERITIES],
    /// Hours in the emergency department, seconds.
    pub emergency_department: Quantile,
}

/// The prescribing chain (model.md §10).
#[derive(Clone, Debug)]
pub struct Prescribing {
    /// Probability that the first pharmacy has everything, ordinary and controlled medicines.
    pub in_stock: [f64; 2],
    /// Share of scripts for symptoms that hold a controlled medicine, by severity.
    pub controlled: [f64; SEVERITIES],
    /// Share of scripts asked of the practice by another team that take as long to reach it as referrals do.
    pub over_interface: f64,
    /// Time at the pharmacy, seconds of its open hours.
    pub dispensing: Quantile,
    /// Extra time to a second pharmacy or the next delivery, seconds of open hours.
    pub second_pharmacy: Quantile,
    /// From ready to home, with a carer to fetch it, seconds.
    pub collected: Quantile,
    /// From ready to home, delivered, seconds.
    pub delivered: Quantile,
    /// Probability that an out-of-hours doctor gives the medicine from the bag.
    pub out_of_hours_supply: f64,
    /// Days' supply of a repeat prescription, seconds.
    pub repeat_every: Secs,
    /// How long before running out a repeat is asked for, seconds.
    pub repeat_asked_before: Quantile,
    /// Rate a week at which running out leads to a new episode while without medicine.
    pub run_out_per_week: f64,
    /// Probability that the hospital's change of medicines is substituted by a cheaper one after discharge.
    pub substituted: f64,
}

/// Social care and its money (model.md §11).
#[derive(Clone, Debug)]
pub struct SocialCare {
    /// Hours a week beyond the carer's at which care is needed.
    pub hours_threshold: f64,
    /// Largest package at home, hours a week.
    pub most_hours: f64,
    /// The family's own delay until it asks, seconds.
    pub family_asks: Quantile,
    /// Probability that a contact with unmet need leads to a request, by role.
    pub contact_asks: [f64; ROLES],
    /// Probability that a request for somebody known to be dying or deteriorating is treated as urgent.
    pub terminal_urgent: f64,
    /// Need grown by this factor beyond the package restarts the assessment.
    pub reassess_above: f64,
    /// Capital limits of the means test, pounds: up to the first care is free, above the second the family pays.
    pub capital_limits: (f64, f64),
    /// Between the limits: pounds of capital above the lower limit for each pound a week contributed.
    pub capital_per_pound_a_week: f64,
    /// The means test is waived altogether.
    pub means_test_waived: bool,
    /// The council's financial assessment, once forms are back.
    pub financial_assessment: Delay,
    /// The family's time to return the forms.
    pub forms_returned: Delay,
    /// Self-funders: from assessment to a private arrangement.
    pub self_funded: Delay,
    /// Between panels, seconds; 0: no panel.
    pub panel_every: Secs,
    /// Time of the first panel from the start date, seconds.
    pub panel_at: Secs,
    /// Probability that a panel defers.
    pub panel_defers: f64,
    /// No panel, no dispute, no authorisation hop.
    pub pooled_budget: bool,
    /// Length of a dispute between budgets, once there is one.
    pub dispute: Delay,
    /// From hours being found to the first visit.
    pub start: Delay,
    /// Probability of applying for the fast track by known state (once per state).
    pub fast_track: [f64; STATES],
    /// Probability of approval.
    pub fast_track_approved: f64,
    /// Application written.
    pub fast_track_application: Delay,
    /// Whether the application then goes to those who decide as referrals do.
    pub fast_track_over_interface: bool,
    /// Decision.
    pub fast_track_decision: Delay,
    /// Brokerage before sourcing.
    pub fast_track_brokerage: Delay,
    /// Share of discharges with re-ablement, where a package is needed.
    pub reablement: f64,
    /// Free weeks of re-ablement, seconds.
    pub reablement_for: Secs,
    /// Start of re-ablement after readiness.
    pub reablement_start: Delay,
    /// Care starts before the assessment for urgent requests.
    pub urgent_start: bool,
    /// Discharge to assess: free care from discharge for this long, seconds (0: not offered).
    pub discharge_to_assess_for: Secs,
    /// A package is held this long during an admission, seconds.
    pub held_for: Secs,
    /// Hours a week of need at which a care home is considered for somebody without a carer.
    pub care_home_hours: f64,
    /// Probability that it is then chosen at the assessment.
    pub care_home_chosen: f64,
    /// Until a room is found.
    pub care_home_wait: Delay,
    /// Carer breakdown a week when all hours of need fall on a carer at capacity (below the cap).
    pub breakdown_per_week: f64,
    /// Falls a week with unmet need (below the cap).
    pub fall_per_week: f64,
    /// Probability that a breakdown or a fall becomes an emergency admission.
    pub breakdown_admitted: f64,
}

/// The acute hospital (model.md §12).
#[derive(Clone, Debug)]
pub struct Hospital {
    /// From ready to leaving: transport, letter, medicines to take home.
    pub discharge_process: Delay,
    /// Probability that equipment is needed before going home, by state.
    pub equipment_needed: [f64; STATES],
    /// Equipment delivered.
    pub equipment: Delay,
    /// Probability of a nursing referral at discharge, by state.
    pub nursing_referral: [f64; STATES],
    /// Probability that the hospital palliative team sees an inpatient in the palliative phase, by state.
    pub palliative_team: [f64; STATES],
    /// From admission to that team's first contact.
    pub palliative_team_delay: Quantile,
    /// Probability that that team refers to the community specialists.
    pub palliative_team_refers: f64,
    /// Probability that somebody recognised as dying in hospital is offered a discharge before death.
    pub dying_discharge: f64,
    /// Probability that a community-manageable acute event is averted by a timely contact.
    pub averted: f64,
    /// Hazard per hour that a community-manageable acute event becomes an emergency admission.
    pub acute_per_hour: f64,
    /// Clinical stay of an admission for a symptom crisis, breakdown or fall, seconds.
    pub crisis_stay: Quantile,
    /// Community teams must be ready before discharge: probability that a first nursing visit is a condition.
    pub nursing_condition: f64,
}

/// Hospice ward and hospice-at-home (model.md §12).
#[derive(Clone, Debug)]
pub struct Hospice {
    /// Probability that a specialist contact leads to a ward referral, by state, for those who prefer the hospice.
    pub refers_preferring: [f64; STATES],
    /// The same for everybody else.
    pub refers_other: [f64; STATES],
    /// Length of a stay for symptom control, seconds.
    pub stay: Quantile,
    /// Probability of a transfer from hospital for those seen by its palliative team who prefer the hospice.
    pub from_hospital: f64,
    /// Probability that hospice-at-home is asked for when dying at home is known.
    pub at_home: f64,
    /// Longest time with hospice-at-home, seconds.
    pub at_home_for: Secs,
}

impl SocialCare {
    /// Whether somebody with so much capital (pounds) pays for care privately.
    pub fn pays_privately(&self, capital: f64) -> bool {
        !self.means_test_waived && capital > self.capital_limits.1
    }

    /// Pence a week that somebody with so much capital contributes to care the council arranges.
    pub fn contribution(&self, capital: f64) -> f64 {
        let above = capital.min(self.capital_limits.1) - self.capital_limits.0;
        if self.means_test_waived || above <= 0.0 || self.capital_per_pound_a_week <= 0.0 {
            return 0.0;
        }
        100.0 * libm::ceil(above / self.capital_per_pound_a_week)
    }
}
