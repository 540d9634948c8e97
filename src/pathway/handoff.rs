//! Hand-offs between teams: everything the interface vector puts between two of them (model.md §7).

use crate::base::{Secs, Time, WEEK, whole_secs};
use crate::model::{Interface, Role, State, TeamIndex, Work};

use super::causes::Cause;
use super::objects::{Handoff, HandoffStage, Matter, Task};
use super::response::{AUTHORISED, CHASED, DISPUTED, LOST, RECORD, RETURNED, ROUNDTRIP, TRANSFER};
use super::state::{Caseload, NO_CLINICIAN, Steps};
use super::trust::Loss;
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
        let link = self.link(k.now(), r.from, r.to);
        self.paper(k, r.person, r.from, link.referral_secs());
        let number = self.handoffs.len() as u32;
        let handoff = Handoff {
            person: r.person,
            from: r.from,
            via: r.from,
            to: r.to,
            matter: r.matter,
            steps: r.steps,
            link: r.link,
            anchor: r.anchor,
            attempt: 0,
            made: k.now(),
            stage: HandoffStage::Travelling,
            before: std::mem::replace(&mut self.ind(r.person).handoff, number),
        };
        self.handoffs.push(handoff);
        if self.sent_to_hub(k, number) {
            return;
        }
        let gp = self.gp(r.person);
        let by_gp =
            r.from != gp && r.to != gp && self.handoff_chance(number, ROUNDTRIP, link.theta.gp_roundtrip);
        if by_gp {
            self.handoffs[number as usize].stage = HandoffStage::ToGp;
            let delay = self.transfer_secs(k.now(), number, r.from, gp);
            self.log_handoff(k.now(), number);
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

    pub(super) fn transfer_secs(&mut self, now: Time, number: u32, from: TeamIndex, to: TeamIndex) -> Secs {
        let h = &self.handoffs[number as usize];
        let u = self.u(h.person, TRANSFER, h.anchor, attempt_key(h));
        self.link(now, from, to).transfer_secs(u)
    }

    /// It is sent again: returned, chased, or found at a meeting.
    pub(super) fn send_again(&mut self, k: &mut K, number: u32) {
        self.handoffs[number as usize].attempt += 1;
        self.send(k, number);
    }

    /// The letter leaves the sender (or the GP it had to pass).
    pub(super) fn send(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let now = k.now();
        let link = self.link(now, h.via, h.to);
        let lost = h.attempt < MOST_ATTEMPTS && self.handoff_chance(number, LOST, link.lost());
        let (stage, delay, cause) = if lost {
            (
                HandoffStage::Lost,
                self.until_chased(
                    number,
                    link.theta.owner_sweeps_a_week + self.embedded_sweeps(&h, now),
                ),
                Cause::LostReferral,
            )
        } else {
            (
                HandoffStage::Travelling,
                self.transfer_secs(now, number, h.via, h.to),
                Cause::Transfer,
            )
        };
        self.handoffs[number as usize].stage = stage;
        if lost {
            self.is_lost(number, now + delay);
        }
        self.log_handoff(now, number);
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
        let mut chased = self.m.planning.chased_after.secs(u);
        let sooner = self.coordinator_chases(h.person);
        if sooner != 1.0 {
            chased = whole_secs(chased as f64 * sooner);
        }
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
        if self.overtaken(number, k.now()) || !self.people[h.person as usize].alive {
            return;
        }
        let now = k.now();
        match h.stage {
            HandoffStage::ToGp => {
                self.handoffs[number as usize].stage = HandoffStage::AtGp;
                self.log_handoff(now, number);
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
            HandoffStage::ToHub => self.reaches_hub(k, number),
            HandoffStage::AtGp | HandoffStage::AtHub | HandoffStage::Done => {}
            HandoffStage::Lost | HandoffStage::Returned => {
                if h.stage == HandoffStage::Lost {
                    self.found_lost(k, number);
                }
                self.send_again(k, number);
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
        let returned = self.link(now, h.via, h.to).returned() * self.returned_factor(&h, now);
        let link = self.link(now, h.from, h.to);
        if h.attempt < MOST_ATTEMPTS
            && self.handoff_chance(number, RETURNED, returned)
            && !self.word_settles(now, number, 0)
        {
            self.handoffs[number as usize].stage = HandoffStage::Returned;
            let back = self.transfer_secs(now, number, h.to, h.via);
            let back = self.until_swept(now, number, 1, back);
            self.log_handoff(now, number);
            self.wait_for(h.steps, now, Cause::ReturnedReferral);
            self.paper(k, h.person, h.from, link.referral_secs());
            self.trust_loses(h.person, h.to, Loss::Returned);
            self.at(k, now + back, kind::HANDOFF, number);
            return;
        }
        let disputable = match h.matter {
            Matter::SocialCare => !self.m.social_care.pooled_budget,
            Matter::Sourcing | Matter::FastTrack => false,
            _ => true,
        };
        if disputable
            && self.handoff_chance(number, DISPUTED, link.theta.cost_refusal)
            && !self.word_settles(now, number, 1)
        {
            self.handoffs[number as usize].stage = HandoffStage::Disputed;
            self.log_handoff(now, number);
            let u = self.u(h.person, DISPUTED, h.anchor, 0x8000 | attempt_key(&h));
            let until = self.delay_ends(now, &self.m.social_care.dispute, u, None);
            let until = now + self.until_swept(now, number, 2, until - now);
            let until = self.manager_settles(k, &h, attempt_key(&h), until);
            self.wait_for(h.steps, now, Cause::Dispute);
            self.trust_loses(h.person, h.to, Loss::Refused);
            self.at(k, until, kind::HANDOFF, number);
            return;
        }
        self.authorise(k, number);
    }

    fn authorise(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let interface = self.link(k.now(), h.from, h.to).theta;
        if self.needs_leave(h.matter) && self.handoff_chance(number, AUTHORISED, interface.authorisation) {
            self.handoffs[number as usize].stage = HandoffStage::Authorising;
            self.log_handoff(k.now(), number);
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
            Matter::SocialCare | Matter::FastTrack => false,
            Matter::Sourcing => !sc.pooled_budget && sc.panel_every <= 0,
            _ => true,
        }
    }

    /// It is accepted.
    fn arrived(&mut self, k: &mut K, number: u32) {
        self.handoffs[number as usize].stage = HandoffStage::Done;
        let h = self.handoffs[number as usize];
        let now = k.now();
        self.log_handoff(now, number);
        self.referral_tells(now, number);
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
            Matter::VirtualWard => self.ward_referral_arrives(k, number),
            Matter::NightSitter => self.sitter_referral_arrives(k, number),
            Matter::ContinuingService => self.service_referral_arrives(k, number),
            Matter::FastTrack => self.application_arrives(k, h.link),
        }
    }

    /// What the sender of a hand-off takes the person's state to be.
    pub(super) fn known_to_sender(&self, number: u32) -> State {
        let h = &self.handoffs[number as usize];
        let role = self.m.teams[h.from.index()].role;
        self.people[h.person as usize].known[role as usize]
    }

    /// Whether the receiver of a hand-off has the sender's record: shared, or its letter has come by now.
    pub(super) fn informed(&self, now: Time, h: &Handoff, interface: &Interface) -> bool {
        if interface.shared_record {
            return true;
        }
        let about = (h.matter as u16) << 8;
        let (u, v) = (self.draws).pair(self.person(h.person).key, RECORD, h.anchor, about);
        let lag = whole_secs(interface.record_lag.at(v) * interface.record_lag_scale);
        u >= interface.record_missing && h.made + lag <= now
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
pub(super) fn attempt_key(h: &Handoff) -> u16 {
    h.attempt | (h.matter as u16) << 8
}
