//! The lists of the scenarios, the plans and the targets that ship inside the program, in the order in which they are listed.

use super::BuiltInScenario;

macro_rules! built_in {
    ($($listed:literal $name:literal $path:literal),* $(,)?) => {
        &[$(BuiltInScenario {
            name: $name,
            path: $path,
            text: include_str!(concat!("../../../scenarios/", $path)),
            listed: $listed,
        }),*]
    };
}

/// All built-in scenarios, in the order they are listed.
pub fn all() -> &'static [BuiltInScenario] {
    built_in![
        true "networked" "networked.toml",
        true "good_network" "good_network.toml",
        true "integrated_map_external_theta" "integrated_map_external_theta.toml",
        true "integrated_no_pool" "integrated_no_pool.toml",
        true "integrated" "integrated.toml",
        false "locality" "locality.toml",
        false "calibrated" "calibrated.toml",
        false "separate" "separate.toml",
        false "few_practices" "few_practices.toml",
        true "three_practices" "leeds/three_practices.toml",
        true "practice_a" "leeds/practice_a.toml",
        true "practice_b" "leeds/practice_b.toml",
        true "practice_c" "leeds/practice_c.toml",
        true "all_proactive" "leeds/all_proactive.toml",
        true "all_reactive" "leeds/all_reactive.toml",
        true "c_rule_waived" "leeds/c_rule_waived.toml",
        true "c_full_supply" "leeds/c_full_supply.toml",
        true "all_roles" "leeds/all_roles.toml",
        true "practice_before" "compton/practice_before.toml",
        true "practice_embedded" "compton/practice_embedded.toml",
        true "practice_withdrawn" "compton/practice_withdrawn.toml",
        true "current_access" "reequipp/current_access.toml",
        true "named_coordinator" "reequipp/named_coordinator.toml",
        true "colocation_shared_record" "reequipp/colocation_shared_record.toml",
        true "cultural_competence" "reequipp/cultural_competence.toml",
        true "community_matched_worker" "reequipp/community_matched_worker.toml",
        true "surge_as_usual" "reequipp/surge_as_usual.toml",
        true "surge" "reequipp/surge.toml",
        true "eastmere" "nihr/eastmere.toml",
        true "whinshire_before" "nihr/whinshire_before.toml",
        true "whinshire_after" "nihr/whinshire_after.toml",
        true "sedgeton" "nihr/sedgeton.toml",
        true "tarrow_integrated" "nihr/tarrow_integrated.toml",
        true "tarrow_separated" "nihr/tarrow_separated.toml",
        true "tarrow_consultant_ward" "nihr/tarrow_consultant_ward.toml",
        true "tarrow_gp_ward" "nihr/tarrow_gp_ward.toml",
        true "fivecastles" "nihr/fivecastles.toml",
        false "sweden" "nihr/sweden.toml",
        true "liseberg" "nihr/liseberg.toml",
        true "djursholm" "nihr/djursholm.toml",
        true "kista" "nihr/kista.toml",
        true "norrtalje" "nihr/norrtalje.toml",
        true "ostra" "nihr/ostra.toml",
        true "sjukhem" "nihr/sjukhem.toml",
        true "solna" "nihr/solna.toml",
        true "three_day_sitter" "nihr/three_day_sitter.toml",
        true "poor_integration" "nihr/poor_integration.toml",
        true "just_merged" "nihr/just_merged.toml",
        true "no_role" "lwabc/no_role.toml",
        true "acute_workers_1" "lwabc/acute_workers_1.toml",
        true "acute_workers_2" "lwabc/acute_workers_2.toml",
        true "acute_workers_3" "lwabc/acute_workers_3.toml",
        true "acute_workers_6" "lwabc/acute_workers_6.toml",
        true "community_workers_1" "lwabc/community_workers_1.toml",
        true "community_workers_2" "lwabc/community_workers_2.toml",
        true "community_workers_3" "lwabc/community_workers_3.toml",
        true "community_workers_6" "lwabc/community_workers_6.toml",
        true "transition_support" "lwabc/transition_support.toml",
        true "combined_visits" "lwabc/combined_visits.toml",
        true "neighbourhood_meeting" "lwabc/neighbourhood_meeting.toml",
        true "epaccs_beyond_a_year" "lwabc/epaccs_beyond_a_year.toml",
        true "hospice_helpline" "lwabc/hospice_helpline.toml",
        true "rotherham" "lwabc/rotherham.toml",
        true "chesterfield" "lwabc/chesterfield.toml",
        true "wakefield" "lwabc/wakefield.toml",
        true "doncaster" "lwabc/doncaster.toml",
        true "barnsley" "lwabc/barnsley.toml",
        true "sheffield" "lwabc/sheffield.toml",
        true "bassetlaw" "lwabc/bassetlaw.toml",
        true "north_derbyshire" "lwabc/north_derbyshire.toml",
        true "mm1" "queueing/mm1.toml",
        true "mmc" "queueing/mmc.toml",
        true "mg1" "queueing/mg1.toml",
        true "mmck" "queueing/mmck.toml",
        true "reneging" "queueing/reneging.toml",
        true "priority" "queueing/priority.toml",
        true "jackson" "queueing/jackson.toml",
        true "tandem" "queueing/tandem.toml",
        true "machine_repair" "queueing/machine_repair.toml",
        true "closed" "queueing/closed.toml",
        true "m1" "queueing/m1.toml",
        true "m2" "queueing/m2.toml",
        true "m3" "queueing/m3.toml",
    ]
}

/// All built-in plans, in the order they are listed.
pub fn plans() -> &'static [BuiltInScenario] {
    built_in![
        true "lost_referrals" "plans/lost_referrals.toml",
        true "support_workers" "plans/support_workers.toml",
        true "hospice_beds" "plans/hospice_beds.toml",
        true "integration_worth" "plans/integration_worth.toml",
        true "baseline" "plans/baseline.toml",
        true "every_parameter" "plans/every_parameter.toml",
    ]
}

/// The targets that ship inside the program.
pub fn targets() -> &'static [BuiltInScenario] {
    built_in![false "targets" "targets.toml"]
}

/// Which outcomes each parameter of the baseline moves: what `careweave explain --measure` wrote.
pub fn moves() -> &'static str {
    include_str!("../../../scenarios/moves.csv")
}
