//! Sensitivity analyses of small queues, whose answers are known from queueing theory, and of a small locality.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::Map;

use careweave::app::{Analysed, Error, Output, Sensitivity, SensitivityAsk};
use careweave::report::sensitivity::{Decision, Found, Sensitivity as Report, Tornado};
use careweave::report::sensitivity_text;

use super::world_tools::SMALL;

type Files = BTreeMap<String, Vec<u8>>;

const ONE: &str = r#"
kind = "queueing"
[run]
warm_up = { days = 5 }
horizon = { days = 60 }
replications = 6
[stations.desk]
servers = 1
service = { exponential = { mean = 1, unit = "hour" } }
[stations.back]
servers = 1
service = { exponential = { mean = 1, unit = "hour" } }
[classes.customer]
arrivals = { poisson = { per_hour = 0.3 } }
entry = "desk"
[classes.letter]
arrivals = { poisson = { per_hour = 0.5 } }
entry = "back"
"#;

/// Two servers of mean 2.2 hours: the wait `2.2 r² / (1 - r²)` with r = 1.1 λ (Erlang C) is below that of one server of
/// mean 1 hour, `λ / (1 - λ)`, until 1.452 λ² - 2.662 λ + 1 = 0: λ = 0.5274 an hour.
const TWO: &str = r#"
extends = "one.toml"
[stations.desk]
servers = 2
service = { exponential = { mean = 2.2, unit = "hour" } }
"#;

const ARRIVALS: &str = "[vary.arrivals]\npath = \"classes.customer.arrivals.poisson.per_hour\"\n";
const LETTERS: &str =
    "[vary.letters]\npath = \"classes.letter.arrivals.poisson.per_hour\"\nrange = [0.2, 0.9]\n";

fn files(plan: &str) -> Files {
    let all = [("one.toml", ONE), ("two.toml", TWO), ("plan.toml", plan)];
    all.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
        .into()
}

fn plan(scenarios: &str, method: &str, rest: &str) -> Files {
    let outcomes = "outcomes = [\"mean_wait_desk_hours\"]";
    files(&format!(
        "kind = \"sensitivity\"\nscenarios = [{scenarios}]\n{outcomes}\nmethod = \"{method}\"\n{rest}"
    ))
}

fn prepared<'l>(files: &'l Files, sets: &[&str]) -> Result<Sensitivity<'l>, Error> {
    let ask = SensitivityAsk {
        plan: "plan.toml".to_string(),
        sets: sets.iter().map(|s| s.to_string()).collect(),
        ..SensitivityAsk::default()
    };
    Sensitivity::prepare(files, &ask, 1)
}

fn ran(files: &Files, sets: &[&str], out: Option<&Path>, threads: usize) -> Analysed {
    let output = Output {
        out: out.map(Path::to_path_buf),
        threads,
        ..Output::default()
    };
    let analysis = prepared(files, sets).expect("a plan without errors");
    let done = analysis.run(&output, &AtomicBool::new(false), &mut (), &|| Map::new());
    done.expect("it runs")
}

fn answer(files: &Files) -> Report {
    ran(files, &[], None, 1).report.expect("it was not interrupted")
}

fn tornado(report: &Report, outcome: usize) -> &Tornado {
    match &report.outcomes[outcome].found {
        Ok(Found::Tornado(tornado)) => tornado,
        other => panic!("{other:?}"),
    }
}

/// The decision turns where queueing theory says, and not where the other parameter has nothing to do with it.
#[test]
fn a_tornado_finds_where_a_decision_turns() {
    let rest = format!("replications = 8\n{ARRIVALS}range = [0.2, 0.7]\n{LETTERS}");
    let files = plan("\"one.toml\", \"two.toml\"", "tornado", &rest);
    let report = answer(&files);
    let found = tornado(&report, 0);
    assert!(found.clear);
    let arrivals = &found.rows[0];
    assert_eq!(report.varied[arrivals.varied].name, "arrivals");
    assert_eq!(arrivals.verdict, Some(Decision::Turns));
    assert_eq!(arrivals.turns.len(), 1);
    let turn = arrivals.turns[0];
    assert_eq!(turn.above, Some(true));
    assert!((turn.at - 0.5274).abs() < 0.03, "{turn:?}");
    let (low, high) = (turn.low.expect("an end"), turn.high.expect("an end"));
    assert!(low < 0.5274 && 0.5274 < high && high - low < 0.1, "{turn:?}");
    assert!(turn.between.1 - turn.between.0 < 0.06, "closed in on: {turn:?}");
    let letters = &found.rows[1];
    assert!(letters.bar.inert && letters.turns.is_empty());
    assert_eq!(letters.verdict, Some(Decision::Holds));
    let text = sensitivity_text(&report, 100);
    assert!(text.contains("`two` is better than `one`"), "{text}");
    assert!(text.contains("Would change the decision:"), "{text}");
    assert!(text.contains("- `arrivals` above 0.5"), "{text}");
    assert!(
        text.contains("No effect at all in any replication: letters."),
        "{text}"
    );
}

#[test]
fn where_nothing_turns_that_is_said() {
    let rest = format!("replications = 6\n{ARRIVALS}range = [0.25, 0.35]\n{LETTERS}");
    let files = plan("\"one.toml\", \"two.toml\"", "tornado", &rest);
    let text = sensitivity_text(&answer(&files), 100);
    assert!(
        text.contains("clearly change the decision: none found within the ranges."),
        "{text}"
    );
    assert!(
        text.contains("holds, clearly, at every value looked at of 2 parameters"),
        "{text}"
    );
    // The same scenario twice: no difference, no decision, no claim.
    let files = plan("\"one.toml\", \"one.toml\"", "tornado", &rest);
    let text = sensitivity_text(&answer(&files), 100);
    assert!(text.contains("`one_2` is no different from `one`"), "{text}");
    assert!(text.contains("not clear even as it is"), "{text}");
}

/// Sobol' indices of the wait `λ s² / (1 - λ s)` of M/M/1 over λ in [0.3, 0.5] and s in [0.6, 1] hours, against those of
/// the formula by the midpoint rule on a grid of 200 by 200.
#[test]
fn sobol_indices_of_a_queue_are_those_of_theory() {
    let m = 200;
    let at = |i: usize, low: f64, high: f64| low + (i as f64 + 0.5) / m as f64 * (high - low);
    let wait = |i: usize, j: usize| {
        let (l, s) = (at(i, 0.3, 0.5), at(j, 0.6, 1.0));
        l * s * s / (1.0 - l * s)
    };
    let cells = (m * m) as f64;
    let all = || (0..m).flat_map(|i| (0..m).map(move |j| (i, j)));
    let mean = all().map(|(i, j)| wait(i, j)).sum::<f64>() / cells;
    let variance = all().map(|(i, j)| (wait(i, j) - mean).powi(2)).sum::<f64>() / cells;
    let by = |main: &dyn Fn(usize) -> f64| (0..m).map(|i| (main(i) - mean).powi(2)).sum::<f64>() / m as f64;
    let arrivals = by(&|i| (0..m).map(|j| wait(i, j)).sum::<f64>() / m as f64) / variance;
    let service = by(&|j| (0..m).map(|i| wait(i, j)).sum::<f64>() / m as f64) / variance;

    let service_path =
        "[vary.service]\npath = \"stations.desk.service.exponential.mean\"\nrange = [0.6, 1.0]\n";
    let rest = format!(
        "replications = 4\nsobol = {{ rows = 64 }}\n{ARRIVALS}range = [0.3, 0.5]\n{LETTERS}{service_path}"
    );
    let report = answer(&plan("\"one.toml\"", "sobol", &rest));
    let Ok(Found::Sobol(shares)) = &report.outcomes[0].found else {
        panic!("{:?}", report.outcomes[0].found)
    };
    let names: Vec<&str> = shares
        .order
        .iter()
        .map(|&f| report.varied[f].name.as_str())
        .collect();
    assert_eq!(names, ["service", "arrivals", "letters"]);
    let indices = &shares.indices;
    let truth = [(arrivals, 1.0 - service), (0.0, 0.0), (service, 1.0 - arrivals)];
    for (factor, (first, total)) in indices.factors.iter().zip(truth) {
        for (found, truth) in [(factor.first, first), (factor.total, total)] {
            let found = found.value().expect("an index");
            assert!((found - truth).abs() < 0.12, "{found} for {truth}");
        }
    }
    assert!(indices.factors[1].inert);
    assert!(
        (indices.mean / mean - 1.0).abs() < 0.05,
        "{} for {mean}",
        indices.mean
    );
    assert!(
        indices
            .noise_share
            .is_some_and(|share| share > 0.0 && share < 0.2)
    );
}

/// Screening: the two that matter stand out, the third does nothing.
#[test]
fn screening_finds_what_matters() {
    let service = "[vary.service]\npath = \"stations.desk.service.exponential.mean\"\nrange = [0.6, 1.0]\n";
    let rest = format!(
        "replications = 4\nmorris = {{ trajectories = 8 }}\n{ARRIVALS}range = [0.3, 0.5]\n{LETTERS}{service}"
    );
    let report = answer(&plan("\"one.toml\"", "morris", &rest));
    let Ok(Found::Morris(rows)) = &report.outcomes[0].found else {
        panic!("{:?}", report.outcomes[0].found)
    };
    let names: Vec<&str> = rows
        .iter()
        .map(|r| report.varied[r.varied].name.as_str())
        .collect();
    assert_eq!(names, ["service", "arrivals", "letters"]);
    assert!(rows[0].p < Some(0.05) && rows[1].p < Some(0.05) && rows[1].p.is_some());
    assert!(rows[2].found.inert);
    let text = sensitivity_text(&report, 100);
    assert!(text.contains("2 of 3 parameters stand out"), "{text}");
}

/// Everything in a folder, by name, but what tells of the machine.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let all = entries.map(|e| {
        let path = e.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read(&path).expect("a file"))
    });
    all.filter(|(name, _)| name != "run.json").collect()
}

#[test]
fn a_folder_has_the_same_bytes_for_any_number_of_threads() {
    let rest = format!("replications = 4\n{ARRIVALS}range = [0.2, 0.7]\n{LETTERS}");
    let files = plan("\"one.toml\", \"two.toml\"", "tornado", &rest);
    let temporary = tempfile::tempdir().expect("a folder");
    let (a, b) = (temporary.path().join("a"), temporary.path().join("b"));
    ran(&files, &[], Some(&a), 1);
    ran(&files, &[], Some(&b), 3);
    let (a, b) = (contents(&a), contents(&b));
    assert_eq!(a, b);
    let names: Vec<&str> = a.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "parameters.csv",
            "report.txt",
            "sensitivity.csv",
            "tornado-mean_wait_desk_hours.svg"
        ]
    );
    let csv = String::from_utf8_lossy(&a["sensitivity.csv"]).into_owned();
    assert!(csv.starts_with(
        "scenario,versus,outcome,group,parameter,setting,statistic,value,lower_95_ci,upper_95_ci,n,unit,note\n"
    ));
    assert!(
        csv.contains("two,one,mean_wait_desk_hours,all,arrivals,,turning_point,0.5"),
        "{csv}"
    );
}

/// Everything that is wrong, as one text.
fn refused(files: &Files, sets: &[&str]) -> String {
    match prepared(files, sets) {
        Ok(_) => panic!("accepted"),
        Err(Error::Invalid(all)) => all
            .iter()
            .map(|f| f.render(careweave::base::diagnostic::Paint::Plain))
            .collect(),
        Err(other) => panic!("without a line: {other}"),
    }
}

#[test]
fn wrong_plans_are_refused_at_their_lines() {
    let good = format!("{ARRIVALS}range = [0.2, 0.7]\n");
    let cases = [
        (
            "\"one.toml\"",
            "tornado",
            format!("morris = {{ trajectories = 4 }}\n{good}"),
            "settings of a method",
        ),
        (
            "\"one.toml\"",
            "morris",
            format!("morris = {{ levels = 3 }}\n{good}"),
            "an even number",
        ),
        (
            "\"one.toml\"",
            "sobol",
            format!("sobol = {{ rows = 2 }}\n{good}"),
            "rows",
        ),
        ("\"one.toml\"", "guess", good.clone(), "guess"),
        (
            "\"one.toml\", \"two.toml\", \"one.toml\"",
            "tornado",
            good.clone(),
            "name one or two",
        ),
        (
            "\"one.toml\"",
            "tornado",
            String::new(),
            "no assumption that can be varied",
        ),
        (
            "\"one.toml\"",
            "tornado",
            "assumptions = []\n".to_string(),
            "nothing to vary",
        ),
        (
            "\"one.toml\"",
            "tornado",
            "assumptions = [\"a..b\"]\n".to_string(),
            "is not a path",
        ),
        (
            "\"one.toml\"",
            "tornado",
            format!("{ARRIVALS}range = [0.2, 0.7]\nlevels = 4\n"),
            "grid of a sweep",
        ),
        (
            "\"one.toml\"",
            "tornado",
            format!("{ARRIVALS}values = [0.2]\n"),
            "one value is nothing to vary",
        ),
        (
            "\"one.toml\"",
            "tornado",
            "[vary.s]\nscenarios = [\"one.toml\", \"two.toml\"]\n".to_string(),
            "no range",
        ),
        (
            "\"one.toml\"",
            "tornado",
            format!("{ARRIVALS}range = [-1, 0.7]\n"),
            "-1",
        ),
        (
            "\"one.toml\"",
            "tornado",
            "[vary.x]\npath = \"stations.desc.servers\"\nrange = [1, 2]\n".to_string(),
            "desc",
        ),
    ];
    for (scenarios, method, rest, words) in cases {
        let said = refused(&plan(scenarios, method, &rest), &[]);
        assert!(said.contains(words), "{words}:\n{said}");
        assert!(said.contains("plan.toml:"), "no line:\n{said}");
    }
    // An override of the plan counts as if it were written there.
    let said = refused(&plan("\"one.toml\"", "tornado", &good), &["method=\"guess\""]);
    assert!(said.contains("guess"), "{said}");
}

/// The ratios inside one organisation are assumptions: by themselves they make the factors, and the outcome is the
/// difference that a decision hangs on. A small locality, one replication more than the least.
#[test]
fn assumptions_of_a_locality_are_varied_by_themselves() {
    let sets: String = SMALL
        .iter()
        .map(|s| {
            let (path, value) = s.split_once('=').expect("an override");
            format!("\"{path}\" = {value}\n")
        })
        .collect();
    let text = format!(
        "kind = \"sensitivity\"\nscenarios = [\"networked\", \"integrated\"]\nmethod = \"tornado\"\nreplications = 2\n\
         assumptions = [\"interface.internal.lost\", \"interface.internal.returned\"]\nexcept = [\"interface.internal.returned\"]\n\
         tornado = {{ refine = 0 }}\n[set]\n{sets}"
    );
    let report = answer(&files(&text));
    let names: Vec<&str> = report.varied.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["interface.internal.lost.ratio"]);
    assert_eq!(
        (report.varied[0].now.as_str(), report.varied[0].range.as_str()),
        ("0.6", "0.2 to 1.5")
    );
    assert_eq!(report.points, 6);
    assert!(report.outcomes.len() > 3, "the headlines");
    for outcome in 0..report.outcomes.len() {
        if report.outcomes[outcome].found.is_ok() {
            assert_eq!(tornado(&report, outcome).rows.len(), 1);
        }
    }
}
