//! `size` as its users meet it, and on M/M/c, where Erlang's C formula knows the answer.

use serde_json::Value;

use super::desk::Desk;

const PLAN: &str = r#"kind = "size"
title = "Servers at the desk"
scenarios = ["mmc.toml"]
replications = 160
first = 10
curve = 10

[size]
path = "stations.desk.servers"
range = [5, 12]
what = "servers"

[target.wait]
outcome = "mean_wait_desk_hours"
at_most = 0.2
"#;

/// M/M/c at offered load 4 from its stationary state, service of one hour.
const MMC: &str = r#"kind = "queueing"
title = "M/M/c"

[run]
warm_up = { hours = 20 }
horizon = { hours = 400 }
replications = 10

[stations.desk]
servers = 5
service = { exponential = { mean = 1, unit = "hour" } }

[classes.customer]
arrivals = { poisson = { per_hour = 4 } }
entry = "desk"
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("mmc.toml", MMC);
    desk.file("size.toml", PLAN);
    desk
}

/// Mean wait in hours of M/M/c at load 4, service of one hour: Erlang C over (c - 4).
fn mean_wait(c: u32) -> f64 {
    let load = 4.0;
    let blocked = (1..=c).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    let waits = blocked / (1.0 - load / f64::from(c) * (1.0 - blocked));
    waits / (f64::from(c) - load)
}

fn json(desk: &Desk, args: &str, code: i32) -> Value {
    let said = desk.careweave(args).ended_with(code);
    serde_json::from_str(&said.out).expect("JSON")
}

/// The smallest number of servers by the formula, over seeds: at 95% more than 3 of 20 wrong has a probability of 1.6%, more than
/// 4 one of 0.3%.
#[test]
fn the_smallest_number_of_servers_is_erlangs() {
    let desk = desk();
    let truth = (5..=12).find(|&c| mean_wait(c) <= 0.2).unwrap();
    assert_eq!(truth, 6, "{}", mean_wait(6));
    let (mut wrong, mut exact) = (0, 0);
    for seed in 0..20 {
        let found = json(&desk, &format!("size size.toml --json --seed {seed}"), 0);
        let meets = found["shown_to_meet"].as_f64().unwrap_or(f64::INFINITY);
        let from = found["not_shown_to_fail"].as_f64().unwrap_or(f64::INFINITY);
        wrong += u32::from(!(from <= f64::from(truth) && f64::from(truth) <= meets));
        exact += u32::from(found["status"] == "smallest" && meets == f64::from(truth));
    }
    assert!(wrong <= 4, "{wrong}");
    assert!(exact >= 15, "{exact}");
}

#[test]
fn the_answer_is_one_sentence_and_a_curve() {
    let desk = desk();
    let said = desk.careweave("size size.toml --out s").ended_with(0);
    assert!(
        said.out.contains("6 servers: the smallest number with which"),
        "{}",
        said.out
    );
    let files = desk.results("s");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["manifest.json", "report.txt", "size.csv", "size.svg"]);
    assert_eq!(said.out.as_bytes(), files["report.txt"]);
    let csv = String::from_utf8(files["size.csv"].clone()).unwrap();
    // The curve has all eight sizes; waits fall.
    let waits: Vec<f64> = (csv.lines().skip(1))
        .map(|l| l.split(',').nth(5).unwrap().parse().unwrap())
        .collect();
    assert_eq!(waits.len(), 8);
    assert!(waits.windows(2).all(|w| w[0] > w[1]), "{waits:?}");
    for threads in ["1", "5"] {
        desk.careweave(&format!("size size.toml --out s{threads} --threads {threads}"))
            .ended_with(0);
        assert_eq!(desk.results(&format!("s{threads}")), files);
    }
}

#[test]
fn no_size_and_cannot_tell_are_answers() {
    let desk = desk();
    let none = json(&desk, "size size.toml --json --set size.range=[5,5]", 1);
    assert_eq!(none["status"], "none_meets");
    // Exactly the mean wait of six servers: whether six are enough cannot be told.
    let set = format!("--set target.wait.at_most={}", mean_wait(6));
    let open = json(&desk, &format!("size size.toml --json {set}"), 0);
    assert_eq!(open["status"], "between", "{}", open["answer"]);
    assert_eq!(
        (&open["not_shown_to_fail"], &open["shown_to_meet"]),
        (&6.0.into(), &7.0.into())
    );
    assert!(
        open["answer"]
            .as_str()
            .unwrap()
            .contains("whether 6 is cannot be told with 160 replications")
    );
}

/// Utilisation must be high and waits short: more servers are worse for the first.
#[test]
fn more_that_is_worse_is_noticed() {
    let desk = desk();
    let sets = "--set target.busy.outcome=\"utilisation_desk\" --set target.busy.at_least=0.45";
    let found = json(&desk, &format!("size size.toml --json {sets}"), 0);
    assert_eq!(found["monotone"], false, "{found}");
    let answer = found["answer"].as_str().unwrap();
    assert!(answer.starts_with("More is not always better here"), "{answer}");
    assert!(found["shown_to_meet"].as_f64().unwrap() >= 6.0, "{answer}");
}

#[test]
fn wrong_plans_are_refused_at_their_lines() {
    let desk = desk();
    desk.file(
        "wrong.toml",
        "kind = \"size\"\nscenarios = [\"mmc.toml\"]\nconfidence = 95\n[size]\npath = \"stations.desk.servers\"\nvalues = [3, 2]\n\
         what = \"servers\"\n[target.a]\noutcome = \"mean_wait_desk_hours\"\n",
    );
    let said = desk.careweave("size wrong.toml").ended_with(2);
    for words in [
        "a confidence is from 0.5 to below 1, not 95",
        "the sizes allowed must rise",
        "must say on which side of which value it is met",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let said = desk
        .careweave("size size.toml --set size.path=\"stations.desk.serfers\"")
        .ended_with(2);
    assert!(said.err.contains("serfers"), "{}", said.err);
    let said = desk
        .careweave("size size.toml --set target.wait.outcome=\"mean_wait\"")
        .ended_with(2);
    assert!(
        said.err.contains("there is no outcome `mean_wait`"),
        "{}",
        said.err
    );
}
