//! What must not come out wrong (the negative checks of the evidence): general practice keeps its confounding.

use careweave::base::{DAY, WEEK};
use careweave::model::{Role, State};
use careweave::pathway::event_log::{Doing, Held, What};

use crate::world_tools::{alone, compare, small, strings, without_relations};
use careweave::observe::GroupId;

const SEED: u64 = 12;

/// Events a person-week by true state, of GP contacts and of admissions, and for everybody who died of a long illness in the
/// run the numbers of both in the last 90 days.
fn seen() -> ([[f64; 5]; 2], Vec<[f64; 2]>) {
    let p = compare(
        vec![small(
            "networked",
            &strings(&[
                "run.measured={ weeks = 52 }",
                "course.contacts_factor={ gamma = { mean = 1, sd = 0.3 } }",
            ]),
        )],
        SEED,
    );
    let model = p.models().next().expect("an arm");
    let end = model.windows.end();
    let (mut counts, mut weeks) = ([[0.0; 5]; 2], [0.0; 5]);
    let mut people = Vec::new();
    for replication in 0..4 {
        let course = p.course(replication);
        let mut last = vec![[0.0; 2]; course.people.len()];
        let state_at = |person: u32, time: i64| {
            let (from, to) = course.people[person as usize].spells;
            let spells = &course.spells[from as usize..to as usize];
            spells.iter().rev().find(|s| s.start <= time).map(|s| s.state)
        };
        for spell in &course.spells {
            let within = spell.end.min(end) - spell.start.max(0);
            weeks[spell.state as usize] += within.max(0) as f64 / WEEK as f64;
        }
        for row in p.event_log(0, replication, &course, None).rows {
            let which = match row.what {
                What::Contact { team, .. } if model.teams[team.index()].role == Role::Gp => 0,
                What::Place {
                    doing: Doing::Begun,
                    held: Held::Hospital,
                    ..
                } => 1,
                _ => continue,
            };
            let Some(state) = state_at(row.person, row.time) else {
                continue;
            };
            counts[which][state as usize] += 1.0;
            if course.people[row.person as usize].death - row.time <= 90 * DAY {
                last[row.person as usize][which] += 1.0;
            }
        }
        let counted = |i: &usize| {
            let who = &course.people[*i];
            !who.is_sudden()
                && who.palliative_from >= 0
                && who.palliative_from <= who.death - 90 * DAY
                && who.death < end
        };
        people.extend((0..course.people.len()).filter(counted).map(|i| last[i]));
    }
    let rates = counts.map(|row| {
        let mut rate = row;
        rate.iter_mut().zip(weeks).for_each(|(n, w)| *n /= w);
        rate
    });
    (rates, people)
}

/// GP care does no harm here, and yet whoever is sicker sees the GP more and is admitted more, so that the two go together
/// (published: 1.63 times the repeated admissions with eleven contacts or more than with fewer than four).
#[test]
fn sicker_people_see_the_gp_more_and_are_admitted_more() {
    let (rates, people) = seen();
    for (what, rate) in ["GP contacts", "admissions"].iter().zip(rates) {
        let [stable, deteriorating, unstable] =
            [State::Stable, State::Deteriorating, State::Unstable].map(|s| rate[s as usize]);
        assert!(
            1.1 * stable < deteriorating && 1.1 * deteriorating < unstable,
            "{what}: {rate:?}"
        );
    }
    // Among people, too: those with more GP contacts in their last 90 days than the median have more admissions in them.
    let mut contacts: Vec<f64> = people.iter().map(|p| p[0]).collect();
    contacts.sort_by(f64::total_cmp);
    let median = contacts[contacts.len() / 2];
    let mean = |more: bool| {
        let of: Vec<f64> = (people.iter().filter(|p| (p[0] > median) == more))
            .map(|p| p[1])
            .collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!(people.len() > 100, "{}", people.len());
    assert!(mean(true) > mean(false), "{} {}", mean(true), mean(false));
}

/// What a practice does for people on its register may change what happens to them; that their names stand on it may not.
#[test]
fn a_name_on_the_register_alone_changes_no_clinical_event() {
    let none = "{ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }";
    let arm = |acts: f64| {
        let mut sets = vec![
            format!("planning.refers_to_nursing={none}"),
            format!("social_care.fast_track.applies={none}"),
            "social_care.terminal_urgent=0".to_owned(),
            "hospice.at_home=0".to_owned(),
            "symptoms.crisis.averted_with_plan=0.2".to_owned(),
            "symptoms.crisis.averted_without_plan=0.2".to_owned(),
        ];
        for style in ["proactive", "reactive"] {
            sets.extend([
                format!("styles.{style}.acts_on_letter={acts:?}"),
                format!("styles.{style}.planned_a_week={none}"),
                format!(
                    "styles.{style}.refers_to_specialist={{stable=0,deteriorating=0,unstable=0,dying=0}}"
                ),
                format!("styles.{style}.anticipatory={{stable=0,deteriorating=0,unstable=0,dying=0}}"),
                format!("styles.{style}.collection_rule={{ working_days = 2, waived_for_palliative = 0 }}"),
                format!("styles.{style}.gsf_level=0"),
            ]);
        }
        let mut model = without_relations(small("networked", &sets));
        model.care_planning.acp = None;
        model.care_planning.learning = None;
        (model.trust, model.confidence) = (None, None);
        for style in &mut model.styles {
            (style.planning.review, style.planning.bereavement) = (None, None);
        }
        model
    };
    let [all, nobody] = [1.0, 0.0].map(|acts| {
        let p = compare(vec![arm(acts)], SEED);
        let record = alone(&p, 0, 0, SEED, SEED).0;
        let value = |id| record.values[p.catalogue().at(0, id, GroupId::ALL)];
        let m = p.measures();
        let mut events = vec![
            value(m.crises),
            value(m.admissions),
            value(m.departments),
            value(m.bed_secs),
        ];
        events.extend(m.died_in.map(value));
        events.extend(m.contacts.iter().map(|id| value(*id)));
        events.extend(m.need_wait_secs[..2].iter().map(|id| value(*id)));
        (value(m.registered), events)
    });
    assert!(all.0 > nobody.0, "more names on the register");
    assert_eq!(all.1, nobody.1);
}
