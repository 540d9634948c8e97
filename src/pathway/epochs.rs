//! Changes during a run: from a time on care is organised otherwise, and what is under way is carried over.
//!
//! A change comes before everything else of its second. What a rule says is asked for when something happens, so
//! whatever happens from then on happens under the new rules; what was decided before (a visit begun, a letter on its
//! way, a delay drawn) stays. What does not change is not touched: a change of nothing leaves no trace.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Calendar, Time};
use crate::kernel::{self, Event, JobStatus, PlacesId, StreamId, TeamId, phase};
use crate::model::{Background, Model, Role, Team, TeamIndex};
use crate::random::{Law, Quantile};

use super::needs::NONE;
use super::objects::{ItemStatus, Task};
use super::response::USUAL;
use super::state::{Caseload, NO_CLINICIAN};
use super::world::{K, World, kind};

/// A model with what its kernel needs, prepared once.
#[derive(Debug)]
pub(super) struct Prepared {
    pub model: Model,
    /// For each epoch of the run.
    epochs: Vec<Laws>,
}

/// Calendars and, by team, gaps and lengths of the background streams of one epoch.
#[derive(Debug)]
struct Laws {
    calendars: Vec<Arc<Calendar>>,
    streams: Vec<Vec<(Arc<Quantile>, Arc<Quantile>)>>,
}

impl Laws {
    fn of(model: &Model) -> Laws {
        let stream = |b: &Background| {
            let open = model.calendars[b.calendar].open_per_week() as f64;
            let mean = if b.per_week > 0.0 {
                (open / b.per_week).max(1.0)
            } else {
                1e12
            };
            let gap = Law::Exponential { mean }.compile().expect("a positive mean");
            (Arc::new(gap), Arc::new(b.length.clone()))
        };
        let teams = model.teams.iter();
        Laws {
            calendars: model.calendars.iter().cloned().map(Arc::new).collect(),
            streams: teams.map(|t| t.background.iter().map(stream).collect()).collect(),
        }
    }
}

impl Prepared {
    pub fn new(model: Model) -> Prepared {
        let epochs = model.epochs().map(|(_, _, m)| Laws::of(m)).collect();
        Prepared { model, epochs }
    }

    /// The model of an epoch.
    fn at(&self, epoch: usize) -> &Model {
        match epoch {
            0 => &self.model,
            later => &self.model.later[later - 1].1,
        }
    }

    /// A background stream as the kernel wants it; `None` if nobody comes.
    fn stream(&self, epoch: usize, team: usize, stream: usize, id: TeamId) -> Option<kernel::Background> {
        let (laws, from) = match epoch {
            0 => (&self.epochs[0], 0),
            later => (&self.epochs[later], self.model.later[later - 1].0),
        };
        let b = &self.at(epoch).teams[team].background[stream];
        let (gap, length) = &laws.streams[team][stream];
        (b.per_week > 0.0).then(|| kernel::Background {
            team: id,
            key: b.key,
            gap: gap.clone(),
            duration: length.clone(),
            calendar: laws.calendars[b.calendar].clone(),
            priority: b.priority,
            due_in: b.target,
            from,
        })
    }
}

/// The kernel's background streams under way, and which change comes next.
pub(super) struct Epochs<'a> {
    prepared: &'a Prepared,
    now: usize,
    /// By team, the streams that ever were, by name.
    streams: Vec<BTreeMap<&'a str, StreamId>>,
    /// Ordinal with which an ended stream of everybody else's places would go on, by its key.
    ended: BTreeMap<u64, u32>,
}

impl<'a> Epochs<'a> {
    pub fn new(prepared: &'a Prepared) -> Epochs<'a> {
        Epochs {
            prepared,
            now: 0,
            streams: vec![BTreeMap::new(); prepared.model.teams.len()],
            ended: BTreeMap::new(),
        }
    }

    /// Starts the background streams of a team of clinicians.
    pub fn start(&mut self, k: &mut K, team: usize, id: TeamId) {
        for (i, b) in self.prepared.model.teams[team].background.iter().enumerate() {
            if let Some(law) = self.prepared.stream(0, team, i, id) {
                self.streams[team].insert(&b.name, k.add_background(law));
            }
        }
    }

    /// Lets everything happen that is due before `until`, with the changes that come before it or then.
    pub fn run(&mut self, k: &mut K, world: &mut World<'a>, until: Time) {
        while let Some((at, next)) = self
            .prepared
            .model
            .later
            .get(self.now)
            .filter(|(at, _)| *at <= until)
        {
            k.run(world, *at);
            self.now += 1;
            self.change(k, world, next);
        }
        k.run(world, until);
    }

    fn change(&mut self, k: &mut K, world: &mut World<'a>, next: &'a Model) {
        let before = world.m;
        let redrawn = redrawn(before, next);
        if let Some(teams) = &redrawn {
            world.settle_relations(k.now());
            world.m = next;
            world.relations_renewed(k.now(), teams);
        }
        world.m = next;
        world.seeing = super::information::seeing(next);
        if let (None, Some(confidence)) = (&before.confidence, &next.confidence) {
            world.confidence.fill(confidence.start);
        }
        world.rec.goes_on_with(next);
        world.begin_anew(k, before);
        world.coordination_renewed(k);
        for team in 0..next.teams.len() {
            if let Some(id) = world.kernel_team[team] {
                self.change_streams(k, before, next, team, id);
                world.note_leavers(TeamIndex(team as u16), &before.teams[team], &next.teams[team]);
            } else if let Some(id) = world.kernel_places[team] {
                self.change_others(k, world, before, team);
                set_places(k, world, &before.teams[team], &next.teams[team], id);
            }
        }
        if !world.leavers.is_empty() {
            // After duty has ended, so that nobody who leaves is handed anything.
            k.schedule(k.now(), phase::FIRST_WORLD, Event::new(kind::LEFT, 0));
        }
    }

    /// Streams that change go on with the next contact; those that do not are left alone.
    fn change_streams(&mut self, k: &mut K, before: &Model, next: &'a Model, team: usize, id: TeamId) {
        let old = &before.teams[team].background;
        for (i, b) in next.teams[team].background.iter().enumerate() {
            let was = old.iter().find(|o| o.name == b.name);
            if was.is_some_and(|o| same_stream(before, o, next, b)) {
                continue;
            }
            let law = self.prepared.stream(self.now, team, i, id);
            match (self.streams[team].get(b.name.as_str()), law) {
                (Some(known), law) => k.change_background(*known, law),
                (None, Some(law)) => {
                    self.streams[team].insert(&b.name, k.add_background(law));
                }
                (None, None) => {}
            }
        }
        for gone in old
            .iter()
            .filter(|o| next.teams[team].background.iter().all(|b| b.name != o.name))
        {
            if let Some(known) = self.streams[team].get(gone.name.as_str()) {
                k.change_background(*known, None);
            }
        }
    }

    /// As [`Epochs::change_streams`], for everybody else's use of places, whose next arrival the world keeps.
    fn change_others(&mut self, k: &mut K, world: &mut World<'a>, before: &Model, team: usize) {
        let next = world.m;
        let (old, new) = (&before.teams[team].background, &next.teams[team].background);
        let same = |o: &Background, b: &Background| o.name == b.name && same_stream(before, o, next, b);
        if old.len() == new.len() && old.iter().zip(new).all(|(o, b)| same(o, b)) {
            return;
        }
        let number = |stream: usize| (team << 8 | stream) as u32;
        // The last entry of a stream is its next arrival.
        let pending: Vec<Option<usize>> = (0..old.len())
            .map(|i| world.others.iter().rposition(|(index, _)| *index == number(i)))
            .collect();
        for (i, o) in old.iter().enumerate() {
            let Some(entry) = pending[i] else { continue };
            let kept = new
                .iter()
                .position(|b| b.name == o.name && same_arrivals(before, o, next, b));
            match kept {
                Some(now) => world.others[entry].0 = number(now),
                None => {
                    self.ended.insert(o.key, world.others[entry].1 + 1);
                    world.others[entry].0 = NONE;
                }
            }
        }
        for (i, b) in new.iter().enumerate() {
            let was = old.iter().position(|o| o.name == b.name);
            let goes_on =
                was.is_some_and(|o| pending[o].is_some() && same_arrivals(before, &old[o], next, b));
            if !goes_on {
                world.others_next(k, number(i), self.ended.get(&b.key).copied().unwrap_or(0));
            }
        }
    }
}

/// The teams whose organisation is another, if anything at all changes between teams.
fn redrawn(before: &Model, next: &Model) -> Option<Vec<TeamIndex>> {
    let pairs = || before.teams.iter().zip(&next.teams);
    let names = |t: &Team| t.clinicians.iter().map(|c| c.key).collect::<Vec<_>>();
    let same = |(a, b): (&Team, &Team)| {
        (&a.organisation, &a.site) == (&b.organisation, &b.site) && names(a) == names(b)
    };
    if before.relations == next.relations && pairs().all(same) {
        return None;
    }
    let moved = pairs()
        .zip(0..)
        .filter(|((a, b), _)| a.organisation != b.organisation);
    Some(moved.map(|(_, index)| TeamIndex(index)).collect())
}

fn same_arrivals(before: &Model, o: &Background, next: &Model, b: &Background) -> bool {
    o.per_week == b.per_week && before.calendars[o.calendar] == next.calendars[b.calendar]
}

fn same_stream(before: &Model, o: &Background, next: &Model, b: &Background) -> bool {
    same_arrivals(before, o, next, b)
        && o.length == b.length
        && o.size == b.size
        && (o.priority, o.target) == (b.priority, b.target)
}

fn set_places(k: &mut K, world: &mut World<'_>, before: &Team, next: &Team, id: PlacesId) {
    if before.places != next.places {
        k.set_capacity(world, id, u32::try_from(next.places.max(0)).unwrap_or(u32::MAX));
    }
}

impl World<'_> {
    /// What runs by itself from the start of the run, and did not until now.
    fn begin_anew(&mut self, k: &mut K, before: &Model) {
        let (now, next) = (k.now(), self.m);
        let when = |m: &Model| {
            m.relations
                .relationships
                .as_ref()
                .and_then(|r| Some(r.reorganised.as_ref()?.0))
        };
        if when(next) != when(before) {
            self.begin_relations(k);
        }
        self.planning_renewed(k, before);
        let reviews = |m: &Model, practice: usize| {
            let embedded = m.access.embedded.as_ref().filter(|e| now < e.until);
            let embedded = embedded.filter(|e| e.review_a_week.iter().any(|rate| *rate > 0.0));
            embedded
                .filter(|_| m.team(Role::EmbeddedNurse, practice).is_some())
                .map(|e| e.from)
        };
        for practice in 0..next.exogenous.practices.len() {
            let (was, is) = (reviews(before, practice), reviews(next, practice));
            if was != is
                && let Some(from) = is
            {
                self.plan_reviews(k, practice as u32, from.max(now));
            }
        }
    }

    fn note_leavers(&mut self, team: TeamIndex, before: &Team, next: &Team) {
        for c in &before.clinicians {
            if !next.clinicians.iter().any(|n| n.seat == c.seat) {
                self.leavers.push((team, c.seat));
            }
        }
    }

    /// The GP whom a person usually sees, of those there are now.
    pub(super) fn usual_gp(&self, person: u32) -> u16 {
        let gps = &self.m.teams[self.gp(person).index()].clinicians;
        let usual = (self.u(person, USUAL, 0, 0) * gps.len() as f64) as usize;
        gps.get(usual.min(gps.len().saturating_sub(1)))
            .map_or(0, |c| c.seat)
    }

    /// Clinicians have left: nobody waits for them any more, and who waits for a team in which nobody is left seeks
    /// help again.
    pub(super) fn clinicians_left(&mut self, k: &mut K) {
        let leavers = std::mem::take(&mut self.leavers);
        for person in 0..self.people.len() as u32 {
            if !self.people[person as usize].alive {
                continue;
            }
            for caseload in Caseload::ALL {
                let named = self.people[person as usize].care[caseload as usize].named;
                let team = self.team(caseload.role(), person);
                let left = team.is_some_and(|team| leavers.contains(&(team, named)));
                if named != NO_CLINICIAN && left {
                    self.people[person as usize].care[caseload as usize].named = match caseload {
                        Caseload::Gp => self.usual_gp(person),
                        _ => NO_CLINICIAN,
                    };
                }
            }
            let mut at = self.people[person as usize].item;
            while at != NONE {
                let it = self.items[at as usize];
                if let Some(held_for) = k.held_for(at)
                    && leavers.contains(&(it.team, held_for))
                {
                    self.items[at as usize].hold_until = it.hold_until.min(k.now());
                    k.end_hold(self, at);
                }
                let nobody = self.m.teams[it.team.index()].clinicians.is_empty();
                let theirs = leavers.iter().any(|(team, _)| *team == it.team);
                let waits = matches!(k.status(at), JobStatus::Queued | JobStatus::Held);
                let asked = matches!(it.task, Task::Symptom | Task::Triage) && it.status == ItemStatus::Open;
                if asked && waits && nobody && theirs {
                    self.withdraw_item(k, at);
                    self.seek_again(k, it.link);
                }
                at = it.next;
            }
        }
    }
}
