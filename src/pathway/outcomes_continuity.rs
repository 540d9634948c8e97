//! Measures and outcomes of informational, flexible, longitudinal and cross-sectional continuity, of access to every kind of
//! need, of trust and of team confidence.

use crate::base::{DAY, Secs, Time};
use crate::observe::{Better, Bins, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome, WaitId};

use super::catalogue::{Measures, ratio};
use super::causes::NeedKind;
use super::course::Person;
use super::recorder::Recorder;
use Better::{Higher, Lower, Neither};

/// A plan that follows a change within this has followed it in time.
pub const IN_TIME: Secs = 7 * DAY;

/// The three moments at which team confidence is written down.
pub const MOMENTS: [&str; 3] = ["start", "middle", "end"];

/// How a change of state that called for another plan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeEnd {
    /// A plan followed.
    Followed,
    /// The state changed again, or the person died.
    Other,
    /// The run ended.
    Censored,
}

/// Where these lie in the catalogue.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each field is named as the measure it holds; formulas in docs/outcomes.md
pub struct ContinuityMeasures {
    pub contacts: MeasureId,
    pub contacts_informed: MeasureId,
    pub changes: MeasureId,
    pub changes_in_time: MeasureId,
    pub plan_follows: WaitId,
    pub across_due: MeasureId,
    pub across_on_time: MeasureId,
    pub several_secs: MeasureId,
    pub whole_secs: MeasureId,
    pub symptom_secs: MeasureId,
    pub symptom_met_secs: MeasureId,
    pub care_secs: MeasureId,
    pub care_met_secs: MeasureId,
    pub never_sought: MeasureId,
    pub trust_people: MeasureId,
    pub trust_start: MeasureId,
    pub trust_end: MeasureId,
    pub offers: MeasureId,
    pub offers_declined: MeasureId,
    pub confidence: [MeasureId; 3],
    pub confidence_teams: [MeasureId; 3],
}

impl ContinuityMeasures {
    /// Adds the measures.
    pub fn declare(b: &mut CatalogueBuilder) -> ContinuityMeasures {
        let mut g = |name: &str| b.measure(name, Breadth::ByGroup);
        let contacts = g("palliative_contacts");
        let contacts_informed = g("palliative_contacts_informed");
        let changes = g("state_changes");
        let changes_in_time = g("state_changes_followed_in_time");
        let across_due = g("planned_due_across_handoff");
        let across_on_time = g("planned_on_time_across_handoff");
        let several_secs = g("several_needs_secs");
        let whole_secs = g("several_needs_whole_secs");
        let symptom_secs = g("need_secs_symptom");
        let symptom_met_secs = g("need_met_secs_symptom");
        let care_secs = g("need_secs_personal_care");
        let care_met_secs = g("need_met_secs_personal_care");
        let never_sought = g("symptoms_never_sought");
        let trust_people = g("trust_people");
        let trust_start = g("trust_start_micro");
        let trust_end = g("trust_end_micro");
        let offers = g("offers");
        let offers_declined = g("offers_declined");
        let mut o = |name: String| b.measure(&name, Breadth::Overall);
        let confidence = MOMENTS.map(|w| o(format!("team_confidence_{w}_micro")));
        let confidence_teams = MOMENTS.map(|w| o(format!("team_confidence_{w}_teams")));
        let ends = ["followed", "other"];
        let plan_follows = b.wait("wait_plan_follows", Breadth::Overall, Bins::days(28), &ends);
        ContinuityMeasures {
            contacts,
            contacts_informed,
            changes,
            changes_in_time,
            plan_follows,
            across_due,
            across_on_time,
            several_secs,
            whole_secs,
            symptom_secs,
            symptom_met_secs,
            care_secs,
            care_met_secs,
            never_sought,
            trust_people,
            trust_start,
            trust_end,
            offers,
            offers_declined,
            confidence,
            confidence_teams,
        }
    }
}

/// Adds the outcomes.
pub(super) fn outcomes(b: &mut CatalogueBuilder, all: &Measures) {
    let m = &all.continuity;
    for (name, label, better, num, den) in [
        (
            "share_contacts_informed",
            "Informational continuity: contacts with the record current",
            Higher,
            m.contacts_informed,
            m.contacts,
        ),
        (
            "share_changes_followed_7d",
            "Flexible continuity: changes of state followed by another plan within 7 days",
            Higher,
            m.changes_in_time,
            m.changes,
        ),
        (
            "share_planned_on_time_after_handoff",
            "Longitudinal continuity: planned contacts on time in the four weeks after a hand-off",
            Higher,
            m.across_on_time,
            m.across_due,
        ),
        (
            "share_several_needs_whole",
            "Cross-sectional continuity: time with several needs under one coordinator and one plan",
            Higher,
            m.whole_secs,
            m.several_secs,
        ),
        (
            "share_need_days_met_symptom",
            "Access continuity: need-days met, symptom",
            Higher,
            m.symptom_met_secs,
            m.symptom_secs,
        ),
        (
            "share_need_days_met_personal_care",
            "Access continuity: need-days met, personal care",
            Higher,
            m.care_met_secs,
            m.care_secs,
        ),
        (
            "share_symptoms_never_sought",
            "Symptoms for which help is never sought",
            Lower,
            m.never_sought,
            all.episodes,
        ),
        (
            "share_offers_declined",
            "Offers of help declined",
            Lower,
            m.offers_declined,
            m.offers,
        ),
    ] {
        b.outcome(ratio(name, label, "share", better, num, den, 1.0));
    }
    for (name, label, num) in [
        (
            "mean_trust_start",
            "Trust in services at the start",
            m.trust_start,
        ),
        ("mean_trust_at_death", "Trust in services at death", m.trust_end),
    ] {
        b.outcome(ratio(name, label, "index", Higher, num, m.trust_people, 1e-6));
    }
    b.outcome(Outcome::new(
        "restricted_mean_days_to_changed_plan",
        "Flexible continuity: restricted mean time from a change of state to another plan",
        "days",
        Lower,
        Kind::RestrictedMean {
            wait: m.plan_follows,
            upto: 28 * DAY,
            unit: DAY,
        },
    ));
    for kind in NeedKind::ALL {
        let (i, name) = (kind as usize, NeedKind::NAMES[kind as usize]);
        b.outcome(ratio(
            &format!("share_needs_met_{name}"),
            &format!("Access continuity: needs met, {}", name.replace('_', " ")),
            "share",
            Higher,
            all.needs_met[i],
            all.needs[i],
            1.0,
        ));
    }
    for (i, when) in MOMENTS.into_iter().enumerate() {
        b.outcome(ratio(
            &format!("index_team_confidence_{when}"),
            &format!("Confidence of teams, {when} of the window"),
            "index",
            Neither,
            m.confidence[i],
            m.confidence_teams[i],
            1e-6,
        ));
    }
}

fn micro(x: f64) -> i64 {
    (x * 1e6).round() as i64
}

impl Recorder<'_> {
    pub(super) fn contact_informed(&mut self, p: &Person, informed: bool, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.continuity.contacts, 1);
            self.add(p, self.m.continuity.contacts_informed, i64::from(informed));
        }
    }

    pub(super) fn change_ended(&mut self, p: &Person, changed: Time, now: Time, end: ChangeEnd) {
        if !self.in_window(changed) {
            return;
        }
        let (m, arm, after) = (&self.m.continuity, self.arm, now - changed);
        let in_time = end == ChangeEnd::Followed && after <= IN_TIME;
        self.add(p, m.changes, 1);
        self.add(p, m.changes_in_time, i64::from(in_time));
        match end {
            ChangeEnd::Followed => self.tally.wait_ended(arm, m.plan_follows, &[], 0, after),
            ChangeEnd::Other => self.tally.wait_ended(arm, m.plan_follows, &[], 1, after),
            ChangeEnd::Censored => self.tally.wait_censored(arm, m.plan_follows, &[], after),
        }
    }

    pub(super) fn across_due(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.continuity.across_due, 1);
        }
    }

    pub(super) fn across_on_time(&mut self, p: &Person, due: Time) {
        if self.in_window(due) {
            self.add(p, self.m.continuity.across_on_time, 1);
        }
    }

    pub(super) fn several_needs(&mut self, p: &Person, several: Secs, whole: Secs) {
        // Kept over the whole window by itself: it has no interval.
        self.tally.at(None);
        if several > 0 {
            self.add(p, self.m.continuity.several_secs, several);
            self.add(p, self.m.continuity.whole_secs, whole);
        }
    }

    /// A symptom is over at `now` that would have passed by itself at `end` (or with death).
    pub(super) fn symptom_days(&mut self, p: &Person, onset: Time, end: Time, now: Time, met: bool) {
        if self.in_window(onset) {
            let end = end.min(p.death);
            let m = &self.m.continuity;
            self.add(p, m.symptom_secs, (end - onset).max(0));
            self.add(p, m.symptom_met_secs, if met { (end - now).max(0) } else { 0 });
        }
    }

    /// Care was needed from `since` to `until`, and there was enough of it or not.
    pub(super) fn care_days(&mut self, p: &Person, since: Time, until: Time, met: bool) {
        let secs = self.overlap(since, until);
        self.add(p, self.m.continuity.care_secs, secs);
        self.add(p, self.m.continuity.care_met_secs, if met { secs } else { 0 });
    }

    pub(super) fn never_sought(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.continuity.never_sought, 1);
        }
    }

    pub(super) fn trust_at_death(&mut self, p: &Person, trust: f64) {
        if self.in_window(p.death) {
            self.add(p, self.m.continuity.trust_people, 1);
            self.add(p, self.m.continuity.trust_start, micro(f64::from(p.trust)));
            self.add(p, self.m.continuity.trust_end, micro(trust));
        }
    }

    pub(super) fn offered(&mut self, p: &Person, declined: bool, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.continuity.offers, 1);
            self.add(p, self.m.continuity.offers_declined, i64::from(declined));
        }
    }

    pub(super) fn team_confidence(&mut self, when: usize, confidence: f64) {
        let m = &self.m.continuity;
        self.total(m.confidence[when], micro(confidence));
        self.total(m.confidence_teams[when], 1);
    }
}
