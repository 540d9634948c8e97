//! Palliative care meetings: whom they discuss, what they find, what attendees learn, what they cost (model.md §8).

use std::cmp::Reverse;

use crate::base::{NEVER, Time, WEEK};
use crate::model::{Meeting, Role, State, TeamIndex};

use super::handoff::attempt_key;
use super::needs::NONE;
use super::objects::ItemStatus;
use super::register::{Reason, colour};
use super::relations::Together;
use super::response::{FINDS_LOST, FINDS_OVERDUE};
use super::state::{Caseload, Standing};
use super::team_time::Activity;
use super::world::{K, News, World, kind};

/// Anchors of decisions taken at a meeting, so that none shares a draw with a month.
const AT_MEETING: u32 = 0x0100_0000;

impl World<'_> {
    /// Schedules a practice's next meeting after now.
    pub(super) fn next_meeting(&mut self, k: &mut K, practice: usize) {
        self.plans.next[practice][0] = NEVER;
        let Some(meeting) = &self.m.style(practice).planning.meeting else {
            return;
        };
        let number = (self.meetings_until(practice, meeting, k.now()) + 1).max(0);
        let at = self.first_meeting(practice, meeting) + number * meeting.every;
        let at = self.hours(self.practice_team(practice)).next_open(at);
        if at < NEVER {
            self.plans.next[practice][0] = at;
            self.at(k, at, kind::MEETING, practice as u32);
        }
    }

    /// Number of the last meeting due by now, from 0; below 0 before the first.
    fn meetings_until(&self, practice: usize, meeting: &Meeting, now: Time) -> i64 {
        (now - self.first_meeting(practice, meeting)).div_euclid(meeting.every)
    }

    fn first_meeting(&self, practice: usize, meeting: &Meeting) -> Time {
        self.first_week(practice, meeting.every) * WEEK + meeting.at
    }

    /// A meeting is held.
    pub(super) fn meeting(&mut self, k: &mut K, practice: u32) {
        let (now, at) = (k.now(), practice as usize);
        let Some(meeting) = &self.m.style(at).planning.meeting else {
            return;
        };
        if self.plans.next[at][0] != now {
            return;
        }
        let number = self.meetings_until(at, meeting, now).max(0);
        self.next_meeting(k, at);
        let attending = self.attend(k, at, meeting);
        let anchor = AT_MEETING | number as u32;
        let mut order = std::mem::take(&mut self.plans.order);
        self.put_in_order(at, meeting, &attending, &mut order);
        for &(_, _, person) in order.iter().take(meeting.people) {
            self.discuss(k, person, anchor, meeting, &attending);
        }
        order.clear();
        self.plans.order = order;
    }

    /// Who is there; each spends the meeting's time.
    fn attend(&mut self, k: &mut K, practice: usize, meeting: &Meeting) -> Vec<(Role, TeamIndex)> {
        let now = k.now();
        let mut attending = Vec::new();
        for role in Role::ALL {
            let Some(team) = self.m.team(role, practice) else {
                continue;
            };
            let there = self.m.teams[team.index()].clinicians.len() as u32;
            let heads = match role {
                Role::Gp if meeting.gps > 0.0 => ((meeting.gps * f64::from(there)).round() as u32).max(1),
                Role::Gp => 0,
                _ => meeting.attends[role as usize],
            };
            for _ in 0..heads.min(there) {
                if meeting.secs > 0 {
                    self.team_time(k, team, meeting.secs, (0, now), Activity::Meeting, 0);
                }
            }
            if heads.min(there) > 0 {
                attending.push((role, team));
            }
        }
        self.meet(&attending, now);
        attending
    }

    /// Teams that meet come to know each other: pair by pair, each once.
    fn meet(&mut self, attending: &[(Role, TeamIndex)], now: Time) {
        for (i, &(_, a)) in attending.iter().enumerate() {
            for &(_, b) in &attending[i + 1..] {
                self.worked_together(now, a, b, Together::Meeting);
            }
        }
    }

    /// Whom the meeting may discuss: red first, then amber, then green; among them those longest not discussed.
    fn put_in_order(
        &mut self,
        practice: usize,
        meeting: &Meeting,
        attending: &[(Role, TeamIndex)],
        order: &mut Vec<(u8, Time, u32)>,
    ) {
        let list = if meeting.led_by_specialist {
            &mut self.plans.with_specialist[practice]
        } else {
            &mut self.plans.register[practice]
        };
        let people = &self.people;
        list.retain(|p| people[*p as usize].alive);
        order.clear();
        for &person in list.iter() {
            let known = best_known(
                &people[person as usize].known,
                &people[person as usize].known_at,
                attending,
            );
            let rank = known.map_or(0, |(_, state)| colour(state));
            order.push((2 - rank as u8, self.plans.of[person as usize].discussed, person));
        }
        order.sort_unstable();
    }

    /// One person is discussed.
    fn discuss(
        &mut self,
        k: &mut K,
        person: u32,
        anchor: u32,
        meeting: &Meeting,
        attending: &[(Role, TeamIndex)],
    ) {
        let now = k.now();
        self.plan(person).discussed = now;
        self.count_planning(now, |m| m.discussed);
        self.tell(now, person, || {
            "Discussed at the practice's palliative care meeting.".to_string()
        });
        let individual = &self.people[person as usize];
        if let Some((from, state)) = best_known(&individual.known, &individual.known_at, attending) {
            let seen = individual.known_at[from as usize];
            for &(role, _) in attending {
                if role != from {
                    let news = News {
                        person,
                        from,
                        role,
                        state,
                        seen,
                        recognise: false,
                    };
                    self.word_reaches(k, news);
                }
            }
        }
        self.meeting_tells(now, person, attending);
        if meeting.led_by_specialist && !self.people[person as usize].registered() {
            self.recognise(k, person, Reason::Meeting);
        }
        for caseload in Caseload::ALL {
            if attending.iter().any(|(role, _)| *role == caseload.role())
                && self.chance(
                    person,
                    FINDS_OVERDUE,
                    anchor,
                    caseload as u16,
                    meeting.finds_overdue,
                )
            {
                self.finds_overdue(k, person, caseload);
            }
        }
        if meeting.finds_lost > 0.0 {
            self.finds_lost(k, person, anchor, meeting.finds_lost);
        }
        self.reconsider(k, person, anchor, meeting.finds_missing);
    }

    /// A planned contact that waits beyond its due date is made before routine work; one that should have fallen due
    /// by what is now known falls due.
    fn finds_overdue(&mut self, k: &mut K, person: u32, caseload: Caseload) {
        let now = k.now();
        let care = self.people[person as usize].care[caseload as usize];
        if care.standing != Standing::Active || !self.people[person as usize].in_community() {
            return;
        }
        if care.item != NONE {
            let it = self.items[care.item as usize];
            if it.status == ItemStatus::Open && it.started == NEVER && it.due < now && it.priority > 2 {
                self.count_planning(now, |m| m.found_overdue);
                self.items[care.item as usize].priority = 2;
                k.reprioritise(self, care.item, 2, it.due);
            }
        } else if let Some(interval) = self.interval(person, caseload)
            && care.last + interval < now
            && care.due > now
        {
            self.count_planning(now, |m| m.found_overdue);
            self.set_due(k, person, caseload, now, interval);
        }
    }

    /// A hand-off lies unnoticed until then.
    pub(super) fn is_lost(&mut self, number: u32, until: Time) {
        self.plans.lost.push((number, until));
    }

    /// Whether this event of a hand-off is stale, because it was found and sent again before; otherwise, if it was
    /// lost, it is now missed.
    pub(super) fn overtaken(&mut self, number: u32, now: Time) -> bool {
        if let Some(i) = self.plans.lost.iter().position(|l| *l == (number, now)) {
            self.plans.lost.swap_remove(i);
        }
        let stale = self.plans.found.iter().position(|l| *l == (number, now));
        if let Some(i) = stale {
            self.plans.found.swap_remove(i);
        }
        stale.is_some()
    }

    /// Lost referrals of somebody are noticed and sent again.
    pub(super) fn finds_lost(&mut self, k: &mut K, person: u32, anchor: u32, p: f64) {
        let all = self.plans.lost.len();
        // Sent again, a referral may be lost again: that one is not found at the same meeting.
        let mine: Vec<(u32, Time)> = self.plans.lost[..all]
            .iter()
            .filter(|(number, _)| {
                let h = &self.handoffs[*number as usize];
                h.person == person && self.chance(person, FINDS_LOST, anchor, attempt_key(h), p)
            })
            .copied()
            .collect();
        for entry in mine {
            self.count_planning(k.now(), |m| m.found_lost);
            self.plans.lost.retain(|l| *l != entry);
            self.plans.found.push(entry);
            self.send_again(k, entry.0);
        }
    }

    /// Somebody comes onto the specialist nurses' caseload.
    pub(super) fn with_specialist(&mut self, person: u32) {
        let practice = self.person(person).practice as usize;
        self.plans.with_specialist[practice].push(person);
    }
}

/// Who of those attending knows a person's state best (last), and what they take it to be.
fn best_known(known: &[State], known_at: &[Time], attending: &[(Role, TeamIndex)]) -> Option<(Role, State)> {
    let informed = attending.iter().map(|(role, _)| *role);
    informed
        .filter(|role| known[*role as usize] != State::Before)
        .min_by_key(|role| (Reverse(known_at[*role as usize]), *role as u8))
        .map(|role| (role, known[role as usize]))
}
