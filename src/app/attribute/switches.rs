//! Which parameter belongs to which switch: how integration helped (I1 to I9), obstacles inside integrated organisations (O1 to
//! O4) and barriers of networks (B1 to B7), as the NIHR study of integration and continuity names them (HS&DR 2015;3(35)).
//!
//! The study describes mechanisms, not parameters: which parameter stands for which mechanism is a reading, and the reason is
//! given with each. A parameter belongs to one switch alone, so that the parts add up.

/// A mechanism of the study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Switch {
    /// `I1` to `I9`, `O1` to `O4`, `B1` to `B7`.
    pub key: &'static str,
    /// What it is.
    pub name: &'static str,
}

/// All of them, in the order in which they are told.
pub const SWITCHES: [Switch; 20] = [
    switch("I1", "line accountability for coordination"),
    switch("I2", "easier, more flexible, faster transfers"),
    switch("I3", "co-location by default"),
    switch("I4", "no information-governance gap"),
    switch("I5", "hard to secede"),
    switch("I6", "one workforce for clinic and home"),
    switch("I7", "no overhead of indirect referral"),
    switch("I8", "aligned goals"),
    switch("I9", "pooled income"),
    switch("O1", "professional silos"),
    switch("O2", "discrepant IT between divisions"),
    switch("O3", "weaker non-medical case management"),
    switch("O4", "law that bars sharing with social care"),
    switch("B1", "information incomplete and laborious"),
    switch("B2", "pathway against consultation model"),
    switch("B3", "means tests"),
    switch("B4", "capacity mismatch between providers"),
    switch("B5", "weak or absent links"),
    switch("B6", "misaligned incentives and targets"),
    switch("B7", "separate sites"),
];

const fn switch(key: &'static str, name: &'static str) -> Switch {
    Switch { key, name }
}

/// One line of the table: parameters at or below a path belong to a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Names separated by points; `*` stands for any one name, `**` for any number of names.
    pub pattern: &'static str,
    /// The switch.
    pub key: &'static str,
    /// Why it stands for that mechanism.
    pub why: &'static str,
}

/// The table; the first line that fits holds.
pub const RULES: &[Rule] = &[
    rule(
        "interface.between.*social_worker*.record",
        "O4",
        "what social care may see of the record",
    ),
    rule(
        "interface.between.*.gp_roundtrip",
        "B2",
        "a named pair that must go through the GP: the consultation model, above all at discharge",
    ),
    rule(
        "interface.severed",
        "I5",
        "what is left of a link that has been withdrawn",
    ),
    rule(
        "interface.restored_after",
        "I5",
        "how long a withdrawn link stays away",
    ),
    rule(
        "interface.sweeps",
        "I1",
        "what somebody accountable finds when looking",
    ),
    rule(
        "interface.word_settles",
        "I3",
        "what a word between neighbours settles",
    ),
    rule(
        "interface.same_site",
        "B7",
        "what sharing a site adds, and separate sites lack",
    ),
    rule(
        "interface.**.owner_sweep",
        "I1",
        "how often somebody accountable looks for overdue work",
    ),
    rule(
        "interface.**.lost",
        "I1",
        "what nobody is accountable for gets lost",
    ),
    rule("interface.**.transfer_delay", "I2", "how long a transfer takes"),
    rule(
        "interface.**.returned",
        "O1",
        "silos decide what they accept and send the rest back",
    ),
    rule(
        "interface.**.informal_advice",
        "I3",
        "who is near can be asked without a referral",
    ),
    rule(
        "interface.**.combine_visits",
        "I6",
        "one of one workforce makes the visit of two",
    ),
    rule(
        "interface.**.record",
        "I4",
        "whether the record may be shared, or a letter must do",
    ),
    rule("interface.**.record_lag", "I4", "how late information arrives"),
    rule(
        "interface.**.record_missing",
        "B1",
        "information that never arrives",
    ),
    rule(
        "interface.**.duplicate_assessment",
        "B1",
        "who lacks the information assesses again",
    ),
    rule("interface.**.rekey_minutes", "O2", "a second system to type into"),
    rule("interface.**.gp_roundtrip", "I7", "referral by way of the GP"),
    rule(
        "interface.**.referral_minutes",
        "I7",
        "the sender's work for a referral",
    ),
    rule(
        "interface.**.triage_minutes",
        "I7",
        "the receiver's work for a referral",
    ),
    rule(
        "interface.**.cost_refusal",
        "I8",
        "refusal because another's budget gains",
    ),
    rule(
        "interface.**.authorisation",
        "B6",
        "a budget holder who must agree first",
    ),
    rule(
        "interface.**.authorisation_delay",
        "B6",
        "how long the budget holder takes",
    ),
    rule("interface.**.secession", "I5", "how often a link is withdrawn"),
    rule(
        "social_care.pooled_budget",
        "I9",
        "one budget for health and social care",
    ),
    rule("social_care.means_test", "B3", "the means test"),
    rule("social_care.forms_returned", "B3", "the forms of the means test"),
    rule(
        "social_care.financial_assessment",
        "B3",
        "the financial assessment",
    ),
    rule(
        "social_care.self_funded",
        "B3",
        "what those above the limit must arrange themselves",
    ),
    rule("social_care.panel", "B6", "a funding panel that must agree first"),
    rule(
        "social_care.dispute",
        "B6",
        "how long a dispute over who pays takes",
    ),
    rule("coordination", "O3", "case management: who coordinates, and how"),
    rule(
        "relationships.growth.same_site_a_year",
        "B7",
        "what sharing a site adds to relationships",
    ),
    rule(
        "relationships",
        "B5",
        "how well teams know one another: weak links",
    ),
    rule("teams.*.site", "B7", "where teams sit"),
    rule(
        "teams.*.clinicians",
        "B4",
        "capacity of teams that follow one another (a difference of staff, not of organisation)",
    ),
    rule(
        "teams.*.places",
        "B4",
        "places of services that follow one another (a difference of means, not of organisation)",
    ),
];

const fn rule(pattern: &'static str, key: &'static str, why: &'static str) -> Rule {
    Rule { pattern, key, why }
}

/// The line of the table that a path falls under.
pub fn rule_of(path: &[String]) -> Option<&'static Rule> {
    RULES.iter().find(|rule| {
        let pattern: Vec<&str> = rule.pattern.split('.').collect();
        under(&pattern, path)
    })
}

/// Whether the path is what the pattern names, or below it.
fn under(pattern: &[&str], path: &[String]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| under(rest, &path[skip..])),
        (Some((name, rest)), Some((here, below))) => fits(name, here) && under(rest, below),
        (Some(_), None) => false,
    }
}

/// Whether a name is the one meant; a `*` at either end stands for any text.
fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        _ if pattern == "*" => true,
        (Some(inner), Some(_)) => name.contains(inner.trim_end_matches('*')),
        (Some(end), None) => name.ends_with(end),
        (None, Some(begin)) => name.starts_with(begin),
        (None, None) => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &[&str]) -> Option<&'static str> {
        let path: Vec<String> = path.iter().map(|p| (*p).to_string()).collect();
        rule_of(&path).map(|r| r.key)
    }

    #[test]
    fn parameters_fall_under_their_switch() {
        for (path, expected) in [
            (&["interface", "internal", "owner_sweep", "ratio"][..], Some("I1")),
            (&["interface", "external", "transfer_delay"], Some("I2")),
            (
                &["interface", "external", "transfer_delay", "lognormal", "median"],
                Some("I2"),
            ),
            (
                &["interface", "between", "cns<>hospice_ward", "record"],
                Some("I4"),
            ),
            (
                &["interface", "between", "*<>social_worker", "record"],
                Some("O4"),
            ),
            (
                &["interface", "between", "hospital>district_nurse", "gp_roundtrip"],
                Some("B2"),
            ),
            (&["interface", "severed", "lost"], Some("I5")),
            (
                &["interface", "same_site", "informal_advice", "ratio"],
                Some("B7"),
            ),
            (&["social_care", "pooled_budget"], Some("I9")),
            (&["social_care", "means_test", "lower"], Some("B3")),
            (&["relationships", "turnover_a_year"], Some("B5")),
            (&["relationships", "growth", "same_site_a_year"], Some("B7")),
            (&["teams", "gp", "site"], Some("B7")),
            (&["teams", "gp", "clinicians", "gps", "count"], Some("B4")),
            (&["interface"], None),
            (&["teams", "gp", "organisation"], None),
            (&["hospital", "discharge"], None),
        ] {
            assert_eq!(key(path), expected, "{path:?}");
        }
    }

    /// Every rule names a switch, and every switch has a rule.
    #[test]
    fn the_table_is_complete() {
        for rule in RULES {
            assert!(SWITCHES.iter().any(|s| s.key == rule.key), "{rule:?}");
        }
        for switch in SWITCHES {
            assert!(RULES.iter().any(|r| r.key == switch.key), "{switch:?}");
        }
    }

    /// Every part of a hand-off belongs to a switch, also those that are added later.
    #[test]
    fn every_part_of_the_interface_has_a_switch() {
        let schema = crate::scenario::schema("pathway").expect("there are pathways");
        for table in ["external", "internal"] {
            let path = ["interface".to_string(), table.to_string()];
            let about = crate::scenario::explain(schema, &path, None).expect("a table");
            assert!(about.allowed.len() >= 16, "{:?}", about.allowed);
            for part in &about.allowed {
                assert!(key(&["interface", table, part]).is_some(), "{table}.{part}");
            }
        }
    }
}
