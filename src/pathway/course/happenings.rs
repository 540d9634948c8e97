//! Symptom episodes, acute events and candidates along one person's illness: Poisson within each spell.
//!
//! Gap k within spell s is keyed by (s, k), gaps of candidates by k since the palliative phase began.
//! Nothing depends on where the run begins or ends: what lies outside is drawn past and left out.

use super::{Acute, Candidate, CandidateKind, Episode, Person, Spell};
use crate::base::{Secs, Time, WEEK};
use crate::model::{Exogenous, Group, Severity};
use crate::pathway::population::{choose, unit_exponential};
use crate::pathway::purposes;
use crate::random::Draws;

/// What the happenings of one person are drawn from.
pub(super) struct Happenings<'a> {
    /// The tables.
    pub exo: &'a Exogenous,
    /// The person's diagnosis group.
    pub group: &'a Group,
    /// The end of the run.
    pub end: Time,
    /// The draws of the replication.
    pub draws: &'a Draws,
}

/// One Poisson process of one person: what its draws are keyed by and how fast it runs.
struct Process {
    key: u64,
    purpose: u16,
    anchor: u32,
    a_week: f64,
}

const SEVERITIES: [Severity; 3] = [Severity::Mild, Severity::Moderate, Severity::Severe];

impl Happenings<'_> {
    /// Adds the episodes of a person with these spells.
    pub fn episodes(&self, index: u32, person: &Person, spells: &[Spell], into: &mut Vec<Episode>) {
        let first = into.len();
        for spell in spells {
            let a_week = self.group.episodes_a_week[spell.state as usize];
            let process = self.within(person, spell, purposes::EPISODE, a_week);
            self.run(&process, spell.start, spell.end, |anchor, start, u| {
                let (how_bad, what) = self.draws.pair(person.key, purposes::EPISODE_MARKS, anchor, 0);
                let severity = choose(&self.exo.severity[spell.state as usize], how_bad);
                let length = self.exo.episode_length[severity].secs(u).max(1);
                into.push(Episode {
                    person: index,
                    ordinal: ordinal(into.len() - first),
                    start,
                    end: (start + length).min(person.death),
                    severity: SEVERITIES[severity],
                    kind: choose(&self.exo.symptom_kind, what) as u8,
                    state: spell.state,
                });
            });
        }
    }

    /// Adds the acute events of a person with these spells; for a sudden death, the admission before it.
    pub fn acutes(&self, index: u32, person: &Person, spells: &[Spell], into: &mut Vec<Acute>) {
        let first = into.len();
        let mut add = |anchor, time, must| {
            let (what, stay_u) = self.draws.pair(person.key, purposes::ACUTE_MARKS, anchor, 0);
            let kind = choose(&self.exo.acute_kind, what) as u8;
            into.push(Acute {
                person: index,
                ordinal: ordinal(into.len() - first),
                time,
                kind,
                must,
                stay_u,
            });
        };
        for spell in spells {
            let a_week = self.group.acute_a_week[spell.state as usize] * f64::from(person.acute_factor);
            let process = self.within(person, spell, purposes::ACUTE, a_week);
            self.run(&process, spell.start, spell.end, |anchor, time, u| {
                add(anchor, time, u < self.exo.must_be_in_hospital);
            });
        }
        if self.group.sudden {
            let (admitted, before) = self.draws.pair(person.key, purposes::SUDDEN_ADMISSION, 0, 0);
            let time = person.death - self.group.sudden_admission.1.secs(before);
            if admitted < self.group.sudden_admission.0 && (0..self.end).contains(&time) {
                add(0, time, true);
            }
        }
    }

    /// Adds the candidates of a person. Without a carer there is none of carer breakdown.
    pub fn candidates(&self, index: u32, person: &Person, into: &mut Vec<Candidate>) {
        if person.is_sudden() {
            return;
        }
        let carer = if person.carer_hours > 0.0 {
            self.exo.carer_breakdown_cap
        } else {
            0.0
        };
        for (kind, purpose, a_week) in [
            (CandidateKind::CarerBreakdown, purposes::CARER_BREAKDOWN, carer),
            (CandidateKind::Fall, purposes::FALL, self.exo.fall_cap),
            (CandidateKind::RunOut, purposes::RUN_OUT, self.exo.run_out_cap),
        ] {
            let process = Process {
                key: person.key,
                purpose,
                anchor: 0,
                a_week,
            };
            self.run(
                &process,
                person.palliative_from,
                person.death,
                |anchor, time, u| {
                    into.push(Candidate {
                        person: index,
                        ordinal: ordinal(anchor as usize),
                        time,
                        kind,
                        u,
                    });
                },
            );
        }
    }

    /// The process of a purpose within a spell. The anchor has the spell above and the count below.
    fn within(&self, person: &Person, spell: &Spell, purpose: u16, a_week: f64) -> Process {
        Process {
            key: person.key,
            purpose,
            anchor: u32::from(spell.ordinal) << 16,
            a_week,
        }
    }

    /// Calls `happens(anchor, time, mark)` for every event of a process on [from, to) that lies within
    /// the run, in time order; `mark` is a uniform of its own.
    fn run(&self, process: &Process, from: Time, to: Time, mut happens: impl FnMut(u32, Time, f64)) {
        if process.a_week <= 0.0 {
            return;
        }
        let mean_gap = WEEK as f64 / process.a_week;
        let span = (to.min(self.end) - from) as f64;
        let mut since = 0.0;
        for anchor in process.anchor.. {
            let (gap, mark) = self.draws.pair(process.key, process.purpose, anchor, 0);
            since += unit_exponential(gap) * mean_gap;
            if since >= span {
                break;
            }
            let time = from + since as Secs;
            if time >= 0 {
                happens(anchor, time, mark);
            }
        }
    }
}

/// An ordinal; the limits on rates and on the longest illness keep it within 16 bits.
fn ordinal(count: usize) -> u16 {
    u16::try_from(count).expect("a person has fewer than 65,536 happenings of a kind: see population::faults")
}
