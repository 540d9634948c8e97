//! Who hands people to whom: the hand-offs that the other rules make, for drawing the map of organisations.

use crate::model::{Model, Role};

use super::objects::Matter;

/// A kind of hand-off between two roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Sender.
    pub from: Role,
    /// Receiver.
    pub to: Role,
    /// What is handed over.
    pub matter: Matter,
}

/// All hand-offs that can happen in an arm. That none is missing is tested against event logs.
pub fn routes(m: &Model) -> Vec<Route> {
    let mut all = Vec::new();
    let mut add = |from: &[Role], to: Role, matter: Matter| {
        for &from in from {
            let route = Route { from, to, matter };
            if !all.contains(&route) {
                all.push(route);
            }
        }
    };
    add(&[Role::Gp, Role::Hospital], Role::DistrictNurse, Matter::Nursing);
    add(&[Role::Gp, Role::Hospital], Role::Cns, Matter::Specialist);
    // The family asks through the practice, a refused fast track comes back from those who refused it, and any
    // contact may ask.
    let always = [Role::Gp, Role::Hospital, Role::ContinuingCare];
    let asks = |role: &Role| always.contains(role) || m.social_care.contact_asks[*role as usize] > 0.0;
    let asking: Vec<Role> = (Role::ALL.into_iter())
        .filter(|role| *role != Role::SocialWorker && asks(role))
        .collect();
    add(&asking, Role::SocialWorker, Matter::SocialCare);
    add(&[Role::SocialWorker], Role::HomeCare, Matter::Sourcing);
    add(
        &[Role::Cns, Role::Hospital],
        Role::HospiceWard,
        Matter::HospiceBed,
    );
    let c = &m.coordination;
    if let Some(hna) = &c.hna {
        // Whoever holds a needs assessment refers onward.
        let mut holders = vec![Role::SupportWorker];
        if hna.by_cns > 0.0 {
            holders.push(Role::Cns);
        }
        if c.support.is_some() {
            add(&holders[..1], Role::Cns, Matter::Specialist);
        } else {
            holders.remove(0);
        }
        add(&holders, Role::DistrictNurse, Matter::Nursing);
        add(&holders, Role::SocialWorker, Matter::SocialCare);
    }
    if c.support.is_some() {
        let referring = [Role::Hospital, Role::Gp, Role::Cns];
        add(&referring, Role::SupportWorker, Matter::Support);
    }
    if c.matron.is_some() {
        let referring = [Role::Hospital, Role::Gp];
        add(&referring, Role::CommunityMatron, Matter::Matron);
    }
    if c.manager.is_some() {
        add(&[Role::Hospital], Role::JointCareManager, Matter::Manager);
        add(&[Role::JointCareManager], Role::SocialWorker, Matter::SocialCare);
    }
    let at_home = [Role::Gp, Role::DistrictNurse, Role::Cns];
    add(&at_home, Role::HospiceAtHome, Matter::HospiceAtHome);
    if m.trust.is_some() {
        // What was declined is offered again at any contact.
        let clinicians = Role::ALL.into_iter().filter(|r| r.has_clinicians());
        let others: Vec<Role> = clinicians.filter(|r| !at_home.contains(r)).collect();
        add(&others, Role::HospiceAtHome, Matter::HospiceAtHome);
    }
    let access = &m.access;
    if access.embedded.is_some() {
        let placed = [Role::EmbeddedNurse, Role::Paramedic];
        add(&placed, Role::SocialWorker, Matter::SocialCare);
    }
    if access.ward.is_some() {
        let seeing = [Role::Gp, Role::Cns, Role::EmbeddedNurse, Role::Paramedic];
        add(&seeing, Role::VirtualWard, Matter::VirtualWard);
    }
    if access.sitting.is_some() {
        let asking = [
            Role::DistrictNurse,
            Role::Cns,
            Role::OohNurse,
            Role::OohClinician,
            Role::HospiceAtHome,
        ];
        add(&asking, Role::NightSitter, Matter::NightSitter);
    }
    if access.service.is_some() {
        let (from, to) = (Role::DistrictNurse, Role::ContinuingCareService);
        add(&[from], to, Matter::ContinuingService);
    }
    if m.social_care.fast_track_over_interface {
        let applying = [Role::Gp, Role::DistrictNurse, Role::Cns, Role::Hospital];
        add(&applying, Role::ContinuingCare, Matter::FastTrack);
    }
    all
}
