//! Hand-offs between teams: everything the interface vector puts between two of them (model.md §7).

use crate::base::{Secs, Time, WEEK, whole_secs};
use crate::model::{Role, State, TeamIndex, Work};

use super::causes::Cause;
use super::objects::{Handoff, HandoffStage, Matter, Task};
use super::response::{AUTHORISED, CHASED, DISPUTED, LOST, RETURNED, ROUNDTRIP, TRANSFER};
use super::state::{Caseload, NO_CLINICIAN, Steps};
use super::work::Order;
use super::world::{K, World, kind};

/// Most times a referral is returned or lost before the sender takes it across in person.
const MOST_ATTEMPTS: u16 = 4;

/// What is to be handed over.
pub(super) struct Referral {
    pub person: u32,
    pub from: TeamIndex,
    pub to: TeamIndex,
    pub matter: Matter,
    pub steps: Steps,
    pub link: u32,
    pub anchor: u32,
}

impl World<'_> {
    /// Sends something from one team to another.
    pub(super) fn refer(&mut self, k: &mut K, r: Referral) {
        let interface = self.m.interface(r.from, r.to);
        self.paper(k, r.person, r.from, interface.referral_secs);
        let number = self.handoffs.len() as u32;
        self.handoffs.push(Handoff {
            person: r.person,
            from: r.from,
            via: r.from,
            to: r.to,
            matter: r.matter,
            steps: r.steps,
            link: r.link,
            anchor: r.anchor,
            attempt: 0,
            stage: HandoffStage::Travelling,
        });
        let gp = self.gp(r.person);
        let by_gp =
            r.from != gp && r.to != gp && self.handoff_chance(number, ROUNDTRIP, interface.gp_roundtrip);
        if by_gp {
            self.handoffs[number as usize].stage = HandoffStage::ToGp;
            let delay = self.transfer_secs(number, r.from, gp);
            self.wait_for(r.steps, k.now(), Cause::GpRoundtrip);
            self.at(k, k.now() + delay, kind::HANDOFF, number);
        } else {
            self.send(k, number);
        }
    }

    /// The draw of something that may befall this hand-off: keyed by what it is about, not by how often.
    fn handoff_chance(&self, number: u32, purpose: u16, p: f64) -> bool {
        let h = &self.handoffs[number as usize];
        self.chance(h.person, purpose, h.anchor, attempt_key(h), p)
    }

    fn transfer_secs(&self, number: u32, from: TeamIndex, to: TeamIndex) -> Secs {
        let h = &self.handoffs[number as usize];
        let interface = self.m.interface(from, to);
        let u = self.u(h.person, TRANSFER, h.anchor, attempt_key(h));
        whole_secs(interface.transfer_delay.at(u) * interface.transfer_scale)
    }

    /// The letter leaves the sender (or the GP it had to pass).
    fn send(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let interface = self.m.interface(h.via, h.to);
        let now = k.now();
        let lost = h.attempt < MOST_ATTEMPTS && self.handoff_chance(number, LOST, interface.lost);
        let (stage, delay, cause) = if lost {
            (
                HandoffStage::Lost,
                self.until_chased(number, interface.owner_sweeps_a_week),
                Cause::LostReferral,
            )
        } else {
            (
                HandoffStage::Travelling,
                self.transfer_secs(number, h.via, h.to),
                Cause::Transfer,
            )
        };
        self.handoffs[number as usize].stage = stage;
        self.wait_for(h.steps, now, cause);
        self.at(k, now + delay, kind::HANDOFF, number);
    }

    /// How long until a lost referral is missed: by the person, the family or the sender, or by somebody
    /// accountable who sweeps for overdue work.
    fn until_chased(&self, number: u32, sweeps_a_week: f64) -> Secs {
        let h = &self.handoffs[number as usize];
        let (u, v) = self
            .draws
            .pair(self.person(h.person).key, CHASED, h.anchor, attempt_key(h));
        let chased = self.m.planning.chased_after.secs(u);
        let sweeps_a_week = sweeps_a_week + self.chase_rate(h.person) + self.manager_rate(h);
        if sweeps_a_week <= 0.0 {
            return chased;
        }
        let swept = whole_secs(-libm::log(1.0 - v) / sweeps_a_week * WEEK as f64);
        chased.min(swept)
    }

    /// A hand-off moves on.
    pub(super) fn handoff_moves(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        if !self.people[h.person as usize].alive {
            return;
        }
        let now = k.now();
        match h.stage {
            HandoffStage::ToGp => {
                self.handoffs[number as usize].stage = HandoffStage::AtGp;
                let gp = self.gp(h.person);
                self.order(
                    k,
                    Order {
                        person: h.person,
                        team: gp,
                        work: Work::Admin,
                        task: Task::Roundtrip,
                        steps: h.steps,
                        link: number,
                        anchor: h.anchor,
                        attempt: h.matter as u16,
                        priority: 2,
                        due: now + crate::base::DAY,
                        named: NO_CLINICIAN,
                    },
                );
            }
            HandoffStage::AtGp | HandoffStage::Done => {}
            HandoffStage::Lost | HandoffStage::Returned => {
                if h.stage == HandoffStage::Lost {
                    self.found_lost(k, number);
                }
                self.handoffs[number as usize].attempt += 1;
                self.send(k, number);
            }
            HandoffStage::Travelling => self.reaches(k, number, now),
            HandoffStage::Authorising => self.arrived(k, number),
            HandoffStage::Disputed => self.authorise(k, number),
        }
    }

    /// The GP has passed it on.
    pub(super) fn passed_on(&mut self, k: &mut K, number: u32) {
        let gp = self.gp(self.handoffs[number as usize].person);
        self.handoffs[number as usize].via = gp;
        self.send(k, number);
    }

    /// It lies with the receiver, who may send it back, dispute it, or need somebody's leave.
    fn reaches(&mut self, k: &mut K, number: u32, now: Time) {
        let h = self.handoffs[number as usize];
        let returned = self.m.interface(h.via, h.to).returned;
        let interface = self.m.interface(h.from, h.to);
        if h.attempt < MOST_ATTEMPTS && self.handoff_chance(number, RETURNED, returned) {
            self.handoffs[number as usize].stage = HandoffStage::Returned;
            let back = self.transfer_secs(number, h.to, h.via);
            self.wait_for(h.steps, now, Cause::ReturnedReferral);
            self.paper(k, h.person, h.from, interface.referral_secs);
            self.at(k, now + back, kind::HANDOFF, number);
            return;
        }
        let disputable = !(self.m.social_care.pooled_budget && h.matter == Matter::SocialCare)
            && h.matter != Matter::Sourcing;
        if disputable && self.handoff_chance(number, DISPUTED, interface.cost_refusal) {
            self.handoffs[number as usize].stage = HandoffStage::Disputed;
            let u = self.u(h.person, DISPUTED, h.anchor, 0x8000 | attempt_key(&h));
            let until = self.delay_ends(now, &self.m.social_care.dispute, u, None);
            let until = self.manager_settles(k, &h, attempt_key(&h), until);
            self.wait_for(h.steps, now, Cause::Dispute);
            self.at(k, until, kind::HANDOFF, number);
            return;
        }
        self.authorise(k, number);
    }

    fn authorise(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let interface = self.m.interface(h.from, h.to);
        if self.needs_leave(h.matter) && self.handoff_chance(number, AUTHORISED, interface.authorisation) {
            self.handoffs[number as usize].stage = HandoffStage::Authorising;
            let u = self.u(h.person, AUTHORISED, h.anchor, 0x8000 | attempt_key(&h));
            let hop = whole_secs(interface.authorisation_delay.at(u) * interface.authorisation_scale);
            self.wait_for(h.steps, k.now(), Cause::Authorisation);
            let until = self.manager_settles(k, &h, 0x4000 | attempt_key(&h), k.now() + hop);
            self.at(k, until, kind::HANDOFF, number);
        } else {
            self.arrived(k, number);
        }
    }

    /// Whether a budget holder's leave may have to be asked: not for an assessment by social work, and for a
    /// package only where no panel has given it already.
    fn needs_leave(&self, matter: Matter) -> bool {
        let sc = &self.m.social_care;
        match matter {
            Matter::SocialCare => false,
            Matter::Sourcing => !sc.pooled_budget && sc.panel_every <= 0,
            _ => true,
        }
    }

    /// It is accepted.
    fn arrived(&mut self, k: &mut K, number: u32) {
        self.handoffs[number as usize].stage = HandoffStage::Done;
        let h = self.handoffs[number as usize];
        let now = k.now();
        self.tell(now, h.person, || {
            format!("Referral to {} accepted.", matter_words(h.matter))
        });
        match h.matter {
            Matter::Nursing => self.nursing_referral_arrives(k, number),
            Matter::Specialist => self.specialist_referral_arrives(k, number),
            Matter::SocialCare => self.care_request_arrives(k, number),
            Matter::HospiceBed => self.hospice_referral_arrives(k, number),
            Matter::HospiceAtHome => self.hospice_at_home_arrives(k, number),
            Matter::Sourcing => self.source(k, h.link),
            Matter::Support => self.coordination_referral_arrives(k, number, Caseload::Support),
            Matter::Matron => self.coordination_referral_arrives(k, number, Caseload::Matron),
            Matter::Manager => self.coordination_referral_arrives(k, number, Caseload::Manager),
        }
    }

    /// What the sender of a hand-off takes the person's state to be.
    pub(super) fn known_to_sender(&self, number: u32) -> State {
        let h = &self.handoffs[number as usize];
        let role = self.m.teams[h.from.index()].role;
        self.people[h.person as usize].known[role as usize]
    }

    /// First assessment asked of a team by an accepted referral.
    pub(super) fn order_assessment(&mut self, k: &mut K, number: u32, task: Task, role: Role, urgent: bool) {
        let h = self.handoffs[number as usize];
        let now = k.now();
        let target = self.m.planning.assessment_target[role as usize];
        self.order(
            k,
            Order {
                person: h.person,
                team: h.to,
                work: Work::Assessment,
                task,
                steps: h.steps,
                link: number,
                anchor: h.anchor,
                attempt: h.attempt,
                priority: if urgent { 1 } else { 2 },
                due: now + if urgent { target / 4 } else { target },
                named: NO_CLINICIAN,
            },
        );
    }
}

/// The attempt and the matter, so that two referrals about one anchor do not share their draws.
fn attempt_key(h: &Handoff) -> u16 {
    h.attempt | (h.matter as u16) << 8
}

fn matter_words(matter: Matter) -> &'static str {
    match matter {
        Matter::Nursing => "district nursing",
        Matter::Specialist => "specialist palliative care",
        Matter::SocialCare => "social care",
        Matter::HospiceBed => "hospice bed",
        Matter::HospiceAtHome => "hospice-at-home",
        Matter::Sourcing => "care package, funding agreed",
        Matter::Support => "support worker",
        Matter::Matron => "community matron",
        Matter::Manager => "joint care manager",
    }
}
