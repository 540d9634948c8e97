//! Needs as trees of steps; at closure every second from onset has exactly one cause (model.md §6).
//!
//! A `Step` is a stretch of waiting whose cause changes over time. A step that ends opens its
//! successors, each of which remembers it. Where all of several branches must finish, the one that
//! finished last opens the next step; where one suffices, the one that closed first does. So the chain
//! from the closing step back through the steps that opened one another covers onset to closure without
//! gap or overlap, which [`Needs::close`] asserts.

use crate::base::{Secs, Time};

use super::causes::{CAUSES, Cause, NeedKind};
use super::several::Several;

/// No need, no step: where a piece of work belongs to none.
pub const NONE: u32 = u32::MAX;

/// How a need ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was needed was given.
    Met,
    /// It passed by itself.
    Natural,
    /// The person died waiting.
    Died,
    /// It no longer applies (moved to a care home, into a hospice, already provided otherwise).
    Withdrawn,
    /// The run ended first.
    Censored,
}

/// A need of one person.
#[derive(Clone, Debug)]
pub struct Need {
    /// Who.
    pub person: u32,
    /// What.
    pub kind: NeedKind,
    /// When it truly arose.
    pub onset: Time,
    /// Still waiting.
    pub open: bool,
    first_step: u32,
    next_of_person: u32,
}

/// Half a cache line: a run is at most 60 years long, and its seconds are counted from 0.
#[derive(Clone, Copy, Debug)]
struct Step {
    need: u32,
    opened_by: u32,
    opened: u32,
    closed: u32,
    since: u32,
    cause: Cause,
    open: bool,
    pieces: u32,
    next: u32,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    cause: Cause,
    secs: Secs,
    next: u32,
}

const _: () = assert!(size_of::<Step>() == 32);

/// All needs of one arm.
#[derive(Clone, Debug)]
pub struct Needs {
    needs: Vec<Need>,
    steps: Vec<Step>,
    pieces: Vec<Piece>,
    /// First of the pieces of needs that are closed, to be used again.
    free_pieces: u32,
    of_person: Vec<u32>,
    /// Time with several needs at once.
    pub several: Several,
}

impl Default for Needs {
    fn default() -> Needs {
        Needs {
            needs: Vec::new(),
            steps: Vec::new(),
            pieces: Vec::new(),
            free_pieces: NONE,
            of_person: Vec::new(),
            several: Several::default(),
        }
    }
}

/// A moment of the run in half its width.
#[inline]
fn short(now: Time) -> u32 {
    debug_assert!((0..=Time::from(u32::MAX)).contains(&now));
    now as u32
}

impl Needs {
    /// Empties the arenas, keeping their memory.
    pub fn reset(&mut self, people: usize) {
        self.needs.clear();
        self.steps.clear();
        self.pieces.clear();
        self.free_pieces = NONE;
        self.of_person.clear();
        self.of_person.resize(people, NONE);
    }

    /// A need arises; its first step waits for `cause`. Returns (need, step).
    pub fn open(&mut self, person: u32, kind: NeedKind, now: Time, cause: Cause) -> (u32, u32) {
        let need = self.needs.len() as u32;
        self.needs.push(Need {
            person,
            kind,
            onset: now,
            open: true,
            first_step: NONE,
            next_of_person: self.of_person[person as usize],
        });
        self.of_person[person as usize] = need;
        self.several.opened(person, now);
        (need, self.push_step(need, NONE, now, cause))
    }

    fn push_step(&mut self, need: u32, opened_by: u32, now: Time, cause: Cause) -> u32 {
        let step = self.steps.len() as u32;
        let next = self.needs[need as usize].first_step;
        self.steps.push(Step {
            need,
            opened_by,
            opened: short(now),
            closed: short(now),
            since: short(now),
            cause,
            open: true,
            pieces: NONE,
            next,
        });
        self.needs[need as usize].first_step = step;
        step
    }

    /// A need.
    pub fn get(&self, need: u32) -> &Need {
        &self.needs[need as usize]
    }

    /// Whether this is a need that is still waiting.
    pub fn is_open(&self, need: u32) -> bool {
        need != NONE && self.needs[need as usize].open
    }

    /// Whether this step is still waiting.
    pub fn step_open(&self, step: u32) -> bool {
        step != NONE && self.steps[step as usize].open
    }

    /// From now on the step waits for `cause`.
    pub fn change(&mut self, step: u32, now: Time, cause: Cause) {
        if !self.step_open(step) {
            return;
        }
        let s = &mut self.steps[step as usize];
        if s.cause != cause {
            let (old, secs) = (s.cause, now - Time::from(s.since));
            s.cause = cause;
            s.since = short(now);
            self.add_piece(step, old, secs);
        }
    }

    /// The time since the last change was in fact made up of `parts`, which must sum to it; from now
    /// on the step waits for `cause`.
    pub fn split(&mut self, step: u32, now: Time, parts: &[(Cause, Secs)], cause: Cause) {
        if !self.step_open(step) {
            return;
        }
        let since = self.steps[step as usize].since;
        debug_assert_eq!(
            parts.iter().map(|p| p.1).sum::<Secs>(),
            now - Time::from(since),
            "parts of a wait sum to it"
        );
        for &(part, secs) in parts {
            self.add_piece(step, part, secs);
        }
        let s = &mut self.steps[step as usize];
        s.cause = cause;
        s.since = short(now);
    }

    /// What the step now waits for.
    pub fn cause(&self, step: u32) -> Cause {
        self.steps[step as usize].cause
    }

    /// Since when the step has waited for its present cause.
    pub fn since(&self, step: u32) -> Time {
        Time::from(self.steps[step as usize].since)
    }

    fn add_piece(&mut self, step: u32, cause: Cause, secs: Secs) {
        if secs == 0 {
            return;
        }
        let s = &mut self.steps[step as usize];
        let next = s.pieces;
        let piece = Piece { cause, secs, next };
        if self.free_pieces == NONE {
            s.pieces = self.pieces.len() as u32;
            self.pieces.push(piece);
        } else {
            s.pieces = self.free_pieces;
            let place = &mut self.pieces[s.pieces as usize];
            self.free_pieces = place.next;
            *place = piece;
        }
    }

    /// The step is done.
    pub fn finish(&mut self, step: u32, now: Time) {
        if !self.step_open(step) {
            return;
        }
        let s = &mut self.steps[step as usize];
        s.open = false;
        s.closed = short(now);
        let (cause, secs) = (s.cause, now - Time::from(s.since));
        s.since = short(now);
        self.add_piece(step, cause, secs);
    }

    /// A step opened by one that is done at this moment.
    pub fn follow(&mut self, after: u32, now: Time, cause: Cause) -> u32 {
        if after == NONE {
            return NONE;
        }
        self.finish(after, now);
        debug_assert_eq!(
            self.steps[after as usize].closed,
            short(now),
            "a step opens when the one before it closes"
        );
        self.push_step(self.steps[after as usize].need, after, now, cause)
    }

    /// The need ends, through `last` (its closing step) or, for [`NONE`], through the earliest-opened
    /// branch still open (ties: the lower id). Returns the seconds of every cause; they sum exactly to
    /// closure less onset.
    pub fn close(&mut self, need: u32, last: u32, now: Time) -> [Secs; CAUSES] {
        let n = &mut self.needs[need as usize];
        debug_assert!(n.open, "a need closes once");
        n.open = false;
        let (onset, person) = (n.onset, n.person);
        let mut step = n.first_step;
        let mut branch = last;
        while step != NONE {
            let s = self.steps[step as usize];
            if last == NONE && s.open {
                let better = branch == NONE || {
                    let b = &self.steps[branch as usize];
                    (s.opened, step) < (b.opened, branch)
                };
                if better {
                    branch = step;
                }
            }
            step = s.next;
        }
        let mut step = self.needs[need as usize].first_step;
        while step != NONE {
            self.finish(step, now);
            step = self.steps[step as usize].next;
        }
        let mut by_cause = [0; CAUSES];
        let mut at = branch;
        let mut covered_from = now;
        while at != NONE {
            let s = self.steps[at as usize];
            assert_eq!(
                Time::from(s.closed),
                covered_from,
                "every second of a need has one cause"
            );
            let mut piece = s.pieces;
            while piece != NONE {
                let p = self.pieces[piece as usize];
                by_cause[p.cause as usize] += p.secs;
                piece = p.next;
            }
            covered_from = Time::from(s.opened);
            at = s.opened_by;
        }
        self.free_pieces_of(need);
        assert_eq!(
            by_cause.iter().sum::<Secs>(),
            now - onset,
            "the causes of a wait sum to the whole"
        );
        self.unlink(person, need);
        self.several.closed(person, now);
        by_cause
    }

    /// A closed need has no more use for its pieces: whoever still holds one of its steps finds it closed.
    fn free_pieces_of(&mut self, need: u32) {
        let mut step = self.needs[need as usize].first_step;
        while step != NONE {
            let s = &mut self.steps[step as usize];
            let first = std::mem::replace(&mut s.pieces, NONE);
            step = s.next;
            if first != NONE {
                let mut last = first;
                while self.pieces[last as usize].next != NONE {
                    last = self.pieces[last as usize].next;
                }
                self.pieces[last as usize].next = self.free_pieces;
                self.free_pieces = first;
            }
        }
    }

    fn unlink(&mut self, person: u32, need: u32) {
        let next = self.needs[need as usize].next_of_person;
        let mut at = self.of_person[person as usize];
        if at == need {
            self.of_person[person as usize] = next;
            return;
        }
        while self.needs[at as usize].next_of_person != need {
            at = self.needs[at as usize].next_of_person;
        }
        self.needs[at as usize].next_of_person = next;
    }

    /// The first open need of a person; follow with [`Needs::next_open`].
    pub fn first_open(&self, person: u32) -> u32 {
        self.of_person[person as usize]
    }

    /// The next open need of the same person.
    pub fn next_open(&self, need: u32) -> u32 {
        self.needs[need as usize].next_of_person
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Needs {
        let mut n = Needs::default();
        n.reset(1);
        n
    }

    #[test]
    fn a_chain_attributes_each_stretch_to_its_cause() {
        let mut n = fresh();
        let (need, step) = n.open(0, NeedKind::Symptom, 100, Cause::NotSought);
        n.change(step, 160, Cause::StaffCapacity);
        n.split(
            step,
            200,
            &[(Cause::ClosedHours, 30), (Cause::StaffCapacity, 10)],
            Cause::Treatment,
        );
        let by = n.close(need, step, 260);
        assert_eq!(by[Cause::NotSought as usize], 60);
        assert_eq!(by[Cause::ClosedHours as usize], 30);
        assert_eq!(by[Cause::StaffCapacity as usize], 10);
        assert_eq!(by[Cause::Treatment as usize], 60);
        assert_eq!(n.first_open(0), NONE);
    }

    #[test]
    fn where_all_branches_must_finish_the_last_one_counts() {
        let mut n = fresh();
        let (need, root) = n.open(0, NeedKind::Discharge, 0, Cause::DischargeProcess);
        let a = n.follow(root, 10, Cause::Equipment);
        let b = n.follow(root, 10, Cause::PackageCapacity);
        n.finish(a, 50);
        n.finish(b, 90);
        let by = n.close(need, b, 90);
        assert_eq!(by[Cause::DischargeProcess as usize], 10);
        assert_eq!(by[Cause::PackageCapacity as usize], 80);
        assert_eq!(by[Cause::Equipment as usize], 0);
    }

    #[test]
    fn a_withdrawn_need_follows_the_earliest_branch_still_open() {
        let mut n = fresh();
        let (need, root) = n.open(0, NeedKind::Discharge, 0, Cause::DischargeProcess);
        let a = n.follow(root, 10, Cause::Equipment);
        let b = n.follow(root, 10, Cause::PackageCapacity);
        n.finish(a, 20);
        let by = n.close(need, NONE, 40);
        assert_eq!(by[Cause::PackageCapacity as usize], 30);
        let _ = b;
    }
}
