//! One replication: one course, all arms on it one after another, one record.

use crate::base::{Secs, Time};
use crate::kernel::{Fit, Kernel, Pick};
use crate::model::{Model, TeamIndex};
use crate::observe::{Catalogue, CatalogueError, Record, Tally};
use crate::random::{Draws, sub_key};

use super::catalogue::{Measures, TeamMeasures, catalogue};
use super::course::{Course, generate};
use super::epochs::{Epochs, Prepared};
use super::event_log::EventLog;
use super::fates::Fates;
use super::needs::NONE;
use super::recorder::Recorder;
use super::roster::{Duty, duty, same_duty};
use super::world::{K, World};

/// Salt of the placebo: the same arm with its response draws re-keyed.
const PLACEBO: u64 = 0x70_6c_61_63_65_62_6f;

/// A comparison of arms, ready to be replicated. Shared by all threads.
#[derive(Debug)]
pub struct Pathway {
    pub(super) arms: Vec<Prepared>,
    catalogue: Catalogue,
    pub(super) measures: Measures,
    /// Whether each arm's clinicians are on duty as those of the first.
    base_duty: Vec<bool>,
    seed: u64,
    antithetic: bool,
}

/// What is left of an arm's run besides the record.
#[derive(Debug, Default)]
pub struct ArmRun {
    /// Events of the kernel.
    pub events: u64,
    /// What became of each person.
    pub fates: Fates,
    /// Work items: created, done, withdrawn, open at the end.
    pub items: (i64, i64, i64, i64),
    /// Everybody else's contacts asked of each team in the measured window, and places in the whole run.
    pub others: Vec<u64>,
    /// What happened, if a log was asked for.
    pub log: Option<EventLog>,
}

impl Pathway {
    /// Prepares a comparison. The arms must have equal exogenous halves to be paired person by person:
    /// see [`Pathway::paired`].
    ///
    /// # Errors
    /// If the catalogue of outcomes cannot be built, in words.
    pub fn new(models: Vec<Model>, seed: u64) -> Result<Pathway, CatalogueError> {
        let (catalogue, measures) = catalogue(&models.iter().collect::<Vec<_>>())?;
        let base_duty = (models.iter().zip(0..)).map(|(m, i)| i == 0 || same_duty(&models[0], m));
        Ok(Pathway {
            base_duty: base_duty.collect(),
            arms: models.into_iter().map(Prepared::new).collect(),
            catalogue,
            measures,
            seed,
            antithetic: false,
        })
    }

    /// Replications in antithetic pairs: see [`Draws::of`].
    pub fn antithetic(self, antithetic: bool) -> Pathway {
        Pathway { antithetic, ..self }
    }

    pub(super) fn draws(&self, replication: u64) -> Draws {
        Draws::of(self.seed, replication, self.antithetic)
    }

    /// Whether all arms have the same people, the same course of illness and the same windows. Their teams may
    /// differ: a service that one arm lacks is measured only in those that have it.
    pub fn paired(&self) -> bool {
        let base = &self.arms[0].model;
        self.arms
            .iter()
            .all(|a| a.model.exogenous == base.exogenous && a.model.windows == base.windows)
    }

    /// What is recorded and worked out.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Where each measure lies.
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    /// The models of the arms.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.arms.iter().map(|a| &a.model)
    }

    /// The course of a replication.
    pub fn course(&self, replication: u64) -> Course {
        let base = &self.arms[0].model;
        generate(&base.exogenous, &base.windows, &self.draws(replication))
    }

    /// One replication of all arms (and of the placebo, if there is more than one arm).
    pub fn replicate(&self, replication: u64) -> Record {
        let draws = self.draws(replication);
        let course = self.course(replication);
        let base_duty = duty(&self.arms[0].model, &draws);
        let mut tally = Tally::new(&self.catalogue, replication);
        let mut fates: Vec<Fates> = Vec::with_capacity(self.arms.len());
        let m = &self.measures;
        for arm in 0..self.arms.len() {
            // Arms may staff differently; equal staff has equal rosters because keys are names.
            let own;
            let duty = if self.base_duty[arm] {
                &base_duty
            } else {
                own = duty(&self.arms[arm].model, &draws);
                &own
            };
            let (filled, run) = self.run_arm(arm, &course, duty, draws, draws, tally, None);
            tally = filled;
            let all = crate::observe::GroupId::ALL;
            debug_assert!(tally.get(arm, self.measures.deaths, all) >= 0);
            tally.add(arm, self.measures.replications, &[], 1);
            tally.add(arm, self.measures.events, &[], run.events as i64);
            for (other, (from, cells)) in fates.iter().zip(&m.fates.against).enumerate() {
                let people = (other == 0).then_some(m.paired_deaths);
                from.count(&run.fates, &mut tally, arm, cells, people);
            }
            fates.push(run.fates);
        }
        if self.arms.len() > 1 {
            let rekeyed = Draws::of(sub_key(self.seed, PLACEBO), replication, self.antithetic);
            let scratch = Tally::new(&self.catalogue, replication);
            let (_, run) = self.run_arm(0, &course, &base_duty, draws, rekeyed, scratch, None);
            fates[0].count(&run.fates, &mut tally, 0, &m.fates.placebo, Some(m.paired_deaths));
        }
        tally.finish()
    }

    /// One arm on a course, recording into `tally`. `others` draws everybody else's contacts, `responses`
    /// what care does; `log`: where to write down what happens.
    #[allow(clippy::too_many_arguments)] // the parts of one run, each used once
    pub fn run_arm<'a>(
        &'a self,
        arm: usize,
        course: &'a Course,
        duty: &Duty,
        others: Draws,
        responses: Draws,
        tally: Tally<'a>,
        log: Option<EventLog>,
    ) -> (Tally<'a>, ArmRun) {
        let model = &self.arms[arm].model;
        let styles = &self.arms[0].model.style_of;
        let window = model.windows.measured_window();
        let people = course.people.len();
        let recorder = Recorder::new(model, &self.measures, tally, arm, styles, people, window);
        let (mut world, mut k, mut epochs) = self.begin(arm, course, duty, others, responses, recorder);
        world.log = log;
        world.begin(&mut k);
        let (from, to) = model.windows.measured_window();
        let middle = from + (to - from) / 2;
        epochs.run(&mut k, &mut world, from);
        k.reset_measures();
        world.record_confidence(0);
        world.note_relations(&self.measures.relations, from, 0);
        epochs.run(&mut k, &mut world, middle);
        world.record_confidence(1);
        world.note_relations(&self.measures.relations, middle, 1);
        let first: Vec<Time> = self
            .measures
            .teams
            .iter()
            .map(|t| queue_secs(&k, &world, model, t))
            .collect();
        epochs.run(&mut k, &mut world, to);
        world.record_confidence(2);
        self.record_teams(&k, &mut world, &duty.planned, &first);
        world.note_relations(&self.measures.relations, to, 2);
        let mut others: Vec<u64> = (world.kernel_team.iter())
            .map(|team| {
                let flows = team.map(|id| k.team_measures(id).background);
                flows.iter().flatten().map(|flow| flow.submitted).sum()
            })
            .collect();
        epochs.run(&mut k, &mut world, model.windows.end());
        world.end(&mut k);
        for (stream, _) in world.others.iter().filter(|(stream, _)| *stream != NONE) {
            others[*stream as usize >> 8] += 1;
        }
        let open = world.open_items();
        world.rec.items_at_end(open);
        let (created, done, withdrawn, _) = world.rec.items();
        let log = world.log.take();
        world.leave_tables();
        let events = k.events_happened() + world.passed_over;
        let (tally, fates) = world.rec.finish();
        let items = (created, done, withdrawn, open);
        (
            tally,
            ArmRun {
                events,
                fates,
                items,
                others,
                log,
            },
        )
    }

    /// The world of an arm at time 0 with its staff and everybody else's contacts; nobody has begun anything.
    pub(super) fn begin<'a>(
        &'a self,
        arm: usize,
        course: &'a Course,
        duty: &Duty,
        others: Draws,
        responses: Draws,
        recorder: Recorder<'a>,
    ) -> (World<'a>, K, Epochs<'a>) {
        let prepared = &self.arms[arm];
        let model = &prepared.model;
        let mut world = World::new(model, course, others, responses, recorder);
        // Everybody else's contacts are drawn apart from people's responses, so the placebo keeps them.
        let mut k: K = Kernel::new(0, others, ());
        let mut epochs = Epochs::new(prepared);
        for (i, team) in model.teams.iter().enumerate() {
            if team.role.has_clinicians() {
                let id = k.add_team(&duty.rosters[i], Pick::Rotating);
                world.kernel_team[i] = Some(id);
                world.team_of_kernel.push(TeamIndex(i as u16));
                epochs.start(&mut k, i, id);
            } else if team.role.has_places() {
                let capacity = u32::try_from(team.places.max(0)).unwrap_or(u32::MAX);
                world.kernel_places[i] = Some(k.add_places(capacity, Fit::First));
            }
        }
        (world, k, epochs)
    }

    pub(super) fn record_teams(&self, k: &K, world: &mut World<'_>, planned: &[Secs], first: &[Time]) {
        for (t, first) in self.measures.teams.iter().zip(first) {
            let Some(team) = position(world.m, t) else {
                continue;
            };
            let (available, busy, overtime, queue) = if let Some(id) = world.kernel_team[team] {
                let m = k.team_measures(id);
                (planned[team], m.busy_secs, m.overtime_secs, m.queue_secs)
            } else if let Some(id) = world.kernel_places[team] {
                let m = k.places_measures(id);
                (m.capacity_secs, m.taken_secs, 0, m.queue_secs)
            } else {
                continue;
            };
            world.rec.total(t.available, available);
            world.rec.total(t.busy, busy);
            world.rec.total(t.overtime, overtime);
            world.rec.total(t.queue, queue);
            world.rec.total(t.queue_first, *first);
            world.rec.total(t.queue_second, queue - first);
        }
    }

    /// What happens to one person (by position in the course), or to everybody, in one arm of a replication.
    pub fn event_log(&self, arm: usize, replication: u64, course: &Course, only: Option<u32>) -> EventLog {
        let draws = self.draws(replication);
        let duty = duty(&self.arms[arm].model, &draws);
        let tally = Tally::new(&self.catalogue, replication);
        let log = Some(EventLog::new(only));
        let (_, run) = self.run_arm(arm, course, &duty, draws, draws, tally, log);
        run.log.unwrap_or_default()
    }
}

/// Where an arm has a team that some arm has.
fn position(model: &Model, t: &TeamMeasures) -> Option<usize> {
    model.teams.iter().position(|team| team.name == t.name)
}

fn queue_secs(k: &K, world: &World<'_>, model: &Model, t: &TeamMeasures) -> Time {
    let Some(team) = position(model, t) else { return 0 };
    if let Some(id) = world.kernel_team[team] {
        k.team_measures(id).queue_secs
    } else if let Some(id) = world.kernel_places[team] {
        k.places_measures(id).queue_secs
    } else {
        0
    }
}

impl World<'_> {
    /// Work items still open or kept aside.
    pub(super) fn open_items(&self) -> i64 {
        self.items
            .iter()
            .filter(|i| i.status != super::objects::ItemStatus::Closed)
            .count() as i64
    }
}
