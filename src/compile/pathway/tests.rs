//! The five arms compile; what must be equal in them is; hand-offs by hand calculation.

use std::collections::BTreeMap;

use super::pathway;
use crate::base::{DAY, HOUR, MINUTE, WEEK};
use crate::model::{Interface, Model, ROLES, Role, TeamIndex};
use crate::scenario::pathway::PathwayScenario;
use crate::scenario::{BuiltIn, Kind, library, read};

const ARMS: [&str; 5] = [
    "networked",
    "good_network",
    "integrated_map_external_theta",
    "integrated_no_pool",
    "integrated",
];

fn scenario(arm: &str, sets: &[&str]) -> PathwayScenario {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    let (checked, found, _) = read(&BuiltIn, arm, &sets);
    match checked.unwrap_or_else(|| panic!("{found:?}")).kind {
        Kind::Pathway(scenario) => *scenario,
        Kind::Queueing(_) => unreachable!("a pathway scenario"),
    }
}

fn compiled(arm: &str, sets: &[&str]) -> Model {
    pathway(arm, "", &scenario(arm, sets))
}

fn team(model: &Model, name: &str) -> TeamIndex {
    let at = model.teams.iter().position(|t| t.name == name);
    TeamIndex(at.unwrap_or_else(|| panic!("no team {name}")) as u16)
}

fn between<'a>(model: &'a Model, from: &str, to: &str) -> &'a Interface {
    model.interface(team(model, from), team(model, to))
}

/// Every pair's vector.
fn all(model: &Model) -> Vec<&Interface> {
    model
        .between
        .iter()
        .map(|v| &model.vectors[usize::from(*v)])
        .collect()
}

fn same<T: std::fmt::Debug>(a: &T, b: &T) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

#[test]
fn the_five_arms_have_the_same_people_staff_and_work() {
    let base = compiled("networked", &[]);
    for arm in ARMS {
        let model = compiled(arm, &[]);
        assert_eq!(model.exogenous, base.exogenous, "{arm}");
        assert_eq!(model.windows, base.windows);
        assert_eq!(model.team_of, base.team_of);
        assert!(same(&model.costs, &base.costs) && same(&model.styles, &base.styles));
        for (mine, theirs) in model.teams.iter().zip(&base.teams) {
            assert_eq!(
                (&mine.name, mine.key, &mine.site),
                (&theirs.name, theirs.key, &theirs.site)
            );
            assert!(same(&mine.clinicians, &theirs.clinicians), "{arm}: {}", mine.name);
            assert!(same(&mine.background, &theirs.background), "{arm}: {}", mine.name);
            assert_eq!(mine.places, theirs.places);
            assert_eq!(mine.pence_an_hour, theirs.pence_an_hour);
        }
    }
}

#[test]
fn a_redrawn_map_with_external_ratios_changes_no_hand_off() {
    let (networked, redrawn) = (
        compiled("networked", &[]),
        compiled("integrated_map_external_theta", &[]),
    );
    assert_eq!(all(&networked), all(&redrawn));
    let changed = networked
        .teams
        .iter()
        .zip(&redrawn.teams)
        .filter(|(a, b)| a.organisation != b.organisation);
    assert_eq!(changed.count(), 15, "nine practices and six services");
}

#[test]
fn integration_changes_only_the_boundaries_it_removes() {
    let (networked, integrated) = (compiled("networked", &[]), compiled("integrated_no_pool", &[]));
    let inside = |model: &Model, t: TeamIndex| model.teams[t.index()].organisation == "community";
    let service = |t: TeamIndex| &networked.teams[t.index()].organisation;
    for a in 0..networked.teams.len() as u16 {
        for b in 0..networked.teams.len() as u16 {
            let (a, b) = (TeamIndex(a), TeamIndex(b));
            let removed = inside(&integrated, a) && inside(&integrated, b) && service(a) != service(b);
            let equal = networked.interface(a, b) == integrated.interface(a, b);
            let (x, y) = (&networked.teams[a.index()], &networked.teams[b.index()]);
            // A team with itself, and the two parts of a hospice ward, hand nobody over.
            let real = a != b
                && !(x.role as u8 >= Role::HospiceWard as u8 && y.role as u8 >= Role::HospiceWard as u8);
            assert!(!real || equal != removed, "{} > {}", x.name, y.name);
        }
    }
}

#[test]
fn inside_an_organisation_each_part_is_the_external_one_times_its_ratio() {
    let networked = compiled("networked", &[]);
    let model = compiled("integrated_no_pool", &["interface.internal.lost.ratio=40"]);
    let (out, within) = (
        between(&networked, "gp@alder", "cns"),
        between(&model, "gp@alder", "cns"),
    );
    assert_eq!(within.transfer_delay, out.transfer_delay);
    assert_eq!((out.transfer_scale, within.transfer_scale), (1.0, 0.6));
    assert_eq!(out.transfer_delay.at(0.5).round(), 2.0 * DAY as f64);
    assert!((within.returned - 0.08).abs() < 1e-12);
    assert_eq!(within.lost, 1.0, "a probability is cut at 1");
    assert_eq!((out.referral_secs, within.referral_secs), (12 * MINUTE, 576));
    assert_eq!((out.record_lag_scale, within.record_lag_scale), (1.0, 0.8));
    assert!((within.informal_advice - 0.15).abs() < 1e-12);
    assert!((within.owner_sweeps_a_week - 0.3).abs() < 1e-12);
    // A hand-off to somebody outside stays as it was.
    assert_eq!(
        between(&model, "gp@alder", "hospital"),
        between(&networked, "gp@alder", "hospital")
    );
    // A named pair is the value itself; what it does not give is the vector's.
    let home = between(&model, "hospital", "district_nurse");
    assert_eq!((home.gp_roundtrip, home.returned), (1.0, 0.10));
    assert!(between(&model, "ooh_nurse", "district_nurse").shared_record);
    assert!(between(&compiled("good_network", &[]), "gp@alder", "gp@beech").shared_record);
}

#[test]
fn the_more_particular_pair_and_the_shared_site_decide() {
    let sets = [
        "interface.between.\"*>cns\".returned=0.5",
        "interface.between.\"gp@alder>cns\".returned=0.3",
        "interface.between.\"gp>cns\".lost=0.2",
        "interface.same_site.informal_advice.ratio=20",
        "teams.social_worker.site=\"health_centre\"",
    ];
    let model = compiled("networked", &sets);
    assert_eq!(between(&model, "gp@alder", "cns").returned, 0.3);
    assert_eq!(between(&model, "gp@beech", "cns").returned, 0.5);
    assert_eq!(between(&model, "gp@alder", "cns").lost, 0.2);
    assert_eq!(
        between(&model, "district_nurse", "social_worker").informal_advice,
        1.0
    );
    assert_eq!(between(&model, "gp@alder", "social_worker").informal_advice, 0.10);
}

#[test]
fn one_practice_may_join_alone() {
    let set = [
        "teams.gp.organisation_at.alder=\"community_trust\"",
        "interface.internal.returned.ratio=0.5",
    ];
    let model = compiled("networked", &set);
    assert_eq!(between(&model, "gp@alder", "district_nurse").returned, 0.05);
    assert_eq!(between(&model, "gp@beech", "district_nurse").returned, 0.10);
}

#[test]
fn every_practice_has_its_team_of_every_role() {
    let model = compiled("networked", &[]);
    assert_eq!(model.teams.len(), 9 + 11);
    for (p, practice) in model.exogenous.practices.iter().enumerate() {
        for role in Role::ALL {
            // What only some localities have: support workers, matrons, a virtual ward ...
            let elsewhere = role as u8 > Role::Pharmacy as u8;
            assert_eq!(model.team(role, p).is_none(), elsewhere, "{role:?}");
            let Some(team) = model.team(role, p) else { continue };
            let team = &model.teams[team.index()];
            assert_eq!(team.role, role);
            if role == Role::Gp {
                assert_eq!(team.name, format!("gp@{}", practice.name));
            }
        }
    }
    assert_eq!(model.team_of.len(), ROLES);
    let heads: usize = model
        .teams
        .iter()
        .filter(|t| t.role == Role::Gp)
        .map(|t| t.clinicians.len())
        .sum();
    assert_eq!(heads, 51);
    let people: f64 = model.exogenous.practices.iter().map(|p| p.list_size).sum();
    assert_eq!(people, 81_500.0);
    let deaths: f64 = model.exogenous.groups.iter().map(|g| g.per_1000_a_year).sum();
    assert!((deaths * 81.5 - 734.0).abs() < 2.0, "{deaths}");
}

#[test]
fn rows_are_cumulative_and_end_in_one() {
    let exo = compiled("networked", &[]).exogenous;
    let rises = |row: &[f64]| row.windows(2).all(|w| w[0] <= w[1]) && row.last() == Some(&1.0);
    for group in &exo.groups {
        assert!(
            rises(&group.age) && rises(&group.preferred_place) && rises(&group.first),
            "{}",
            group.name
        );
        assert!(group.next.iter().all(|row| rises(row)));
        assert_eq!(group.age.len(), 5);
    }
    assert!(
        exo.practices
            .iter()
            .all(|p| rises(&p.deprivation) && rises(&p.ethnicity))
    );
    assert_eq!(exo.capital.len(), 5);
    assert!(exo.severity.iter().all(|row| rises(row)));
    assert!(rises(&exo.symptom_kind) && rises(&exo.acute_kind));
    assert_eq!(
        exo.age_bands,
        ["under_50", "50_to_64", "65_to_74", "75_to_84", "85_or_over"]
    );
}

#[test]
fn capital_limits_are_a_rule_of_care_and_capital_is_the_persons_own() {
    let base = compiled("networked", &[]);
    // Third quintile: the median of the law is 15,000 pounds.
    assert!((base.exogenous.capital[2].at(0.5) - 15_000.0).abs() < 1.0);
    let raised = compiled("networked", &["social_care.means_test.upper=100000"]);
    assert_eq!(
        raised.exogenous, base.exogenous,
        "an arm with other limits is still paired"
    );
    assert!(base.social_care.pays_privately(50_000.0) && !raised.social_care.pays_privately(50_000.0));
}

#[test]
fn times_of_the_week_are_where_the_file_puts_them() {
    let model = compiled("networked", &[]);
    let practice = &model.calendars[model.practice_calendar];
    assert!(practice.is_open(8 * HOUR) && !practice.is_open(18 * HOUR + HOUR / 2));
    // 18 April 2025 is Good Friday: day 102 after Monday 6 January.
    assert!(!practice.is_open(102 * DAY + 10 * HOUR) && !model.working_days.is_working(102));
    let out_of_hours = model.teams[team(&model, "ooh_clinician").index()]
        .background
        .iter();
    let calendar = out_of_hours
        .map(|b| &model.calendars[b.calendar])
        .next_back()
        .unwrap();
    assert!(calendar.is_open(5 * DAY + 12 * HOUR) && !calendar.is_open(DAY + 12 * HOUR));
    assert_eq!(model.social_care.panel_at, 2 * DAY + 12 * HOUR);
    assert_eq!(model.social_care.panel_every, WEEK);
    assert_eq!(model.windows.end(), 234 * WEEK);
}

#[test]
fn background_is_a_number_a_week_of_the_right_people() {
    let model = compiled("networked", &[]);
    let per_week = |name: &str, stream: &str| {
        let team = &model.teams[team(&model, name).index()];
        team.background
            .iter()
            .find(|b| b.name == stream)
            .unwrap()
            .per_week
    };
    let weeks = 365.25 / 7.0;
    assert!((per_week("gp@alder", "urgent") * weeks - 700.0 * 3.5).abs() < 1e-6);
    assert!((per_week("cns", "rest_of_area") * weeks - 17.6 * 168.5).abs() < 1e-6);
    assert!((per_week("ooh_clinician", "out_of_hours") * weeks - 210.0 * 250.0).abs() < 1e-6);
}

#[test]
fn renaming_an_organisation_or_adding_a_practice_leaves_every_key() {
    let base = compiled("networked", &[]);
    let other = compiled(
        "networked",
        &["teams.cns.organisation=\"zebra\"", "teams.cns.site=\"elsewhere\""],
    );
    assert!(same(
        &base.teams.iter().map(|t| t.key).collect::<Vec<_>>(),
        &other.teams.iter().map(|t| t.key).collect()
    ));
    let mut grown = scenario("networked", &[]);
    let practice = grown.practices["oak"].clone();
    grown.practices.insert("acorn".to_owned(), practice);
    let grown = pathway("networked", "", &grown);
    for team in &base.teams {
        let there = grown.teams.iter().find(|t| t.name == team.name).unwrap();
        assert_eq!(there.key, team.key);
        assert!(same(&there.clinicians, &team.clinicians));
    }
}

#[test]
fn compiling_twice_gives_the_same_model() {
    assert!(same(&compiled("integrated", &[]), &compiled("integrated", &[])));
}

/// The built-in texts with the tables of every file in reverse order.
fn reversed() -> BTreeMap<String, Vec<u8>> {
    let files = library::all().iter().filter(|s| !s.path.contains('/'));
    files
        .map(|file| (file.path.to_owned(), backwards(file.text).into_bytes()))
        .collect()
}

/// A table begins with a line that begins with a bracket; what comes before the first stays first.
fn backwards(text: &str) -> String {
    let starts: Vec<usize> = text.match_indices("\n[").map(|(at, _)| at + 1).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut tables: Vec<&str> = starts
        .iter()
        .zip(ends)
        .map(|(from, to)| &text[*from..to])
        .collect();
    tables.reverse();
    format!("{}{}", &text[..starts[0]], tables.join("\n"))
}

#[test]
fn permuting_the_tables_of_every_file_gives_the_same_model() {
    let (checked, found, _) = read(&reversed(), "integrated.toml", &[]);
    let Some(Kind::Pathway(reversed)) = checked.map(|c| c.kind) else {
        panic!("{found:?}");
    };
    assert_eq!(*reversed, scenario("integrated", &[]));
    assert!(same(
        &pathway("integrated", "", &reversed),
        &compiled("integrated", &[])
    ));
}
