//! What is recorded of recognition and planning, and the outcomes worked out of it (formulas: `docs/outcomes.md`).

use crate::base::{DAY, HOUR, NEVER, Time, WEEK};
use crate::model::Model;
use crate::observe::{Better, Bins, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome, WaitId};

use super::catalogue::{Measures, ratio};
use super::register::{COLOURS, Reason};
use super::team_time::Activity;
use super::world::World;
use Better::{Higher, Neither};
use Breadth::{ByGroup, Overall};

/// Moments at which learning is shown.
const MOMENTS: [&str; 3] = ["start", "middle", "end"];
/// What meetings and contacts find.
const FOUND: [&str; 4] = [
    "lost_referrals",
    "missing_referrals",
    "overdue_contacts",
    "symptoms",
];

/// Where what planning records lies in the catalogue.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each field is named as the measure it holds; formulas in docs/outcomes.md
pub struct PlanningMeasures {
    pub recognised: [MeasureId; Reason::NAMES.len()],
    pub register_secs: [MeasureId; COLOURS.len()],
    pub acp: MeasureId,
    pub acp_recorded: MeasureId,
    pub acp_lead: WaitId,
    pub acp_declined: MeasureId,
    pub crises_with_acp: MeasureId,
    pub crises_acp_seen: MeasureId,
    pub carers_assessed: MeasureId,
    pub reviews: MeasureId,
    pub bereaved: MeasureId,
    pub bereavement_contacts: MeasureId,
    pub discussed: MeasureId,
    pub found_lost: MeasureId,
    pub found_missing: MeasureId,
    pub found_overdue: MeasureId,
    pub found_symptoms: MeasureId,
    pub flagged: MeasureId,
    pub false_alarms: MeasureId,
    pub activity_secs: [MeasureId; Activity::NAMES.len()],
    pub learning: [MeasureId; MOMENTS.len()],
    pub practices: [MeasureId; MOMENTS.len()],
}

impl PlanningMeasures {
    /// Declares them.
    pub fn declare(b: &mut CatalogueBuilder) -> PlanningMeasures {
        let acp = b.measure("acp_agreed", ByGroup);
        let acp_recorded = b.measure("acp_recorded", ByGroup);
        let bereaved = b.measure("carers_bereaved", ByGroup);
        let bereavement_contacts = b.measure("bereavement_contacts", ByGroup);
        let acp_lead = b.wait("acp_lead", Overall, Bins::days(365), &["death"]);
        let mut o = |name: &str| b.measure(name, Overall);
        PlanningMeasures {
            recognised: Reason::NAMES.map(|r| o(&format!("recognised_by_{r}"))),
            register_secs: COLOURS.map(|c| o(&format!("register_secs_{c}"))),
            acp,
            acp_recorded,
            acp_lead,
            acp_declined: o("acp_declined"),
            crises_with_acp: o("crises_with_acp"),
            crises_acp_seen: o("crises_acp_seen"),
            carers_assessed: o("carers_assessed"),
            reviews: o("after_death_reviews"),
            bereaved,
            bereavement_contacts,
            discussed: o("people_discussed"),
            found_lost: o("found_lost_referrals"),
            found_missing: o("found_missing_referrals"),
            found_overdue: o("found_overdue_contacts"),
            found_symptoms: o("found_symptoms"),
            flagged: o("risk_tool_flagged"),
            false_alarms: o("risk_tool_false_alarms"),
            activity_secs: Activity::NAMES.map(|a| o(&format!("planning_secs_{a}"))),
            learning: MOMENTS.map(|t| o(&format!("learning_micro_{t}"))),
            practices: MOMENTS.map(|t| o(&format!("learning_practices_{t}"))),
        }
    }
}

/// Adds the outcomes of recognition and planning.
pub(super) fn outcomes(b: &mut CatalogueBuilder, all: &Measures, base: &Model) {
    let m = &all.planning;
    let mut count = |name: &str, label: &str, num: MeasureId| {
        b.outcome(Outcome::new(
            name,
            label,
            "per replication",
            Neither,
            Kind::Mean { num, scale: 1.0 },
        ));
    };
    for (name, id) in Reason::NAMES.into_iter().zip(m.recognised) {
        let words = name.replace('_', " ");
        count(
            &format!("count_recognised_by_{name}"),
            &format!("Put on the register: {words}"),
            id,
        );
    }
    for (name, id) in
        FOUND
            .into_iter()
            .zip([m.found_lost, m.found_missing, m.found_overdue, m.found_symptoms])
    {
        let words = name.replace('_', " ");
        count(
            &format!("count_found_{name}"),
            &format!("Found at meetings and planned contacts: {words}"),
            id,
        );
    }
    count("count_people_discussed", "Discussed at meetings", m.discussed);
    count(
        "count_risk_tool_flagged",
        "Flagged by a risk tool, rightly",
        m.flagged,
    );
    count(
        "count_risk_tool_false_alarms",
        "Flagged by a risk tool, wrongly",
        m.false_alarms,
    );
    count(
        "count_acp_declined",
        "Offers of an advance care plan declined",
        m.acp_declined,
    );
    count("count_carers_assessed", "Carers assessed", m.carers_assessed);
    count("count_after_death_reviews", "Deaths reviewed", m.reviews);
    for (name, id) in Activity::NAMES.into_iter().zip(m.activity_secs) {
        b.outcome(Outcome::new(
            &format!("hours_planning_{name}"),
            &format!("Clinicians' hours: {}", name.replace('_', " ")),
            "hours",
            Neither,
            Kind::Mean {
                num: id,
                scale: 1.0 / HOUR as f64,
            },
        ));
    }
    for (name, id) in COLOURS.into_iter().zip(m.register_secs) {
        b.outcome(Outcome::new(
            &format!("mean_on_register_{name}"),
            &format!("People on the register on average: {name}"),
            "people",
            Neither,
            Kind::Ratio {
                num: id,
                den: all.replications,
                scale: 1.0 / base.windows.measured as f64,
            },
        ));
    }
    for (name, label, num) in [
        ("share_acp_agreed", "Advance care plan agreed before death", m.acp),
        (
            "share_acp_recorded",
            "Advance care plan in a record before death",
            m.acp_recorded,
        ),
    ] {
        b.outcome(ratio(name, label, "share", Higher, num, all.expected_deaths, 1.0));
    }
    b.outcome(Outcome::new(
        "median_days_acp_to_death",
        "Advance care plan agreed to death, those with one",
        "days",
        Higher,
        Kind::Centile {
            wait: m.acp_lead,
            cause: 0,
            q: 0.5,
            unit: DAY,
        },
    ));
    b.outcome(ratio(
        "share_acp_seen_at_crisis",
        "Responder saw the advance care plan, of crises of people with one",
        "share",
        Higher,
        m.crises_acp_seen,
        m.crises_with_acp,
        1.0,
    ));
    b.outcome(ratio(
        "share_bereavement_contact",
        "Carer was contacted after the death",
        "share",
        Higher,
        m.bereavement_contacts,
        m.bereaved,
        1.0,
    ));
    for (i, name) in MOMENTS.into_iter().enumerate() {
        b.outcome(
            ratio(
                &format!("mean_learning_{name}"),
                &format!("Level of learning of practices, {name} of the window"),
                "level",
                Neither,
                m.learning[i],
                m.practices[i],
                1e-6,
            )
            .described_only(),
        );
    }
}

impl World<'_> {
    /// Counts one of something that planning does, if it happens in the window.
    pub(super) fn count_planning(&mut self, now: Time, measure: impl Fn(&PlanningMeasures) -> MeasureId) {
        if self.rec.in_window(now) {
            let measure = measure(&self.rec.m.planning);
            self.rec.total(measure, 1);
        }
    }

    /// As [`World::count_planning`], by the groups of a person too.
    pub(super) fn count_planning_of(
        &mut self,
        person: u32,
        at: Time,
        measure: impl Fn(&PlanningMeasures) -> MeasureId,
    ) {
        if self.rec.in_window(at) {
            let measure = measure(&self.rec.m.planning);
            self.rec.add(self.person(person), measure, 1);
        }
    }

    /// What is told of a person's plan by looking back from death.
    pub(super) fn plan_at_death(&mut self, person: u32, now: Time) {
        let plan = self.plans.of[person as usize];
        if plan.agreed == NEVER || self.person(person).is_sudden() {
            return;
        }
        self.count_planning_of(person, now, |m| m.acp);
        if plan.recorded {
            self.count_planning_of(person, now, |m| m.acp_recorded);
        }
        if self.rec.in_window(now) {
            let lead = (now - plan.agreed).min(52 * WEEK);
            let (arm, wait) = (self.rec.arm, self.rec.m.planning.acp_lead);
            self.rec.tally.wait_ended(arm, wait, &[], 0, lead);
        }
    }
}
