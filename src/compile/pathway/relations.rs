//! Relationship, withdrawn links, sweeps, a word, transition: names become positions.

use super::{optional, quantile};
use crate::model::{Interface, Relations, Relationships, Role, Sweeps, TeamIndex, Transition};
use crate::scenario::pathway::{Pair, PathwayScenario, RelationshipStart, TeamName};

/// Compiles what changes between teams over time; `severed` is what holds between two teams whose link is withdrawn.
pub fn relations(scenario: &PathwayScenario, severed: Vec<Interface>) -> Relations {
    let spec = &scenario.interface;
    Relations {
        relationships: relationships(scenario),
        severed,
        restored_after: spec.restored_after.as_ref().map(quantile),
        sweeps: spec.sweeps.map(|s| Sweeps {
            overdue: s.overdue.get(),
            returned: s.returned.get(),
            disputes: s.disputes.get(),
        }),
        word: [spec.word_settles.returned.get(), spec.word_settles.dispute.get()],
        transition: transition(scenario),
        combine: roles(&scenario.planning.combine_roles),
        joint: roles(&scenario.planning.joint_roles),
    }
}

fn relationships(scenario: &PathwayScenario) -> Option<Relationships> {
    let spec = scenario.relationships.as_ref()?;
    let turnover = scenario.team_list().into_iter().map(|(team, _)| {
        let own = spec.turnover_of.get(team);
        own.unwrap_or(&spec.turnover_a_year).get()
    });
    Some(Relationships {
        reference: spec.reference.get(),
        start: match spec.start {
            RelationshipStart::Stationary => None,
            RelationshipStart::At(start) => Some(start.get()),
        },
        ordinary_a_year: spec.growth.ordinary_a_year.get(),
        same_site_a_year: spec.growth.same_site_a_year.get(),
        meeting: spec.growth.meeting.get(),
        visit: spec.growth.visit.get(),
        turnover_a_year: turnover.collect(),
        taken_by_leaver: spec.taken_by_leaver.get(),
        reset_to: spec.reset_to.get(),
        reorganised: (spec.reorganised.as_ref()).map(|r| (r.at.secs(), positions(scenario, &r.teams))),
        slope: [
            spec.effect.transfer_delay.0,
            spec.effect.returned.0,
            spec.effect.lost.0,
            spec.effect.informal_advice.0,
        ],
    })
}

fn transition(scenario: &PathwayScenario) -> Option<Transition> {
    let spec = scenario.transition.as_ref()?;
    let among = positions(scenario, &spec.teams);
    let teams = 0..scenario.team_list().len();
    let from = spec.from.secs();
    Some(Transition {
        from,
        until: from.saturating_add(optional(Some(spec.lasts))),
        teams: teams.map(|i| among.iter().any(|t| t.index() == i)).collect(),
        transfer_delay: spec.transfer_delay.get(),
        referral_minutes: spec.referral_minutes.get(),
        contact_secs: spec.contact_minutes.secs(),
        non_clinical: spec.non_clinical.get(),
        sickness: spec.sickness.get(),
        turnover: spec.turnover.get(),
    })
}

/// Positions of all teams of these names.
fn positions(scenario: &PathwayScenario, names: &[TeamName]) -> Vec<TeamIndex> {
    let list = scenario.team_list().into_iter().enumerate();
    list.filter(|(_, (team, _))| names.iter().any(|n| n.0 == *team))
        .map(|(i, _)| TeamIndex(u16::try_from(i).expect("the number of teams was checked")))
        .collect()
}

/// Ordered pairs of roles; `one<>other` is both.
fn roles(keys: &[String]) -> Vec<(Role, Role)> {
    let role = |name: &str| {
        Role::ALL[Role::NAMES
            .iter()
            .position(|n| *n == name)
            .expect("a role was read")]
    };
    let mut all = Vec::new();
    for key in keys {
        let pair = Pair::read(key).expect("the name of a pair was read");
        all.push((role(pair.from), role(pair.to)));
        if pair.both {
            all.push((role(pair.to), role(pair.from)));
        }
    }
    all
}
