//! The course unfolds: each exogenous happening in its turn (model.md §4).

use crate::base::WEEK;
use crate::kernel::{Event, phase};
use crate::model::{Model, Phase, Place, Severity, State};

use super::course::{CandidateKind, HappeningKind};
use super::needs::{Ending, NONE};
use super::objects::SymptomKind;
use super::response::BREAKDOWN;
use super::symptoms::{ACUTE_ANCHOR, MEDICINE_ANCHOR, Onset};
use super::world::{K, World, kind};

impl World<'_> {
    /// Begins the run: the first happening of the course and everybody else's use of places.
    pub fn begin(&mut self, k: &mut K) {
        self.schedule_agenda(k);
        self.start_others(k);
        self.begin_planning(k);
        self.start_reviews(k);
        self.begin_relations(k);
    }

    fn schedule_agenda(&mut self, k: &mut K) {
        while let Some(next) = self.c.agenda.get(self.cursor) {
            if next.kind == HappeningKind::Candidate && self.nothing_comes_of(next.index) {
                self.passed_over += 1;
                self.cursor += 1;
                continue;
            }
            // Before everything else of the second: an episode cut short by death has not ended by itself.
            return k.schedule(next.time, phase::FIRST_WORLD, Event::new(kind::AGENDA, 0));
        }
    }

    /// Whether a candidate would be rejected whatever care does: its uniform is above the most that its rate can be, or
    /// it befalls people in their own home and the person lives in a care home.
    fn nothing_comes_of(&self, candidate: u32) -> bool {
        let Some(likeliest) = &self.likeliest else {
            return false;
        };
        let c = &self.c.candidates[candidate as usize];
        c.u >= likeliest[c.kind as usize] || self.person(c.person).care_home
    }

    /// The next happening of the course.
    pub(super) fn agenda(&mut self, k: &mut K) {
        let happening = self.c.agenda[self.cursor];
        self.cursor += 1;
        self.schedule_agenda(k);
        let i = happening.index;
        match happening.kind {
            HappeningKind::Spell => self.spell_begins(k, i),
            HappeningKind::Episode => self.episode_begins(k, i),
            HappeningKind::Acute => self.acute_event(k, i),
            HappeningKind::Candidate => self.candidate(k, i),
            HappeningKind::Preference => {}
            HappeningKind::Death => self.dies(k, i),
        }
    }

    fn spell_begins(&mut self, k: &mut K, index: u32) {
        let spell = self.c.spells[index as usize];
        let person = spell.person;
        let now = k.now();
        self.meter_care(person, now);
        let before = self.people[person as usize].state;
        if self.people[person as usize].spell == NONE && self.coordinating.any {
            self.expect_changes(k, person);
        }
        let individual = self.ind(person);
        individual.spell = index;
        individual.state = spell.state;
        if spell.state == State::Before {
            return;
        }
        individual.phase = if spell.end_of_life {
            Phase::EndOfLife
        } else {
            Phase::Palliative
        };
        self.tell(now, person, || {
            let akps = spell.akps;
            match spell.state {
                State::Dying => format!("The last days begin (AKPS {akps})."),
                State::Unstable => format!("The illness is unstable: an urgent change (AKPS {akps})."),
                State::Deteriorating => format!("The illness is getting worse (AKPS {akps})."),
                _ => format!("The illness is stable (AKPS {akps})."),
            }
        });
        self.truly_changed(now, person, before);
        if before == State::Before {
            self.palliative_begins(k, person);
        }
        if spell.state >= State::Deteriorating {
            self.nursing_need(k, person);
        }
        match self.people[person as usize].place {
            Place::Hospital => self.learns(k, person, crate::model::Role::Hospital),
            Place::Hospice => self.learns(k, person, crate::model::Role::HospiceWard),
            _ => {}
        }
        self.review_care(k, person);
    }

    fn episode_begins(&mut self, k: &mut K, index: u32) {
        let e = self.c.episodes[index as usize];
        if e.end <= k.now() {
            return;
        }
        self.symptom_begins(
            k,
            Onset {
                person: e.person,
                severity: e.severity,
                kind: SymptomKind::Episode,
                anchor: u32::from(e.ordinal),
                end: e.end,
            },
        );
    }

    fn acute_event(&mut self, k: &mut K, index: u32) {
        let a = self.c.acutes[index as usize];
        let now = k.now();
        let place = self.people[a.person as usize].place;
        let anchor = ACUTE_ANCHOR | u32::from(a.ordinal);
        // A sudden death that follows an admission happens in that stay.
        let sudden = self.person(a.person).is_sudden();
        let stay = if sudden {
            52 * WEEK
        } else {
            self.m.exogenous.hospital_stay.secs(a.stay_u)
        };
        self.tell(now, a.person, || {
            let kind = self.m.exogenous.acute_kinds[a.kind as usize].replace('_', " ");
            match kind.as_str() {
                "other" => "Suddenly taken ill.".to_string(),
                kind => format!("Suddenly taken ill: {kind}."),
            }
        });
        let in_department = self.people[a.person as usize].stay.department;
        if place == Place::Hospital && in_department {
            self.admit(k, a.person, anchor, stay);
        } else if place == Place::Hospital {
            // Treated where the person is; the stay may become longer.
            self.prolong(k, a.person, now + stay);
        } else if a.must {
            self.attends_department(a.person, now);
            if place == Place::Hospice {
                self.leave_hospice(k, a.person);
            }
            self.admit(k, a.person, anchor, stay);
        } else if self.people[a.person as usize].in_community() {
            self.symptom_begins(
                k,
                Onset {
                    person: a.person,
                    severity: Severity::Severe,
                    kind: SymptomKind::Acute,
                    anchor,
                    end: Self::acute_end(now),
                },
            );
        }
    }

    /// Candidates for events whose rate depends on care are accepted in proportion to the rate.
    fn candidate(&mut self, k: &mut K, index: u32) {
        let c = self.c.candidates[index as usize];
        let now = k.now();
        let individual = &self.people[c.person as usize];
        if !individual.in_community() || individual.place != Place::Home {
            return;
        }
        let unmet = (self.hours_needed(c.person) - individual.package.hours).max(0.0);
        let carer = self.person(c.person).carer_hours;
        let (exo, sc) = (&self.m.exogenous, &self.m.social_care);
        let (rate, cap) = match c.kind {
            CandidateKind::CarerBreakdown if carer > 0.0 => (
                sc.breakdown_per_week
                    * f64::from((unmet / carer).min(1.0))
                    * self.sitter_relief(c.person)
                    * self.carer_strain(c.person, now),
                exo.carer_breakdown_cap,
            ),
            CandidateKind::CarerBreakdown => (0.0, exo.carer_breakdown_cap),
            CandidateKind::Fall => (if unmet > 0.0 { sc.fall_per_week } else { 0.0 }, exo.fall_cap),
            CandidateKind::RunOut => {
                let out = self.without_medicine(c.person, now);
                (
                    if out {
                        self.m.prescribing.run_out_per_week
                    } else {
                        0.0
                    },
                    exo.run_out_cap,
                )
            }
        };
        debug_assert!(
            rate <= cap,
            "rates above the cap are refused when the scenario is compiled"
        );
        if rate <= 0.0 || c.u >= rate / cap {
            return;
        }
        let anchor = MEDICINE_ANCHOR | (c.kind as u32) << 16 | u32::from(c.ordinal);
        match c.kind {
            CandidateKind::RunOut => {
                let u = self.u(c.person, super::response::SUBSTITUTED, anchor, 1);
                let end = now + exo.episode_length[Severity::Moderate as usize].secs(u).max(1);
                let severity = Severity::Moderate;
                self.symptom_begins(
                    k,
                    Onset {
                        person: c.person,
                        severity,
                        kind: SymptomKind::Medicine,
                        anchor,
                        end,
                    },
                );
            }
            CandidateKind::CarerBreakdown | CandidateKind::Fall => {
                self.rec.breakdown(c.kind == CandidateKind::Fall, now);
                self.tell(now, c.person, || match c.kind {
                    CandidateKind::Fall => "Falls at home.".to_string(),
                    _ => "Those who care for them can no longer cope.".to_string(),
                });
                if self.chance(c.person, BREAKDOWN, anchor, 0, sc.breakdown_admitted) {
                    let u = self.u(c.person, BREAKDOWN, anchor, 1);
                    let stay = self.m.hospital.crisis_stay.secs(u);
                    self.attends_department(c.person, now);
                    self.admit(k, c.person, anchor, stay);
                } else {
                    let from = self.gp(c.person);
                    self.ask_for_care(k, c.person, from);
                }
            }
        }
    }

    /// A stay in hospital becomes longer: anything arranged for going home waits.
    fn prolong(&mut self, k: &mut K, person: u32, until: i64) {
        let s = self.people[person as usize].stay;
        if self.needs.is_open(s.need.0) {
            // Ready and waiting until now: going home is off until this is over too.
            self.end_need(s.need.0, NONE, Ending::Withdrawn, k.now());
            let stay = &mut self.ind(person).stay;
            stay.need = (NONE, NONE);
            stay.pending = 0;
            stay.waits_for_care = NONE;
        } else if s.ready >= until {
            return; // ill for longer anyway
        }
        self.ind(person).stay.ready = until;
        self.at(k, until, kind::READY, person);
    }
}

/// By kind of candidate, the most that its rate can be as a share of the rate at which candidates are drawn. `None` where
/// care is organised otherwise later.
pub(super) fn likeliest(m: &Model) -> Option<[f64; 3]> {
    let (care, exo) = (&m.social_care, &m.exogenous);
    let relief = m.access.sitting.as_ref().map_or(1.0, |s| s.breakdown.max(1.0));
    let mut most = [0.0; 3];
    for (kind, rate, cap) in [
        (
            CandidateKind::CarerBreakdown,
            care.breakdown_per_week * relief,
            exo.carer_breakdown_cap,
        ),
        (CandidateKind::Fall, care.fall_per_week, exo.fall_cap),
        (
            CandidateKind::RunOut,
            m.prescribing.run_out_per_week,
            exo.run_out_cap,
        ),
    ] {
        // A cap of 0 draws no candidates.
        most[kind as usize] = if cap > 0.0 { rate / cap } else { 1.0 };
    }
    m.later.is_empty().then_some(most)
}
