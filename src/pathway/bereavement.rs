//! Bereavement: somebody gets in touch with the carer some weeks after the death (model.md §4, §8).

use crate::base::{DAY, Time};
use crate::model::{Phase, TeamIndex};

use super::response::{BEREAVED, BEREAVED_AFTER};
use super::team_time::Activity;
use super::world::{K, World, kind};

/// A contact is due within this of being asked for.
const WITHIN: i64 = 7 * DAY;

impl World<'_> {
    /// Somebody has died: for a carer bereavement begins.
    pub(super) fn bereavement_begins(&mut self, k: &mut K, person: u32) {
        let (now, p) = (k.now(), self.person(person));
        if p.is_sudden() || p.carer_hours <= 0.0 {
            return;
        }
        self.ind(person).phase = Phase::Bereavement;
        self.count_planning_of(person, now, |m| m.bereaved);
        let Some(contact) = &self.m.style(p.practice as usize).planning.bereavement else {
            return;
        };
        if !self.people[person as usize].registered()
            || !self.chance(person, BEREAVED, 0, 0, contact.probability)
        {
            return;
        }
        let Some(team) = self.team(contact.by, person) else {
            return;
        };
        let after = contact.after.secs(self.u(person, BEREAVED_AFTER, 0, 0));
        let at = self.hours(team).next_open(now + after);
        self.at(k, at, kind::BEREAVEMENT, person);
    }

    /// The contact is to be made.
    pub(super) fn bereavement_contact(&mut self, k: &mut K, person: u32) {
        let practice = self.person(person).practice as usize;
        if let Some(contact) = &self.m.style(practice).planning.bereavement
            && let Some(team) = self.team(contact.by, person)
        {
            let due = k.now() + WITHIN;
            self.team_time(k, team, contact.secs, (3, due), Activity::Bereavement, person);
        }
    }

    /// It has been made: counted with the death, priced as a call.
    pub(super) fn bereavement_contact_made(&mut self, person: u32, team: TeamIndex, now: Time) {
        let death = self.person(person).death;
        self.count_planning_of(person, death, |m| m.bereavement_contacts);
        let role = self.m.teams[team.index()].role;
        self.rec.contact_elsewhere(role, now);
        self.rec.pay(0, self.m.costs.call[role as usize], now);
        self.tell(now, person, || {
            format!("The {} gets in touch with the carer.", role.words())
        });
    }
}
