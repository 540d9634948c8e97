//! A naive kernel for tests: the same rules by linear scans over plain lists, with no key packing, no lazy removal,
//! no bitsets and no running integrals.

use super::*;
use crate::base::{NEVER, Time};
use crate::random::Draws;

mod api;

pub use api::Api;

use super::tests::Script;

#[derive(Clone, Copy, PartialEq)]
enum Happening {
    World(Event),
    Cancellable(Event),
    Completion(usize, usize),
    Shift(usize, usize),
    Hold(u32),
    Contact(usize),
}

#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Nothing,
    Job(u32),
    Blocked(u32),
    Contact(u8),
}

/// Something in a queue: a job by id, or a contact with (stream, service, arrival).
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Job(u32),
    Contact(usize, Secs, Time),
}

struct Member {
    doing: Doing,
    on_duty: bool,
    roster: Vec<(Time, Time)>,
}

struct NaiveTeam {
    pick: Pick,
    picked: usize,
    members: Vec<Member>,
    /// (priority, due, ticket, item)
    queue: Vec<(u8, Time, u64, Item)>,
    m: TeamMeasures,
}

#[derive(Clone)]
struct NaiveJob {
    job: Job,
    team: usize,
    ticket: u64,
    /// Seconds waited before `since`.
    waited: Secs,
    since: Time,
    status: JobStatus,
}

struct NaivePlaces {
    fit: Fit,
    capacity: u32,
    /// (id, size, priority, ticket)
    held: Vec<(u32, u32, u8, u64)>,
    /// (priority, due, ticket, id, size, since)
    queue: Vec<(u8, Time, u64, u32, u32, Time)>,
    m: PlacesMeasures,
}

pub struct Naive {
    now: Time,
    /// (time, phase, sequence, what)
    events: Vec<(Time, u8, u64, Happening)>,
    sequence: u64,
    tickets: u64,
    cancellable: Vec<u64>,
    teams: Vec<NaiveTeam>,
    jobs: Vec<Option<NaiveJob>>,
    places: Vec<NaivePlaces>,
    /// (law, number in its team, ordinal, next service)
    streams: Vec<(Background, u8, u32, Secs)>,
    draws: Draws,
    untold: Vec<(PlacesId, u32, u64)>,
}

impl Naive {
    pub fn new(now: Time, draws: Draws) -> Naive {
        Naive {
            now,
            events: vec![],
            sequence: 0,
            tickets: 0,
            cancellable: vec![],
            teams: vec![],
            jobs: vec![None; 64],
            places: vec![],
            streams: vec![],
            draws,
            untold: vec![],
        }
    }

    fn push(&mut self, at: Time, phase: u8, what: Happening) -> u64 {
        self.sequence += 1;
        if at < NEVER {
            self.events.push((at, phase, self.sequence, what));
        }
        self.sequence
    }

    pub fn add_team(&mut self, rosters: &[Roster], pick: Pick) {
        let always = vec![(-NEVER, NEVER)];
        let members = rosters.iter().map(|roster| {
            let roster = match roster {
                Roster::Shifts(shifts) => shifts.to_vec(),
                Roster::Always => always.clone(),
                Roster::Calendar(calendar) => seconds_open(calendar),
            };
            Member {
                doing: Doing::Nothing,
                on_duty: covers(&roster, self.now),
                roster,
            }
        });
        let members: Vec<Member> = members.collect();
        let picked = members.len().wrapping_sub(1);
        self.teams.push(NaiveTeam {
            pick,
            picked,
            members,
            queue: vec![],
            m: TeamMeasures::default(),
        });
        for member in 0..rosters.len() {
            self.next_shift(self.teams.len() - 1, member);
        }
    }

    fn next_shift(&mut self, team: usize, member: usize) {
        let now = self.now;
        let roster = &self.teams[team].members[member].roster;
        let on = self.teams[team].members[member].on_duty;
        let bounds = roster
            .iter()
            .map(|&(start, end)| if on { end } else { start })
            .filter(|&t| t > now);
        if let Some(at) = bounds.min() {
            self.push(
                at,
                if on { phase::OFF_DUTY } else { phase::ON_DUTY },
                Happening::Shift(team, member),
            );
        }
    }

    pub fn add_places(&mut self, capacity: u32, fit: Fit) {
        self.places.push(NaivePlaces {
            fit,
            capacity,
            held: vec![],
            queue: vec![],
            m: PlacesMeasures::default(),
        });
    }

    pub fn add_background(&mut self, law: Background) {
        let local = self.streams.iter().filter(|s| s.0.team == law.team).count() as u8;
        let from = law.from;
        self.streams.push((law, local, 0, 0));
        self.next_contact(self.streams.len() - 1, from);
    }

    fn next_contact(&mut self, stream: usize, after: Time) {
        let (law, _, ordinal, service) = &mut self.streams[stream];
        let (gap, duration) = self.draws.pair(law.key, BACKGROUND_PURPOSE, *ordinal, 0);
        *ordinal += 1;
        *service = law.duration.secs(duration);
        let at = law.calendar.add_open(after, law.gap.secs(gap));
        self.push(at, phase::BACKGROUND, Happening::Contact(stream));
    }

    /// Adds the seconds up to `to` to every integral, by counting who does what.
    fn advance(&mut self, to: Time) {
        let dt = to - self.now;
        for team in &mut self.teams {
            for member in &team.members {
                let blocked = matches!(member.doing, Doing::Blocked(_));
                let works = member.doing != Doing::Nothing;
                team.m.blocked_secs += dt * i64::from(blocked);
                team.m.busy_secs += dt * i64::from(works && !blocked);
                team.m.on_duty_secs += dt * i64::from(member.on_duty);
                team.m.overtime_secs += dt * i64::from(works && !member.on_duty);
            }
            team.m.queue_secs += dt * team.queue.len() as i64;
        }
        for places in &mut self.places {
            places.m.taken_secs += dt * places.held.iter().map(|h| i64::from(h.1)).sum::<i64>();
            places.m.capacity_secs += dt * i64::from(places.capacity);
            places.m.queue_secs += dt * places.queue.len() as i64;
        }
        self.now = to;
    }

    pub fn run(&mut self, w: &mut Script, until: Time) {
        while let Some(next) = self.events.iter().min_by_key(|e| (e.0, e.1, e.2)).copied() {
            if next.0 >= until {
                break;
            }
            self.events.retain(|e| e.2 != next.2);
            self.advance(next.0);
            match next.3 {
                Happening::World(event) | Happening::Cancellable(event) => w.on_event(self, event),
                Happening::Completion(team, member) => self.ended(w, team, member),
                Happening::Shift(team, member) => self.shift(w, team, member),
                Happening::Hold(id) => self.hold_over(w, id),
                Happening::Contact(stream) => self.contact(stream),
            }
        }
        self.advance(until);
    }

    pub fn reset_measures(&mut self) {
        for team in &mut self.teams {
            team.m = TeamMeasures {
                max_queue: team.queue.len() as u32,
                ..TeamMeasures::default()
            };
        }
        for places in &mut self.places {
            places.m = PlacesMeasures {
                max_queue: places.queue.len() as u32,
                ..PlacesMeasures::default()
            };
        }
    }

    pub fn team_measures(&self, team: usize) -> TeamMeasures {
        self.teams[team].m
    }

    pub fn places_measures(&self, places: usize) -> PlacesMeasures {
        self.places[places].m
    }

    fn job(&mut self, id: u32) -> &mut NaiveJob {
        self.jobs[id as usize].as_mut().unwrap()
    }

    fn free(&self, team: usize, member: usize) -> bool {
        let members = &self.teams[team].members;
        members
            .get(member)
            .is_some_and(|m| m.on_duty && m.doing == Doing::Nothing)
    }

    fn pick(&mut self, team: usize) -> Option<usize> {
        let n = self.teams[team].members.len();
        let first = match self.teams[team].pick {
            Pick::Lowest => 0,
            Pick::Rotating => self.teams[team].picked + 1,
        };
        let picked = (0..n)
            .map(|i| (first + i) % n)
            .find(|&member| self.free(team, member))?;
        self.teams[team].picked = picked;
        Some(picked)
    }

    /// Begins a job if someone may take it, else puts it in the queue.
    fn enter(&mut self, w: &mut Script, id: u32) -> bool {
        let now = self.now;
        let NaiveJob {
            job, team, ticket, ..
        } = self.job(id).clone();
        let held = job.named.is_some() && job.hold_until > now;
        let own = [job.named, job.buddy]
            .into_iter()
            .flatten()
            .map(usize::from)
            .find(|&m| self.free(team, m));
        let taker = if own.is_some() || held {
            own
        } else {
            self.pick(team)
        };
        if let Some(member) = taker {
            self.begin(w, team, member, id);
            return true;
        }
        self.job(id).status = if held { JobStatus::Held } else { JobStatus::Queued };
        self.add_to_queue(team, (job.priority, job.due, ticket, Item::Job(id)));
        if held {
            self.push(job.hold_until, phase::HOLD, Happening::Hold(id));
        }
        false
    }

    fn add_to_queue(&mut self, team: usize, entry: (u8, Time, u64, Item)) {
        let team = &mut self.teams[team];
        team.queue.push(entry);
        team.m.max_queue = team.m.max_queue.max(team.queue.len() as u32);
    }

    fn begin(&mut self, w: &mut Script, team: usize, member: usize, id: u32) {
        let now = self.now;
        let job = self.job(id);
        job.status = JobStatus::InService;
        let (priority, waited) = (job.job.priority as usize, job.waited + now - job.since);
        self.teams[team].m.jobs[priority].started += 1;
        self.teams[team].m.jobs[priority].wait_secs += waited;
        self.teams[team].members[member].doing = Doing::Job(id);
        let waiting = self.teams[team].queue.len() as u32;
        let service = w.on_service(now, TeamId::new(team), member as u16, id, waiting);
        self.push(now + service, phase::RELEASE, Happening::Completion(team, member));
        w.on_started(self, TeamId::new(team), member as u16, id);
    }

    fn begin_contact(&mut self, team: usize, member: usize, stream: usize, service: Secs, arrived: Time) {
        let priority = self.streams[stream].0.priority;
        let flow = &mut self.teams[team].m.background[priority as usize];
        flow.started += 1;
        flow.wait_secs += self.now - arrived;
        self.teams[team].members[member].doing = Doing::Contact(priority);
        self.push(
            self.now + service,
            phase::RELEASE,
            Happening::Completion(team, member),
        );
    }

    fn ended(&mut self, w: &mut Script, team: usize, member: usize) {
        match self.teams[team].members[member].doing {
            Doing::Job(id) => {
                let withdrawn = self.job(id).status == JobStatus::Withdrawn;
                if !withdrawn && w.on_blocks(TeamId::new(team), member as u16, id) {
                    self.teams[team].members[member].doing = Doing::Blocked(id);
                } else {
                    self.finish(w, team, member, id);
                }
            }
            Doing::Contact(priority) => {
                self.teams[team].m.background[priority as usize].completed += 1;
                self.teams[team].members[member].doing = Doing::Nothing;
                self.take_next(w, team, member);
            }
            _ => unreachable!("a completion without a service"),
        }
    }

    fn finish(&mut self, w: &mut Script, team: usize, member: usize, id: u32) {
        let done = self.jobs[id as usize].take().unwrap();
        self.teams[team].m.jobs[done.job.priority as usize].completed += 1;
        self.teams[team].members[member].doing = Doing::Nothing;
        self.take_next(w, team, member);
        w.on_completed(
            self,
            TeamId::new(team),
            member as u16,
            id,
            done.status == JobStatus::Withdrawn,
        );
    }

    /// A free member takes the first entry they may.
    fn take_next(&mut self, w: &mut Script, team: usize, member: usize) {
        if !self.free(team, member) {
            return;
        }
        let now = self.now;
        let may = |&&(_, _, _, item): &&(u8, Time, u64, Item)| match item {
            Item::Contact(..) => true,
            Item::Job(id) => {
                let job = self.jobs[id as usize].as_ref().unwrap().job;
                let own = [job.named, job.buddy].contains(&Some(member as u16));
                job.named.is_none() || job.hold_until <= now || own
            }
        };
        let Some(best) = self.teams[team]
            .queue
            .iter()
            .filter(may)
            .min_by_key(|e| (e.0, e.1, e.2))
            .copied()
        else {
            return;
        };
        self.teams[team].queue.retain(|e| e.2 != best.2);
        match best.3 {
            Item::Job(id) => self.begin(w, team, member, id),
            Item::Contact(stream, service, at) => self.begin_contact(team, member, stream, service, at),
        }
    }

    fn shift(&mut self, w: &mut Script, team: usize, member: usize) {
        let m = &mut self.teams[team].members[member];
        m.on_duty = !m.on_duty;
        self.next_shift(team, member);
        self.take_next(w, team, member);
    }

    fn hold_over(&mut self, w: &mut Script, id: u32) {
        let Some(job) = self.jobs[id as usize].clone() else {
            return;
        };
        if job.status == JobStatus::Held && job.job.hold_until == self.now {
            self.job(id).status = JobStatus::Queued;
            if let Some(member) = self.pick(job.team) {
                self.teams[job.team].queue.retain(|e| e.2 != job.ticket);
                self.begin(w, job.team, member, id);
            }
        }
    }

    fn contact(&mut self, stream: usize) {
        let now = self.now;
        let (law, _, _, service) = self.streams[stream].clone();
        let team = law.team.index();
        self.next_contact(stream, now);
        self.tickets += 1;
        self.teams[team].m.background[law.priority as usize].submitted += 1;
        match self.pick(team) {
            Some(member) => self.begin_contact(team, member, stream, service, now),
            None => {
                let item = Item::Contact(stream, service, now);
                self.add_to_queue(team, (law.priority, now + law.due_in, self.tickets, item));
            }
        }
    }

    fn give_places(&mut self, w: &mut Script, id: PlacesId) {
        loop {
            let places = &mut self.places[id.index()];
            places.queue.sort_by_key(|r| (r.0, r.1, r.2));
            let taken: u32 = places.held.iter().map(|h| h.1).sum();
            let fits = |r: &&(u8, Time, u64, u32, u32, Time)| taken + r.4 <= places.capacity;
            let next = match places.fit {
                Fit::First => places.queue.iter().find(fits).copied(),
                Fit::InOrder => places.queue.first().filter(fits).copied(),
            };
            let Some((priority, _, ticket, request, size, since)) = next else {
                break;
            };
            places.queue.retain(|r| r.2 != ticket);
            places.held.push((request, size, priority, ticket));
            places.m.requests[priority as usize].started += 1;
            places.m.requests[priority as usize].wait_secs += self.now - since;
            self.untold.push((id, request, ticket));
        }
        while !self.untold.is_empty() {
            let (id, request, ticket) = self.untold.remove(0);
            if self.places[id.index()].held.iter().any(|h| h.3 == ticket) {
                w.on_placed(self, id, request);
            }
        }
    }
}

/// The open intervals of the first thousand seconds, second by second.
fn seconds_open(calendar: &crate::base::Calendar) -> Vec<(Time, Time)> {
    let open = (0..1000).filter(|&t| calendar.is_open(t));
    open.fold(vec![], |mut intervals: Vec<(Time, Time)>, t| {
        match intervals.last_mut() {
            Some(last) if last.1 == t => last.1 = t + 1,
            _ => intervals.push((t, t + 1)),
        }
        intervals
    })
}

fn covers(roster: &[(Time, Time)], t: Time) -> bool {
    roster.iter().any(|&(start, end)| start <= t && t < end)
}
