//! How services come to know: letters, noticing, news between teams, recognition by the practice (model.md §4, §8).

use crate::base::{DAY, NEVER, Time, whole_secs};
use crate::model::{OfferKind, Place, Role, State, TeamIndex};

use super::causes::{Cause, NeedKind};
use super::handoff::Referral;
use super::information::Change;
use super::needs::NONE;
use super::objects::Matter;
use super::register::Reason;
use super::response::{
    ANTICIPATORY, AT_HOME_HOSPICE, DIRECT, LETTER, LETTER_ACTED, NEWS, REFERS_NURSE, REFERS_SPECIALIST,
};
use super::state::{Anticipatory, Caseload, HospiceStanding, Standing};
use super::trust::Offer;
use super::world::{K, News, World, kind};

/// Roles that are told when another learns of a change.
pub(super) const TOLD: [Role; 5] = [
    Role::Gp,
    Role::DistrictNurse,
    Role::Cns,
    Role::OohClinician,
    Role::SocialWorker,
];

impl World<'_> {
    /// The palliative phase begins: needs arise; the hospital may notice, write, or refer directly.
    pub(super) fn palliative_begins(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let p = self.person(person);
        let (group, specialist_need) = (p.group as usize, p.specialist_need);
        self.ind(person).arose[2] = now;
        let plan = self.needs.open(person, NeedKind::Plan, now, Cause::NotRecognised);
        self.ind(person).plan = plan;
        if specialist_need {
            self.ind(person).arose[1] = now;
            let need = self
                .needs
                .open(person, NeedKind::SpecialistReview, now, Cause::NotRecognised);
            self.ind(person).specialist = need;
        }
        let planning = &self.m.planning;
        if let Some(hospital) = self.team(Role::Hospital, person) {
            let (u, v) = self.draws.pair(p.key, LETTER, 0, 0);
            if u < planning.hospital_letter[group] {
                let link = self.link(now, hospital, self.gp(person));
                let transfer = self.u(person, LETTER, 0, 1);
                let delay = planning.letter_written.secs(v) + link.transfer_secs(transfer);
                // Read when the practice is next open.
                let read = self.hours(self.gp(person)).next_open(now + delay);
                self.at(k, read, kind::LETTER, person);
            }
            let rate = self.offer_rate(person, hospital, OfferKind::Referral);
            let direct = planning.direct_referral[group] * rate;
            if specialist_need && self.chance(person, DIRECT, 0, 0, direct) {
                self.refer_to_specialist(k, person, hospital, 0);
            }
        }
        self.carer_need(person, now);
        self.may_be_found(person);
        self.start_demand(k, person);
        self.start_repeats(k, person);
    }

    /// The hospital's letter has reached the practice.
    pub(super) fn hospital_letter(&mut self, k: &mut K, person: u32) {
        if !self.people[person as usize].alive || self.people[person as usize].registered() {
            return;
        }
        let p = self.m.style(self.person(person).practice as usize).acts_on_letter;
        let rate = self.offer_rate(person, self.gp(person), OfferKind::Recognition);
        let p = self.acts_on(person, p, k.now()) * rate;
        if self.chance(person, LETTER_ACTED, 0, 0, p) {
            self.hospital_tells_gp(person);
            self.recognise(k, person, Reason::Letter);
        }
    }

    /// What the hospital's letter says of the state, unless the practice knows better or has heard since.
    pub(super) fn hospital_tells_gp(&mut self, person: u32) {
        let (hospital, gp) = (Role::Hospital as usize, Role::Gp as usize);
        let individual = self.ind(person);
        let told = individual.known[hospital].max(State::Stable);
        let seen = individual.known_at[hospital];
        if individual.known[gp] == State::Before || seen > individual.known_at[gp] {
            individual.known[gp] = told;
            individual.known_at[gp] = seen.max(individual.known_at[gp]);
        }
    }

    /// The practice puts the person on its register and starts planned care.
    pub(super) fn recognise(&mut self, k: &mut K, person: u32, why: Reason) {
        let now = k.now();
        let individual = self.ind(person);
        if individual.register != NEVER || !individual.palliative() {
            return;
        }
        individual.register = now;
        if individual.known[Role::Gp as usize] == State::Before {
            individual.known[Role::Gp as usize] = State::Stable;
        }
        individual.met[2] = now;
        individual.care[Caseload::Gp as usize].standing = Standing::Active;
        individual.care[Caseload::Gp as usize].last = now;
        let (need, step) = individual.plan;
        self.enters_register(person, why, now);
        self.note_registered(person);
        self.tell(now, person, || {
            format!("The practice recognises the palliative phase ({}).", why.words())
        });
        if self.needs.is_open(need) {
            self.end_need(need, step, super::needs::Ending::Met, now);
        }
        self.record_changed(now, person, Role::Gp, Change::Written);
        self.recount_coordinators(k, person);
        self.on_known(k, person, Role::Gp);
        self.tell_others(k, person, Role::Gp);
    }

    /// A role has come to know a state: it plans by it.
    pub(super) fn on_known(&mut self, k: &mut K, person: u32, role: Role) {
        self.plan_follows(k.now(), person, role);
        match role {
            Role::Gp => {
                self.meter_register(person, k.now());
                self.hands_over(k, person);
                self.replan(k, person, Caseload::Gp);
                if self.people[person as usize].registered() {
                    self.practice_plans(k, person);
                }
            }
            Role::DistrictNurse => {
                self.replan(k, person, Caseload::Nurse);
                self.asks_anticipatory(k, person, role, Caseload::Nurse);
            }
            Role::Cns => {
                self.replan(k, person, Caseload::Specialist);
                self.asks_anticipatory(k, person, role, Caseload::Specialist);
                self.specialist_considers_hospice(k, person);
            }
            _ => {}
        }
        self.nurse_refers_to_service(k, person, role);
        self.considers_sitter(k, person, role);
        if matches!(role, Role::Gp | Role::DistrictNurse | Role::Cns) {
            self.consider_fast_track(k, person, role);
            self.consider_hospice_at_home(k, person, role);
        }
        self.coordination_knows(k, person, role);
    }

    /// What the practice arranges for somebody on its register, by the state it knows.
    fn practice_plans(&mut self, k: &mut K, person: u32) {
        let known = self.people[person as usize].known[Role::Gp as usize];
        let p = self.person(person);
        let style = self.m.style(p.practice as usize);
        let gp = self.gp(person);
        let rate = self.offer_rate(person, gp, OfferKind::Referral);
        let plans = self.offer_rate(person, gp, OfferKind::Planning) * self.confident(gp, |c| c.planning);
        let nurse_referral = self.m.planning.refers_to_nursing[known as usize] * rate;
        if self.people[person as usize].care[Caseload::Nurse as usize].standing == Standing::None
            && self.chance(person, REFERS_NURSE, known as u32, 0, nurse_referral)
        {
            self.refer_to_nursing(k, person, gp, known as u32);
        }
        if p.specialist_need
            && self.people[person as usize].care[Caseload::Specialist as usize].standing == Standing::None
            && self.chance(
                person,
                REFERS_SPECIALIST,
                known as u32,
                0,
                style.refers_to_specialist[known as usize] * rate,
            )
        {
            self.refer_to_specialist(k, person, gp, 1 + known as u32);
        }
        let anticipatory = style.anticipatory[known as usize] * plans;
        if self.people[person as usize].anticipatory == Anticipatory::None
            && self.chance(person, ANTICIPATORY, known as u32, 0, anticipatory)
        {
            self.order_anticipatory(k, person, gp, known as u32);
        }
        self.practice_coordinates(k, person, known);
        self.practice_asks_matron(k, person, known);
    }

    /// A referral to district nursing; a second one is not made.
    pub(super) fn refer_to_nursing(&mut self, k: &mut K, person: u32, from: TeamIndex, anchor: u32) {
        if self.people[person as usize].care[Caseload::Nurse as usize].standing != Standing::None {
            return;
        }
        let Some(to) = self.team(Role::DistrictNurse, person) else {
            return;
        };
        if !self.accepts(k.now(), person, from, Offer::Nursing, anchor) {
            return;
        }
        self.ind(person).care[Caseload::Nurse as usize].standing = Standing::Referred;
        let step = self.people[person as usize].nursing.1;
        let steps = [step, NONE];
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::Nursing,
                steps,
                link: NONE,
                anchor,
            },
        );
    }

    /// A referral to the specialist nurses; a second one is not made.
    pub(super) fn refer_to_specialist(&mut self, k: &mut K, person: u32, from: TeamIndex, anchor: u32) {
        if self.people[person as usize].care[Caseload::Specialist as usize].standing != Standing::None {
            return;
        }
        let Some(to) = self.team(Role::Cns, person) else {
            return;
        };
        if !self.accepts(k.now(), person, from, Offer::Specialist, anchor) {
            return;
        }
        self.ind(person).care[Caseload::Specialist as usize].standing = Standing::Referred;
        self.specialist_asked(person, k.now());
        let step = self.people[person as usize].specialist.1;
        let steps = [step, NONE];
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::Specialist,
                steps,
                link: NONE,
                anchor,
            },
        );
    }

    /// A role that learned of a change lets the others know: at once through a shared record, else by
    /// letter, with a lag, or not at all.
    pub(super) fn tell_others(&mut self, k: &mut K, person: u32, role: Role) {
        let Some(from) = self.team(role, person) else {
            return;
        };
        for other in TOLD {
            let known = self.people[person as usize].known;
            if other != role && known[other as usize] != known[role as usize] {
                self.send_word(k, person, from, other, false);
            }
        }
        self.tell_coordinators(k, person, role, from);
    }

    /// Word of a person's state from a team to a role; `recognise` also asks the practice to put the
    /// person on its register.
    pub(super) fn send_word(
        &mut self,
        k: &mut K,
        person: u32,
        from: TeamIndex,
        to_role: Role,
        recognise: bool,
    ) {
        let Some(to) = self.team(to_role, person) else {
            return;
        };
        let interface = self.link(k.now(), from, to).theta;
        let from_role = self.m.teams[from.index()].role;
        let individual = &self.people[person as usize];
        let state = individual.known[from_role as usize];
        let seen = individual.known_at[from_role as usize];
        let spell = individual.spell;
        let ordinal = if spell == NONE {
            0
        } else {
            u32::from(self.c.spells[spell as usize].ordinal)
        };
        let pair = (from_role as u16) << 8 | (to_role as u16) << 1 | u16::from(recognise);
        if interface.shared_record {
            self.word_coming(k.now(), person, to_role, k.now());
            self.word_reaches(
                k,
                News {
                    person,
                    from: from_role,
                    role: to_role,
                    state,
                    seen,
                    recognise,
                },
            );
            return;
        }
        let (u, v) = self.draws.pair(self.person(person).key, NEWS, ordinal, pair);
        if u < interface.record_missing {
            return;
        }
        let lag = whole_secs(interface.record_lag.at(v) * interface.record_lag_scale);
        let number = self.number_news(News {
            person,
            from: from_role,
            role: to_role,
            state,
            seen,
            recognise,
        });
        let read = self.hours(to).next_open(k.now() + lag);
        self.word_coming(k.now(), person, to_role, read);
        self.at(k, read, kind::NEWS, number);
    }

    /// A letter arrives.
    pub(super) fn news_arrives(&mut self, k: &mut K, number: u32) {
        let news = self.news[number as usize];
        self.free_news.push(number);
        if self.people[news.person as usize].alive {
            self.word_reaches(k, news);
        }
    }

    /// Word of a person's state reaches a role.
    pub(super) fn word_reaches(&mut self, k: &mut K, news: News) {
        let individual = self.ind(news.person);
        // News older than what the role has seen itself, or heard since, changes nothing.
        let newer = news.seen > individual.known_at[news.role as usize];
        let changed =
            newer && individual.known[news.role as usize] != news.state && news.state != State::Before;
        if newer {
            individual.known_at[news.role as usize] = news.seen;
        }
        if changed {
            individual.known[news.role as usize] = news.state;
        }
        if news.recognise && !self.people[news.person as usize].registered() {
            self.recognise(k, news.person, Reason::of_word(news.from));
        } else if changed {
            self.on_known(k, news.person, news.role);
        }
    }

    /// Hospice-at-home is asked for when dying at home becomes known.
    pub(super) fn consider_hospice_at_home(&mut self, k: &mut K, person: u32, role: Role) {
        let individual = &self.people[person as usize];
        if individual.known[role as usize] != State::Dying
            || individual.place != Place::Home
            || individual.hospice_at_home != HospiceStanding::None
        {
            return;
        }
        let (Some(to), Some(from)) = (self.team(Role::HospiceAtHome, person), self.team(role, person)) else {
            return;
        };
        let asked = self.m.hospice.at_home * self.offer_rate(person, from, OfferKind::Referral);
        if !self.chance(person, AT_HOME_HOSPICE, 0, 0, asked)
            || !self.accepts(k.now(), person, from, Offer::HospiceAtHome, 0)
        {
            return;
        }
        self.ind(person).hospice_at_home = HospiceStanding::Referred;
        self.specialist_asked(person, k.now());
        let steps = super::state::NO_STEPS;
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::HospiceAtHome,
                steps,
                link: NONE,
                anchor: 0,
            },
        );
    }

    /// A day before which nothing new is due: a planned contact is not made the moment somebody comes home.
    pub(super) fn soon(now: Time) -> Time {
        now + DAY
    }
}
