//! `uncertainty`, and `compare --priors`, as their users meet them.

use std::collections::BTreeMap;

use super::desk::Desk;

/// The service of a desk is not known well: at the centre two quick servers equal three slow ones, more or less.
const PLAN: &str = r#"kind = "uncertainty"
title = "How long does a visit take?"
scenarios = ["desk.toml", "three.toml"]
outcomes = ["mean_wait_desk_hours", "utilisation_desk"]
draws = 12
replications = 4

[set]
"run.horizon" = { days = 60 }

[vary.visit]
path = "stations.desk.service"
range = [30, 55]

[tipping]
values = 3
each = true

[decision]
worth = { mean_wait_desk_hours = -100 }
population = 10
"#;

fn desk(plan: &str) -> Desk {
    let desk = Desk::new();
    desk.file("plan.toml", plan);
    desk
}

fn rows(desk: &Desk, folder: &str, file: &str) -> Vec<BTreeMap<String, String>> {
    let files = desk.results(folder);
    let mut reader = csv::Reader::from_reader(files[file].as_slice());
    let header = reader.headers().expect("a header").clone();
    let row = |r: csv::StringRecord| {
        header
            .iter()
            .zip(&r)
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect()
    };
    reader.records().map(|r| row(r.expect("a row"))).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

#[test]
fn both_uncertainties_are_told_apart() {
    let desk = desk(PLAN);
    let said = desk.careweave("uncertainty plan.toml --out u").ended_with(0);
    // Two scenarios: 12 draws, 3 quantiles of the scan (which the single parameter shares), 4 replications; 20 of each centre.
    assert!(said.err.contains("160 units"), "{}", said.err);
    assert!(
        said.out
            .contains("three is more likely better than desk in 1 of 1 outcomes"),
        "{}",
        said.out
    );
    let all = rows(&desk, "u", "uncertainty.csv");
    let of = |scenario: &str, versus: &str, statistic: &str| {
        let found = all.iter().find(|r| {
            r["scenario"] == scenario
                && r["versus"] == versus
                && r["outcome"] == "mean_wait_desk_hours"
                && r["statistic"] == statistic
        });
        found.unwrap_or_else(|| panic!("{scenario} {statistic}"))
    };
    // Load 0.45 to 0.825: what the mean visit is matters far more than which 55 days are seen.
    let (parameters, chance) = (of("desk", "", "sd_parameters"), of("desk", "", "sd_chance"));
    assert!(
        number(parameters, "value") > 1.5 * number(chance, "value"),
        "{parameters:?} {chance:?}"
    );
    for row in [parameters, chance] {
        assert!(
            number(row, "lower_95_ci") < number(row, "value")
                && number(row, "value") < number(row, "upper_95_ci")
        );
    }
    let middle = of("three", "desk", "middle_95_percent");
    assert!(
        number(middle, "upper_95_ci") < 0.0,
        "a third server always shortens the wait: {middle:?}"
    );
    let better = rows(&desk, "u", "probability_better.csv");
    let wait = better
        .iter()
        .find(|r| r["outcome"] == "mean_wait_desk_hours")
        .expect("a row");
    assert_eq!(
        (wait["statistic"].as_str(), wait["note"].as_str()),
        ("probability_better", "more likely better")
    );
    assert!(
        number(wait, "value") > 0.99 && number(wait, "lower_95_ci") > 0.7,
        "{wait:?}"
    );
    let draws = rows(&desk, "u", "draws.csv");
    // Levels of both scenarios and a difference, two outcomes, twelve draws.
    assert_eq!(draws.len(), 12 * 2 * 3);
    assert!(draws.iter().all(|r| (30.0..=55.0).contains(&number(r, "visit"))));
    assert_eq!(desk.results("u")["report.txt"], said.out.as_bytes());
}

#[test]
fn a_decision_that_no_knowledge_changes_is_worth_nothing_to_know() {
    let desk = desk(PLAN);
    desk.careweave("uncertainty plan.toml --out u").ended_with(0);
    let all = rows(&desk, "u", "value_of_information.csv");
    let of = |statistic: &str, per: &str| {
        let found = all
            .iter()
            .find(|r| r["statistic"] == statistic && r["per"] == per);
        number(found.expect("a row"), "value")
    };
    assert_eq!(
        (
            of("evpi", "decision"),
            of("evppi", "decision"),
            of("evpi", "population")
        ),
        (0.0, 0.0, 0.0)
    );
    // A third server costs as much as it saves at a load of about 0.7: then it matters which load there is.
    let cost = "stations.desk.servers";
    desk.file(
        "plan2.toml",
        &PLAN.replace(
            "worth = { mean_wait_desk_hours = -100 }",
            "worth = { mean_wait_desk_hours = -100, utilisation_desk = 150 }",
        ),
    );
    let said = desk
        .careweave("uncertainty plan2.toml --json")
        .ended_with(0)
        .json();
    let values = &said["decision"]["values"];
    let evpi = values["evpi"]["value"].as_f64().unwrap();
    assert!(evpi > 0.0, "{cost}: {values}");
    // One parameter: to know it is to know all, but for the regression's smoothing.
    let evppi = values["evppi"][0]["evppi"]["value"].as_f64().unwrap();
    assert!((evppi - evpi).abs() < 0.5 * evpi, "{evpi} {evppi}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_more_draws_begin_with_the_same() {
    let desk = desk(PLAN);
    desk.careweave("uncertainty plan.toml --threads 1 --out a")
        .ended_with(0);
    desk.careweave("uncertainty plan.toml --threads 3 --out b")
        .ended_with(0);
    assert_eq!(desk.results("a"), desk.results("b"));
    desk.careweave("uncertainty plan.toml --draws 3 --out c")
        .ended_with(0);
    let (many, few) = (rows(&desk, "a", "draws.csv"), rows(&desk, "c", "draws.csv"));
    assert_eq!(many[..few.len()], few[..]);
}

#[test]
fn where_a_difference_turns_is_found() {
    // Fewer, quicker servers against more: with a short visit the desk of two is as good; the turn is in the number of arrivals.
    let desk = Desk::new();
    desk.file(
        "quick.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\n[stations.desk]\nservers = 1\n\
         service = { lognormal = { mean = 20, sd = 12, unit = \"min\" } }\n",
    );
    desk.file(
        "plan.toml",
        r#"kind = "uncertainty"
scenarios = ["desk.toml", "quick.toml"]
outcomes = ["mean_wait_desk_hours"]
draws = 8
replications = 6
[vary.load]
path = "classes.routine.arrivals.poisson.per_hour"
range = [0.2, 1.7]
[tipping]
values = 5
each = true
"#,
    );
    desk.careweave("uncertainty plan.toml --out u").ended_with(0);
    let all = rows(&desk, "u", "tipping.csv");
    let single: Vec<_> = all.iter().filter(|r| r["parameter"] == "load").collect();
    assert_eq!(
        single.iter().filter(|r| r["statistic"] == "difference").count(),
        5
    );
    let turn = single
        .iter()
        .find(|r| r["statistic"] == "tipping_point")
        .expect("a row");
    let at = number(turn, "value");
    assert!((0.2..1.7).contains(&at), "{turn:?}");
    assert!(
        number(turn, "lower_95_ci") <= at && at <= number(turn, "upper_95_ci"),
        "{turn:?}"
    );
    assert!(turn["note"].contains("worse below"), "{turn:?}");
    assert!(desk.results("u").contains_key("tipping_mean_wait_desk_hours.svg"));
}

#[test]
fn what_makes_no_sense_is_refused_at_its_line() {
    let desk = desk(&PLAN.replace("range = [30, 55]", "range = [55, 30]"));
    let said = desk.careweave("uncertainty plan.toml").ended_with(2);
    said.complains(&["plan.toml:13", "ends before it begins"]);
    let said = desk
        .careweave("uncertainty plan.toml --set tipping.values=1")
        .ended_with(2);
    said.complains(&["must be from 3 to 1000"]);
    desk.file(
        "none.toml",
        "kind = \"uncertainty\"\nscenarios = [\"desk.toml\", \"three.toml\"]\nparameters = [\"stations\"]\n",
    );
    desk.careweave("uncertainty none.toml")
        .ended_with(2)
        .complains(&["none.toml:3", "nothing to draw"]);
    desk.file(
        "odd.toml",
        &PLAN.replace("mean_wait_desk_hours = -100", "mean_wait_desk_hour = -100"),
    );
    desk.careweave("uncertainty odd.toml")
        .ended_with(2)
        .complains(&["did you mean `mean_wait_desk_hours`"]);
    desk.file("column.toml", &PLAN.replace("vary.visit", "vary.value"));
    desk.careweave("uncertainty column.toml")
        .ended_with(2)
        .complains(&["column.toml:11", "`value` is the name of another column"]);
    desk.careweave("uncertainty plan.toml -n 1 --set tipping.values=3 --set vary.visit.range=[30,55]")
        .ended_with(2)
        .complains(&["two replications"]);
    desk.careweave("compare desk.toml three.toml --priors 5")
        .ended_with(2)
        .complains(&["--priors 5", "no arm"]);
}

/// The small locality: the arms of a comparison are the centres of the draws, bit by bit the same as a study runs them.
#[test]
fn a_comparison_says_how_likely_and_where_it_turns() {
    let desk = Desk::new();
    let mut lines = String::new();
    for set in super::world_tools::SMALL {
        lines += &format!("{set}\n");
    }
    for (file, base) in [("a.toml", "networked"), ("b.toml", "integrated_no_pool")] {
        desk.file(
            file,
            &format!("kind = \"pathway\"\nextends = \"{base}.toml\"\n{lines}"),
        );
    }
    let plain = desk
        .careweave("compare a.toml b.toml -n 3 --out plain --json")
        .ended_with(0)
        .json();
    assert_eq!(plain["priors"]["draws"], 0);
    let said = desk
        .careweave("compare a.toml b.toml -n 3 --priors 3 --out with --json")
        .ended_with(0)
        .json();
    let (with, without) = (desk.results("with"), desk.results("plain"));
    for same in ["overall.csv", "paired.csv", "replications.csv"] {
        assert_eq!(with[same], without[same], "{same}");
    }
    let priors = &said["priors"];
    assert_eq!(
        (priors["draws"].as_u64(), priors["ratios"].as_u64()),
        (Some(3), Some(17))
    );
    assert!(priors["above_one"].as_u64().unwrap() >= 16);
    assert!(priors["rows"].as_array().unwrap().len() >= 8, "{priors}");
    let text = |file: &str| String::from_utf8(with[file].clone()).expect("UTF-8");
    let report = text("report.txt");
    assert!(
        report.contains("HOW LIKELY, OVER WHAT") && report.contains("  turns: "),
        "{report}"
    );
    assert!(text("report.html").contains("<section id=\"priors\""));
    let off = String::from_utf8(without["report.txt"].clone()).expect("UTF-8");
    assert!(off.contains("`--priors 24` does"), "{off}");
    let tips = rows(&desk, "with", "tipping.csv");
    let at_one: Vec<_> = tips
        .iter()
        .filter(|r| r["statistic"] == "difference" && r["at"] == "1")
        .collect();
    assert!(!at_one.is_empty());
    for row in at_one {
        // All ratios 1 on an integrated map: exactly the network.
        assert!(row["value"].is_empty() || number(row, "value") == 0.0, "{row:?}");
    }
    assert_eq!(
        rows(&desk, "with", "probability_better.csv").len(),
        priors["rows"].as_array().unwrap().len()
    );
    // The same draws by the command of their own.
    desk.file(
        "plan.toml",
        "kind = \"uncertainty\"\nscenarios = [\"a.toml\", \"b.toml\"]\ndraws = 3\nreplications = 3\ntipping.scan = false\n",
    );
    desk.careweave("uncertainty plan.toml --out own").ended_with(0);
    let pick = |folder: &str| -> Vec<String> {
        let all = rows(&desk, folder, "uncertainty.csv");
        let wanted = all
            .iter()
            .filter(|r| r["versus"] == "a" && r["statistic"] == "expected_over_priors");
        wanted
            .map(|r| format!("{} {}", r["outcome"], r["value"]))
            .collect()
    };
    assert_eq!(pick("with"), pick("own"));
}
