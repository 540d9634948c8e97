//! A link between two teams is withdrawn, and perhaps restored (model.md §7).
//!
//! Candidates are a Poisson stream at a cap common to all arms, keyed by the names of the two teams and the ordinal of the
//! candidate; one happens if its uniform lies below hazard over cap. So arms are paired, and nothing that
//! care does changes when a link is withdrawn. Nothing is scheduled: the stream is followed when a link is used.

use crate::base::{NEVER, Secs, Time, whole_secs};
use crate::model::{Model, Role, SECESSION_CAP, TeamIndex};
use crate::random::{Draws, name_key};

use super::population::YEAR;
use super::response::SECESSION;

/// Kinds of pair by what the two teams are for; who employs them is no part of it.
pub const KINDS: [&str; 4] = ["practice", "community", "social_care", "hospital"];

/// A pair of teams that hand people to one another.
#[derive(Debug)]
pub(super) struct Tie {
    pub a: TeamIndex,
    pub b: TeamIndex,
    /// Position in [`KINDS`].
    pub kind: usize,
    key: u64,
    /// The next candidate, and when it comes.
    candidate: (u32, Time),
    /// Withdrawn until then.
    restored: Time,
    /// Times withdrawn in the measured window, and for how long in it.
    pub in_window: (i64, Secs),
}

impl Tie {
    fn new(m: &Model, draws: &Draws, a: TeamIndex, b: TeamIndex) -> Tie {
        let mut names = [a, b].map(|t| m.teams[t.index()].name.as_str());
        names.sort_unstable();
        let key = name_key(&["link", names[0], names[1]]);
        let mut tie = Tie {
            a,
            b,
            kind: kind(m.teams[a.index()].role, m.teams[b.index()].role),
            key,
            candidate: (0, 0),
            restored: 0,
            in_window: (0, 0),
        };
        tie.candidate.1 = tie.gap(draws);
        tie
    }

    /// From one candidate to the next.
    fn gap(&self, draws: &Draws) -> Secs {
        let (u, _) = draws.pair(self.key, SECESSION, self.candidate.0, 0);
        whole_secs(-libm::log(1.0 - u) / SECESSION_CAP * YEAR as f64).max(1)
    }

    /// Whether the link is withdrawn now.
    #[inline]
    pub fn withdrawn(&mut self, m: &Model, draws: &Draws, now: Time) -> bool {
        if m.relations.severed.is_empty() {
            return false;
        }
        self.follow(m, draws, now);
        now < self.restored
    }

    /// Lets all candidates up to now happen or pass.
    pub fn follow(&mut self, m: &Model, draws: &Draws, now: Time) {
        while self.candidate.1 <= now {
            let (ordinal, at) = self.candidate;
            let (_, u) = draws.pair(self.key, SECESSION, ordinal, 0);
            let hazard = |from, to| m.interface(from, to).secession_a_year;
            let hazard = f64::max(hazard(self.a, self.b), hazard(self.b, self.a));
            let possible = !m.relations.severed.is_empty() && at >= self.restored;
            if possible && u * SECESSION_CAP < hazard {
                let v = draws.uniform(self.key, SECESSION, ordinal, 1);
                let lasts = m.relations.restored_after.as_ref().map(|law| law.secs(v));
                self.restored = lasts.map_or(NEVER, |secs| at.saturating_add(secs));
                let (from, to) = m.windows.measured_window();
                self.in_window.0 += i64::from(from <= at && at < to);
                self.in_window.1 += (self.restored.min(to) - at.max(from)).max(0);
            }
            self.candidate.0 += 1;
            self.candidate.1 = at + self.gap(draws);
        }
    }

    /// Candidates up to now are those of a time in which nothing was kept about links.
    pub fn pass(&mut self, draws: &Draws, now: Time) {
        while self.candidate.1 <= now {
            self.candidate.0 += 1;
            self.candidate.1 += self.gap(draws);
        }
    }
}

/// Roles that hand people to one another.
const LINKED: [(Role, Role); 46] = {
    use Role::*;
    [
        (Gp, DistrictNurse),
        (Gp, Cns),
        (Gp, OohClinician),
        (Gp, SocialWorker),
        (Gp, Hospital),
        (Gp, HospiceAtHome),
        (DistrictNurse, Cns),
        (DistrictNurse, OohNurse),
        (DistrictNurse, SocialWorker),
        (DistrictNurse, Hospital),
        (DistrictNurse, HospiceAtHome),
        (DistrictNurse, ContinuingCare),
        (Cns, SocialWorker),
        (Cns, OohClinician),
        (Cns, Hospital),
        (Cns, HospiceWard),
        (Cns, HospiceAtHome),
        (Cns, ContinuingCare),
        (Hospital, SocialWorker),
        (Hospital, HospiceWard),
        (Hospital, HospiceAtHome),
        (Hospital, ContinuingCare),
        (SocialWorker, HomeCare),
        (SocialWorker, ContinuingCare),
        (SupportWorker, Gp),
        (SupportWorker, DistrictNurse),
        (SupportWorker, Cns),
        (SupportWorker, SocialWorker),
        (CommunityMatron, Gp),
        (CommunityMatron, DistrictNurse),
        (CommunityMatron, Cns),
        (CommunityMatron, Hospital),
        (JointCareManager, Gp),
        (JointCareManager, DistrictNurse),
        (JointCareManager, SocialWorker),
        (JointCareManager, Hospital),
        (EmbeddedNurse, Gp),
        (EmbeddedNurse, Cns),
        (EmbeddedNurse, DistrictNurse),
        (Paramedic, Gp),
        (AccessPoint, Gp),
        (AccessPoint, DistrictNurse),
        (AccessPoint, Cns),
        (ContinuingCareService, DistrictNurse),
        (VirtualWard, Gp),
        (VirtualWard, Hospital),
    ]
};

/// The pairs of teams of those roles that serve one practice.
pub(super) fn ties(m: &Model, draws: &Draws) -> Vec<Tie> {
    let mut found: Vec<(TeamIndex, TeamIndex)> = Vec::new();
    for practice in 0..m.exogenous.practices.len() {
        for (one, other) in LINKED {
            if let (Some(a), Some(b)) = (m.team(one, practice), m.team(other, practice)) {
                found.push((a.min(b), a.max(b)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(a, b)| Tie::new(m, draws, a, b)).collect()
}

fn kind(a: Role, b: Role) -> usize {
    let either = |roles: &[Role]| roles.contains(&a) || roles.contains(&b);
    use Role::{
        ContinuingCare, ContinuingCareService, Gp, HomeCare, Hospital, JointCareManager, SocialWorker,
    };
    if either(&[Hospital]) {
        3
    } else if either(&[
        SocialWorker,
        HomeCare,
        ContinuingCare,
        ContinuingCareService,
        JointCareManager,
    ]) {
        2
    } else {
        usize::from(!either(&[Gp]))
    }
}
