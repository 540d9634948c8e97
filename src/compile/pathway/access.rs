//! Routes in and places at home.

use super::{Names, delay, optional, quantile};
use crate::base::{DAY, NEVER};
use crate::model::{
    Access, AccessPoint, Chart, ContinuingCareService, Embedded, FrontDoor, Helpline, NightSitting,
    SyringeDriver, VirtualWard,
};
use crate::scenario::pathway::{
    AccessPointSpec, BySeverity, EmbeddedSpec, FrontDoorSpec, HelplineSpec, Named, NightSittingSpec, Pair,
    PathwayScenario, VirtualWardSpec,
};

/// Compiles all that the scenario has.
pub fn access(scenario: &PathwayScenario, names: &Names<'_>) -> Access {
    let s = scenario;
    Access {
        point: s.access_point.as_ref().map(|spec| point(s, spec)),
        embedded: s.embedded.as_ref().map(embedded),
        ward: s.virtual_ward.as_ref().map(ward),
        sitting: s.night_sitting.as_ref().map(sitting),
        service: s
            .continuing_care_service
            .as_ref()
            .map(|spec| ContinuingCareService {
                nurse_refers: spec.nurse_refers.get(),
                starts: delay(&spec.starts),
                waits: spec.waits.secs(),
            }),
        helpline: s.helpline.as_ref().map(|spec| helpline(spec, names)),
        front_door: s
            .emergency_front_door
            .as_ref()
            .map(|spec| front_door(spec, names)),
        chart: s.prescribing.chart.as_ref().map(|spec| Chart {
            with_medicine: spec.with_medicine.get(),
        }),
        driver: s.symptoms.syringe_driver.as_ref().map(|spec| SyringeDriver {
            set_up: spec.set_up.values(),
            lasts: spec.lasts.secs(),
            failure: spec.failure.get(),
        }),
    }
}

fn point(scenario: &PathwayScenario, spec: &AccessPointSpec) -> AccessPoint {
    let BySeverity {
        mild,
        moderate,
        severe,
    } = spec.priority;
    AccessPoint {
        calls: spec.calls.values(),
        seek_factor: spec.seek_factor.get(),
        settles: spec.settles.values(),
        emergency: spec.emergency.values(),
        pass_on: quantile(&spec.pass_on),
        priority: [mild, moderate, severe].map(|p| p as u8),
        word_at_once: spec.word_at_once,
        hub: hub(scenario, &spec.hub),
    }
}

/// Which ordered pairs of teams hand over through the hub.
fn hub(scenario: &PathwayScenario, pairs: &[String]) -> Vec<bool> {
    if pairs.is_empty() {
        return Vec::new();
    }
    let teams: Vec<Named<'_>> = (scenario.team_list().into_iter())
        .map(|(team, practice)| Named {
            team,
            practice,
            role: scenario.teams[team].role.role(),
        })
        .collect();
    let pairs: Vec<Pair<'_>> = (pairs.iter())
        .map(|key| Pair::read(key).expect("the name of a pair was read"))
        .collect();
    let mut through = Vec::with_capacity(teams.len() * teams.len());
    for from in &teams {
        for to in &teams {
            through.push(pairs.iter().any(|pair| pair.rank(from, to).is_some()));
        }
    }
    through
}

fn embedded(spec: &EmbeddedSpec) -> Embedded {
    let learning = spec.learning.as_ref();
    Embedded {
        takes: spec.takes.values(),
        review_a_week: spec.review_a_week.values(),
        sweep_a_week: spec.sweep_a_week.get(),
        right_first_time: spec.right_first_time.get(),
        invites_carer: spec.invites_carer.get(),
        from: optional(spec.from),
        until: spec.until.map_or(NEVER, |d| d.secs()),
        learning: learning.map_or(0, |l| l.lasts.secs()),
        longer_at_first: learning.map_or(1.0, |l| l.contact_at_first.get()),
        takes_at_first: learning.map_or(1.0, |l| l.takes_at_first.get()),
    }
}

fn ward(spec: &VirtualWardSpec) -> VirtualWard {
    VirtualWard {
        round_by: spec.round_by.map(|r| r.role()),
        round_at: spec.round_at.secs(),
        round_secs: spec.round_minutes.secs(),
        visits: spec.visits.get(),
        from_crisis: spec.from_crisis.get(),
        from_acute: spec.from_acute.get(),
        after_contact: spec.after_contact.values(),
        step_down: spec.step_down.get(),
        bridges_care: spec.bridges_care,
        crisis: spec.crisis.get(),
        acute_averted: spec.acute_averted.get(),
        longest: spec.longest.secs(),
        pence_a_day: spec.cost_per_day.pence(),
    }
}

fn sitting(spec: &NightSittingSpec) -> NightSitting {
    NightSitting {
        dying: spec.dying.get(),
        strained: spec.strained.get(),
        strained_above: spec.strained_above.get(),
        after_crisis: spec.after_crisis.get(),
        lasts: i64::from(spec.nights.0) * DAY,
        round_the_clock: spec.round_the_clock,
        crisis: spec.crisis.get(),
        breakdown: spec.breakdown.get(),
        averts: spec.averts.get(),
        pence_a_night: spec.cost_per_night.pence(),
    }
}

fn helpline(spec: &HelplineSpec, names: &Names<'_>) -> Helpline {
    Helpline {
        care_home: spec.care_home.values(),
        family: spec.family.values(),
        calendar: names.calendar(&spec.calendar),
        settles: spec.settles.values(),
        averts: spec.averts.get(),
        call_secs: spec.call_minutes.secs(),
    }
}

fn front_door(spec: &FrontDoorSpec, names: &Names<'_>) -> FrontDoor {
    FrontDoor {
        calendar: names.calendar(&spec.calendar),
        home_again: spec.home_again.values(),
        refers: spec.refers.get(),
        secs: spec.minutes.secs(),
    }
}
