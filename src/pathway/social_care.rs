//! Social care and its money: need, asking, assessment, means test, panel, fast track (model.md §11).

use crate::base::{NEVER, Time, whole_secs};
use crate::model::{Delay, Place, Role, State, TeamIndex};

use super::causes::{Cause, NeedKind};
use super::event_log::What;
use super::handoff::Referral;
use super::hospital::CARE_ARRANGED;
use super::needs::{Ending, NONE};
use super::objects::{Case, CaseStage, Matter, Task};
use super::response::{CARE_HOME, CASE_DELAY, FAMILY_ASKS, REABLEMENT, URGENT};
use super::world::{K, World, kind};

impl World<'_> {
    /// Hours a week needed beyond the carer's, at home.
    pub(super) fn hours_needed(&self, person: u32) -> f32 {
        let individual = &self.people[person as usize];
        if individual.spell == NONE || individual.home != Place::Home || individual.state == State::Before {
            return 0.0;
        }
        let p = self.person(person);
        let hours = self.c.spells[individual.spell as usize].care_hours - p.carer_hours;
        hours.clamp(0.0, self.m.social_care.most_hours as f32)
    }

    /// Counts the hours needed and given since the last change of either.
    pub(super) fn meter_care(&mut self, person: u32, now: Time) {
        let individual = &self.people[person as usize];
        let since = individual.care_since;
        if individual.alive && individual.place == Place::Home {
            let (needed, given) = (individual.care_needed, individual.package.hours);
            let private = individual.package.private_hours.min(given.min(needed));
            self.rec.care_hours(
                self.person(person),
                since,
                now,
                needed,
                given.min(needed),
                (
                    private,
                    individual.package.charged_hours,
                    individual.package.nhs_hours,
                ),
            );
            let package = &individual.package;
            if since < now && given.min(needed) > private + package.nhs_hours {
                self.ind(person).marks.council_home_care = now;
            }
        }
        let needed = self.hours_needed(person);
        let individual = self.ind(person);
        individual.care_since = now;
        individual.care_needed = needed;
    }

    /// Looks at need against what is given: opens a case, or closes one that nobody needs any more.
    pub(super) fn review_care(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        self.meter_care(person, now);
        let individual = &self.people[person as usize];
        if !individual.alive {
            return;
        }
        let sc = &self.m.social_care;
        let needed = self.hours_needed(person);
        let unmet = needed - individual.package.hours;
        let grown = individual.package.hours <= 0.0
            || f64::from(needed) > sc.reassess_above * f64::from(individual.package.hours);
        if individual.case == NONE {
            // The first need arises wherever the person is; later ones when somebody at home can notice.
            let first = !individual.care_needed_once;
            if (individual.in_community() || first) && grown && f64::from(unmet) >= sc.hours_threshold {
                self.open_case(k, person, unmet, Cause::NotSought);
                let case = self.people[person as usize].case;
                let anchor = self.cases[case as usize].anchor;
                let u = self.u(person, FAMILY_ASKS, anchor, 0);
                let trust = self.trust(person);
                let factor = f64::from(self.person(person).help_seeking)
                    * (1.0 + self.m.symptoms.trust_effect * (1.0 - 2.0 * trust)).max(0.0);
                let factor = factor * self.language_slows(person, self.gp(person));
                let delay = whole_secs(sc.family_asks.at(u) * factor);
                let stamp = self.cases[case as usize].stamp;
                let asks = self.m.calendars[self.m.practice_calendar].next_open(now + delay);
                self.wake(k, asks, kind::FAMILY, case, stamp);
                for role in [Role::Gp, Role::DistrictNurse, Role::Cns] {
                    self.consider_fast_track(k, person, role);
                }
            }
        } else if f64::from(unmet) < sc.hours_threshold {
            let case = individual.case;
            if self.cases[case as usize].stage == CaseStage::NotAsked {
                self.close_case(k, case, Ending::Withdrawn);
            }
        }
    }

    /// A need for personal care arises.
    fn open_case(&mut self, k: &mut K, person: u32, hours: f32, cause: Cause) -> u32 {
        let now = k.now();
        let again = self.people[person as usize].care_needed_once;
        self.ind(person).care_needed_once = true;
        let kind = if again {
            NeedKind::CareAgain
        } else {
            NeedKind::PersonalCare
        };
        let (need, step) = self.needs.open(person, kind, now, cause);
        let spell = self.people[person as usize].spell;
        let anchor = if spell == NONE {
            0
        } else {
            u32::from(self.c.spells[spell as usize].ordinal)
        };
        let number = self.cases.len() as u32;
        self.cases.push(Case {
            person,
            need,
            steps: [step, NONE],
            anchor,
            attempt: 0,
            hours,
            stage: CaseStage::NotAsked,
            fast_track: false,
            refused: false,
            means_done: self.people[person as usize].means_tested,
            self_funded: false,
            urgent: false,
            request: NONE,
            stamp: 0,
            free_for: 0,
            decided: NEVER,
            applicant: None,
        });
        self.ind(person).case = number;
        self.tell(now, person, || {
            format!("Needs {hours:.0} hours of care a week more than family and present care give.")
        });
        number
    }

    /// A case comes to a new stage; what was scheduled for the old one is stale.
    pub(super) fn case_stage(&mut self, now: Time, case: u32, stage: CaseStage, cause: Cause) {
        let c = &mut self.cases[case as usize];
        c.stage = stage;
        c.stamp += 1;
        let (steps, person) = (c.steps, c.person);
        self.wait_for(steps, now, cause);
        let number = case;
        self.happens(now, person, What::Case { number, stage, cause });
    }

    /// The delay of a stage, then [`World::case_moves`].
    pub(super) fn case_delay(&mut self, k: &mut K, case: u32, delay: &Delay, team: Option<TeamIndex>) {
        let c = self.cases[case as usize];
        let u = self.u(c.person, CASE_DELAY + c.stage as u16, c.anchor, c.attempt);
        let at = self.delay_ends(k.now(), delay, u, team);
        self.wake(k, at, kind::CASE, case, c.stamp);
    }

    /// The case a wake-up is for, unless it is over or has moved on.
    pub(super) fn woken(&self, wake: u32) -> Option<u32> {
        let w = self.wakes[wake as usize];
        let c = &self.cases[w.link as usize];
        (c.stamp == w.stamp && c.stage != CaseStage::Closed && self.people[c.person as usize].alive)
            .then_some(w.link)
    }

    /// The family has come to ask by itself.
    pub(super) fn family_asks(&mut self, k: &mut K, wake: u32) {
        if let Some(case) = self.woken(wake) {
            let person = self.cases[case as usize].person;
            let gp = self.gp(person);
            self.ask_for_care(k, person, gp);
        }
    }

    /// Care is asked for, by the family or by somebody who noticed, through a team.
    pub(super) fn ask_for_care(&mut self, k: &mut K, person: u32, from: TeamIndex) {
        let case = self.people[person as usize].case;
        if case == NONE || self.cases[case as usize].stage != CaseStage::NotAsked {
            return;
        }
        let Some(to) = self.team(Role::SocialWorker, person) else {
            return;
        };
        self.case_stage(k.now(), case, CaseStage::Requested, Cause::Transfer);
        let c = self.cases[case as usize];
        let matter = Matter::SocialCare;
        let (steps, anchor) = (c.steps, c.anchor);
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter,
                steps,
                link: case,
                anchor,
            },
        );
    }

    /// The request has reached social work.
    pub(super) fn care_request_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let case = h.link;
        if self.cases[case as usize].stage != CaseStage::Requested {
            return;
        }
        let from = self.m.teams[h.from.index()].role;
        let known = self.people[h.person as usize].known[from as usize];
        let sc = &self.m.social_care;
        let urgent =
            known >= State::Deteriorating && self.chance(h.person, URGENT, h.anchor, 0, sc.terminal_urgent);
        self.cases[case as usize].urgent = urgent;
        if urgent && sc.urgent_start {
            self.handoffs[number as usize].steps = super::state::NO_STEPS;
            self.order_assessment(k, number, Task::Social, Role::SocialWorker, true);
            return self.source(k, case);
        }
        self.case_stage(k.now(), case, CaseStage::Assessment, Cause::AssessmentQueue);
        let steps = self.cases[case as usize].steps;
        self.handoffs[number as usize].steps = steps;
        self.order_assessment(k, number, Task::Social, Role::SocialWorker, urgent);
    }

    /// The social worker's assessment is done.
    pub(super) fn assessed(&mut self, k: &mut K, handoff: u32) {
        let case = self.handoffs[handoff as usize].link;
        let c = self.cases[case as usize];
        if !self.people[c.person as usize].alive {
            return;
        }
        if c.stage != CaseStage::Assessment {
            // Care began before the assessment, which now decides who pays for it.
            if self.m.social_care.urgent_start
                && c.urgent
                && self.m.social_care.pays_privately(self.person(c.person).capital)
            {
                self.meter_care(c.person, k.now());
                let package = &mut self.ind(c.person).package;
                package.private_hours = package.hours;
            }
            return;
        }
        let sc = &self.m.social_care;
        let p = self.person(c.person);
        if f64::from(self.hours_needed(c.person)) >= sc.care_home_hours
            && p.carer_hours <= 0.0
            && self.chance(c.person, CARE_HOME, c.anchor, 0, sc.care_home_chosen)
        {
            self.case_stage(k.now(), case, CaseStage::CareHome, Cause::Bed);
            let delay = &self.m.social_care.care_home_wait;
            return self.case_delay(k, case, delay, None);
        }
        self.means_test(k, case);
    }

    pub(super) fn withdraw_social_items(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].item;
        while at != NONE {
            let next = self.items[at as usize].next;
            if matches!(self.items[at as usize].task, Task::Social | Task::WriteUp) {
                self.withdraw_item(k, at);
            }
            at = next;
        }
    }

    /// What care must be arranged before somebody ready can leave hospital.
    pub(super) fn arrange_care_for_discharge(&mut self, k: &mut K, person: u32, root: u32) {
        let now = k.now();
        let sc = &self.m.social_care;
        let needed = self.hours_needed(person);
        let package = self.people[person as usize].package.hours;
        let enough = package > 0.0 && f64::from(needed) <= sc.reassess_above * f64::from(package);
        if enough || f64::from(needed - package) < sc.hours_threshold {
            return;
        }
        let anchor = self.people[person as usize].stay.anchor;
        let case = self.people[person as usize].case;
        let cause = match case {
            NONE => Cause::AssessmentQueue,
            case => self.needs.cause(self.cases[case as usize].steps[0]),
        };
        let branch = self.needs.follow(root, now, cause);
        self.ind(person).stay.pending |= CARE_ARRANGED;
        self.ind(person).stay.waits_for_care = branch;
        if case != NONE {
            self.attach(case, branch);
            if self.cases[case as usize].stage == CaseStage::NotAsked {
                let from = self
                    .team(Role::Hospital, person)
                    .unwrap_or_else(|| self.gp(person));
                self.ask_for_care(k, person, from);
            }
            return;
        }
        let case = self.open_case(k, person, needed - package, Cause::AssessmentQueue);
        self.cases[case as usize].steps[1] = branch;
        // Not for those known to be near the end: for them the fast track comes first.
        let near_end = self.people[person as usize].known[Role::Hospital as usize] >= State::Unstable;
        if !near_end && self.chance(person, REABLEMENT, anchor, 0, sc.reablement) {
            self.cases[case as usize].free_for = sc.reablement_for;
            self.case_stage(now, case, CaseStage::Starting, Cause::PackageCapacity);
            return self.case_delay(k, case, &sc.reablement_start, None);
        }
        if sc.discharge_to_assess_for > 0 {
            self.cases[case as usize].free_for = sc.discharge_to_assess_for;
            return self.source(k, case);
        }
        self.consider_fast_track(k, person, Role::Hospital);
        let from = self
            .team(Role::Hospital, person)
            .unwrap_or_else(|| self.gp(person));
        self.ask_for_care(k, person, from);
    }

    /// A discharge now waits on a case already under way.
    fn attach(&mut self, case: u32, branch: u32) {
        let c = self.cases[case as usize];
        self.cases[case as usize].steps[1] = branch;
        let mut at = self.people[c.person as usize].item;
        while at != NONE {
            if matches!(self.items[at as usize].task, Task::Social | Task::WriteUp) {
                self.items[at as usize].steps[1] = branch;
            }
            at = self.items[at as usize].next;
        }
        let mut at = self.people[c.person as usize].handoff;
        while at != NONE {
            let h = &mut self.handoffs[at as usize];
            let of_social_care = matches!(
                h.matter,
                Matter::SocialCare | Matter::Sourcing | Matter::FastTrack
            );
            if of_social_care && h.link == case {
                h.steps[1] = branch;
                break;
            }
            at = h.before;
        }
    }

    /// Free care has come to its end: the means test begins where re-ablement left off.
    pub(super) fn free_care_ends(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let individual = &self.people[person as usize];
        if !individual.alive || individual.package.free_until != now {
            return;
        }
        self.end_free_care(k, person);
        self.tell(now, person, || "The weeks of free care are over.".to_string());
        let needed = self.hours_needed(person) - self.people[person as usize].package.hours;
        if individual_needs(needed, self.m.social_care.hours_threshold)
            && self.people[person as usize].in_community()
            && self.people[person as usize].case == NONE
        {
            let case = self.open_case(k, person, needed, Cause::FinancialAssessment);
            self.means_test(k, case);
        }
    }

    /// A case is over.
    pub(super) fn close_case(&mut self, k: &mut K, case: u32, ending: Ending) {
        let now = k.now();
        let c = self.cases[case as usize];
        if c.stage == CaseStage::Closed {
            return;
        }
        self.cases[case as usize].stage = CaseStage::Closed;
        self.cases[case as usize].stamp += 1;
        self.ind(c.person).case = NONE;
        self.log_case_closed(now, c.person, case);
        if !(ending == Ending::Met && c.urgent && self.m.social_care.urgent_start) {
            self.withdraw_social_items(k, c.person);
        }
        if self.needs.is_open(c.need) {
            let last = if ending == Ending::Met { c.steps[0] } else { NONE };
            self.end_need(c.need, last, ending, now);
        }
        if ending == Ending::Met && c.fast_track && c.decided != NEVER {
            self.rec.fast_track_start(c.decided, now);
        }
    }
}

fn individual_needs(hours: f32, threshold: f64) -> bool {
    f64::from(hours) >= threshold
}
