//! The list of the scenarios that ship inside the program, in the order in which they are listed.

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
        true "mm1" "queueing/mm1.toml",
        true "mmc" "queueing/mmc.toml",
        true "mg1" "queueing/mg1.toml",
        true "mmck" "queueing/mmck.toml",
        true "reneging" "queueing/reneging.toml",
        true "priority" "queueing/priority.toml",
        true "jackson" "queueing/jackson.toml",
        true "tandem" "queueing/tandem.toml",
        true "m1" "queueing/m1.toml",
        true "m2" "queueing/m2.toml",
        true "m3" "queueing/m3.toml",
    ]
}
