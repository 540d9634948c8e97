//! What is recorded of routes in and places at home, and the outcomes worked out of it.

use crate::base::{DAY, HOUR, Secs, Time};
use crate::model::Model;
use crate::observe::{Better, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome};

use super::catalogue::ratio;
use super::recorder::days_cost;
use super::world::World;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is named as its measure in `Note::NAMES`
pub enum Note {
    AccessCalls,
    AccessSettled,
    HubReferrals,
    EmbeddedTaken,
    EmbeddedReviews,
    CarersInvited,
    WardAfterCrisis,
    WardAcute,
    WardAfterContact,
    WardAfterHospital,
    WardFull,
    WardSecs,
    WardRoundSecs,
    SitterSecs,
    ServicePackages,
    ServiceFull,
    HelplineCalls,
    HelplineSettled,
    HelplineSecs,
    FrontDoorHome,
    FrontDoorSecs,
    AvertedResponder,
    AvertedHelpline,
    AvertedSitter,
    AvertedWard,
    Charts,
    Drivers,
}

const NOTES: usize = 27;

impl Note {
    /// Names of the measures, in order.
    pub const NAMES: [&'static str; NOTES] = [
        "access_calls",
        "access_calls_settled",
        "hub_referrals",
        "embedded_calls_taken",
        "embedded_reviews",
        "carers_invited",
        "virtual_ward_after_crisis",
        "virtual_ward_acute",
        "virtual_ward_after_contact",
        "virtual_ward_after_hospital",
        "virtual_ward_was_full",
        "virtual_ward_secs",
        "virtual_ward_round_secs",
        "night_sitting_secs",
        "continuing_service_packages",
        "continuing_service_was_full",
        "helpline_calls",
        "helpline_calls_settled",
        "helpline_secs",
        "front_door_home",
        "front_door_secs",
        "averted_by_responder",
        "averted_by_helpline",
        "averted_by_night_sitter",
        "averted_by_virtual_ward",
        "charts_asked_for",
        "syringe_drivers",
    ];
}

/// Where each lies in the catalogue.
#[derive(Clone, Debug)]
pub struct AccessMeasures {
    /// In the order of [`Note`].
    pub notes: [MeasureId; NOTES],
}

impl AccessMeasures {
    /// Declares the measures, if any arm has such a service.
    pub fn declare(b: &mut CatalogueBuilder, models: &[&Model]) -> Option<AccessMeasures> {
        let ever = |m: &&Model| m.epochs().any(|(_, _, m)| m.access.any());
        if !models.iter().any(ever) {
            return None;
        }
        let notes = Note::NAMES.map(|name| b.measure(name, Breadth::Overall));
        Some(AccessMeasures { notes })
    }

    /// One of them.
    pub fn of(&self, note: Note) -> MeasureId {
        self.notes[note as usize]
    }
}

/// Adds the outcomes, if the measures are there.
pub(super) fn add(b: &mut CatalogueBuilder, m: Option<&AccessMeasures>) {
    let Some(m) = m else { return };
    for (note, name, label) in [
        (
            Note::AccessCalls,
            "count_access_calls",
            "Calls to the single point of access",
        ),
        (
            Note::HubReferrals,
            "count_hub_referrals",
            "Hand-offs through the hub",
        ),
        (
            Note::EmbeddedTaken,
            "count_embedded_calls_taken",
            "Calls for help taken by staff placed in practices",
        ),
        (
            Note::EmbeddedReviews,
            "count_embedded_reviews",
            "Reviews by nurses placed in practices",
        ),
        (
            Note::CarersInvited,
            "count_carers_invited",
            "Carers invited to an assessment by staff placed in practices",
        ),
        (
            Note::WardAfterCrisis,
            "count_virtual_ward_after_crisis",
            "Virtual ward: taken in from a crisis",
        ),
        (
            Note::WardAcute,
            "count_virtual_ward_acute",
            "Virtual ward: taken in with an acute illness",
        ),
        (
            Note::WardAfterContact,
            "count_virtual_ward_after_contact",
            "Virtual ward: referred at a contact",
        ),
        (
            Note::WardAfterHospital,
            "count_virtual_ward_after_hospital",
            "Virtual ward: stepped down from hospital",
        ),
        (
            Note::WardFull,
            "count_virtual_ward_was_full",
            "Virtual ward: full when a place was needed at once",
        ),
        (
            Note::ServicePackages,
            "count_continuing_service_packages",
            "Packages of the continuing-care service",
        ),
        (
            Note::ServiceFull,
            "count_continuing_service_was_full",
            "Continuing-care service full, care sourced otherwise",
        ),
        (
            Note::HelplineCalls,
            "count_helpline_calls",
            "Calls to the hospice helpline",
        ),
        (
            Note::FrontDoorHome,
            "count_front_door_home",
            "Sent home with help at the emergency department's door",
        ),
        (
            Note::AvertedResponder,
            "count_crises_averted_by_responder",
            "Crises averted by a responder",
        ),
        (
            Note::AvertedHelpline,
            "count_crises_averted_by_helpline",
            "Crises averted by the hospice helpline",
        ),
        (
            Note::AvertedSitter,
            "count_crises_averted_by_night_sitter",
            "Crises averted by a night sitter",
        ),
        (
            Note::AvertedWard,
            "count_crises_averted_by_virtual_ward",
            "Crises averted by the virtual ward",
        ),
        (
            Note::Charts,
            "count_charts_asked_for",
            "Charts a doctor had to sign first",
        ),
        (Note::Drivers, "count_syringe_drivers", "Syringe drivers set up"),
    ] {
        let kind = Kind::Mean {
            num: m.of(note),
            scale: 1.0,
        };
        b.outcome(Outcome::new(
            name,
            label,
            "per replication",
            Better::Neither,
            kind,
        ));
    }
    for (note, of, name, label) in [
        (
            Note::AccessSettled,
            Note::AccessCalls,
            "share_access_calls_settled",
            "Calls to the single point of access settled by advice",
        ),
        (
            Note::HelplineSettled,
            Note::HelplineCalls,
            "share_helpline_calls_settled",
            "Calls to the hospice helpline settled by advice",
        ),
    ] {
        b.outcome(ratio(
            name,
            label,
            "share",
            Better::Neither,
            m.of(note),
            m.of(of),
            1.0,
        ));
    }
    for (note, name, label, unit, secs) in [
        (
            Note::WardSecs,
            "days_virtual_ward",
            "Days on the virtual ward",
            "days",
            DAY,
        ),
        (
            Note::SitterSecs,
            "days_night_sitting",
            "Nights (days round the clock) with a sitter",
            "days",
            DAY,
        ),
        (
            Note::WardRoundSecs,
            "hours_virtual_ward_round",
            "Consultants' hours on virtual-ward rounds",
            "hours",
            HOUR,
        ),
        (
            Note::HelplineSecs,
            "hours_helpline",
            "Hours on the hospice helpline",
            "hours",
            HOUR,
        ),
        (
            Note::FrontDoorSecs,
            "hours_front_door",
            "Hours of the team at the emergency department's door",
            "hours",
            HOUR,
        ),
    ] {
        let kind = Kind::Mean {
            num: m.of(note),
            scale: 1.0 / secs as f64,
        };
        b.outcome(Outcome::new(name, label, unit, Better::Neither, kind));
    }
}

impl World<'_> {
    /// Counts something that happens now, if it is in the measured window.
    pub(super) fn note(&mut self, note: Note, amount: i64, now: Time) {
        if let Some(m) = &self.rec.m.access
            && self.rec.in_window(now)
        {
            self.rec.total(m.of(note), amount);
        }
    }

    /// Counts time with a service and pays for it by the day.
    pub(super) fn note_time(&mut self, note: Note, since: Time, until: Time, pence_a_day: i64, payer: usize) {
        if let Some(m) = &self.rec.m.access {
            let secs: Secs = self.rec.overlap(since, until);
            self.rec.total(m.of(note), secs);
            let paid = self.rec.m.cost[payer];
            self.rec.total(paid, days_cost(secs, pence_a_day));
        }
    }
}
