//! Planned visits made by one for another, or by two together (model.md §5, §7).

use crate::base::{NEVER, whole_secs};
use crate::model::{Role, TeamIndex, Work};

use super::needs::NONE;
use super::objects::{Item, Task};
use super::relations::Together;
use super::response::COMBINED;
use super::state::{Caseload, NO_CLINICIAN, Standing};
use super::world::{K, World};

impl World<'_> {
    /// A planned contact has been made: another caseload's that is due within the window is made with it, by the one
    /// who is there or together, where the two roles may and the two teams work that way.
    pub(super) fn combine(&mut self, k: &mut K, it: &Item, caseload: Caseload) {
        let relations = &self.m.relations;
        for other in Caseload::ALL {
            let roles = (caseload.role(), other.role());
            let alone = relations.combine.contains(&roles);
            if other != caseload && (alone || relations.joint.contains(&roles)) {
                self.combine_with(k, it, caseload, other, !alone);
            }
        }
    }

    fn combine_with(&mut self, k: &mut K, it: &Item, caseload: Caseload, other: Caseload, together: bool) {
        let now = k.now();
        let care = self.people[it.person as usize].care[other as usize];
        let due_soon = care.standing == Standing::Active && care.due <= now + self.m.planning.combine_window;
        let Some(team) = self.team(other.role(), it.person) else {
            return;
        };
        if !due_soon {
            return;
        }
        let p = self.link(now, it.team, team).theta.combine_visits;
        if !self.chance(it.person, COMBINED, it.anchor, draw(caseload, other), p) {
            return;
        }
        let mut due = now;
        if care.item != NONE {
            if self.items[care.item as usize].started != NEVER {
                return;
            }
            due = self.items[care.item as usize].created;
            self.withdraw_item(k, care.item);
            self.ind(it.person).care[other as usize].item = NONE;
        } else {
            self.ind(it.person).tallies.planned_due += 1;
            self.rec.planned_due(self.person(it.person), now);
            self.across_due(now, it.person, other as usize);
        }
        if now - due <= care.interval {
            self.ind(it.person).tallies.planned_on_time += 1;
            self.rec.planned_on_time(self.person(it.person), due);
            self.across_on_time(it.person, other as usize, due);
        }
        self.rec.combined(now);
        self.worked_together(now, it.team, team, Together::Visit);
        if together {
            self.other_was_there(k, it, team, other, care.named);
        }
        self.next_planned(k, it.person, other);
    }

    /// The other came too: its time is spent, and it has seen the person. A GP's planned contact that becomes a visit
    /// together costs the GP the way.
    fn other_was_there(&mut self, k: &mut K, it: &Item, team: TeamIndex, other: Caseload, named: u16) {
        let factor = self.m.exogenous.practices[self.person(it.person).practice as usize].travel_factor;
        let way = |t: TeamIndex| whole_secs(self.m.teams[t.index()].travel.mean() * factor);
        let (there, own) = (way(team), way(it.team));
        let t = &self.m.teams[team.index()];
        let visit = t.contact[Work::Planned as usize].as_ref();
        let visit = visit.map_or(0, |law| whole_secs(law.mean())) + t.record_secs;
        self.spend(k, it.person, team, there + visit, Task::Respond);
        if self.m.teams[it.team.index()].role == Role::Gp {
            self.spend(k, it.person, it.team, own, Task::Respond);
        }
        let with = Item {
            team,
            work: Work::Planned,
            task: Task::Planned,
            link: other as u32,
            ..*it
        };
        // Whoever of them usually comes; the first of the team where nobody does yet.
        let clinician = if named == NO_CLINICIAN { 0 } else { named };
        self.contacted(k, &with, clinician);
    }
}

/// The draw of a pair of caseloads; the two nurses' are as they always were.
fn draw(caseload: Caseload, other: Caseload) -> u16 {
    match (caseload, other) {
        (Caseload::Nurse, Caseload::Specialist) | (Caseload::Specialist, Caseload::Nurse) => caseload as u16,
        _ => caseload as u16 | (other as u16 + 1) << 4,
    }
}
