//! Overload and edges: whatever is asked for ends in results with honest numbers, or is refused before it starts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use careweave::app::{self, Ask, Experiment, Replications};
use careweave::scenario::BuiltIn;

use super::desk::{DESK, Desk};

/// Nine small practices and a short run.
fn small() -> Vec<String> {
    let practices = [
        "alder", "beech", "cedar", "elm", "hazel", "holly", "maple", "oak", "rowan",
    ];
    let mut sets: Vec<String> = [
        "run.warm_up.weeks=1",
        "run.measured.weeks=2",
        "run.cool_down.weeks=13",
    ]
    .map(str::to_string)
    .to_vec();
    sets.push("locality.area_people=2000".to_string());
    sets.extend(practices.map(|p| format!("practices.{p}.list_size=150")));
    sets
}

fn flags(sets: &[&str]) -> String {
    sets.iter().map(|s| format!(" --set {s}")).collect()
}

/// Numbers that are none, in what is written for people or for programs.
fn odd(text: &str) -> Option<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '_'))
        .find(|word| matches!(*word, "NaN" | "inf" | "-inf" | "-0" | "-0.0" | "-NaN"))
}

#[test]
fn too_little_memory_means_fewer_threads_or_a_refusal_with_the_estimate() {
    let desk = Desk::new();
    let said = desk
        .careweave("run networked -n 1 --max-memory 0.05")
        .ended_with(2);
    let said = said.complains(&[
        "one replication would hold about",
        "MB of memory",
        "room for 50 MB",
        "--max-memory",
    ]);
    assert!(said.out.is_empty());
    let plain = desk.careweave("run desk.toml --out a").ended_with(0);
    let said = desk
        .careweave("run desk.toml --out b --threads 5 --max-memory 0.036")
        .ended_with(0);
    let said = said.complains(&["instead of 5"]);
    assert_eq!(said.out, plain.out);
    assert_eq!(desk.results("a"), desk.results("b"), "threads decide nothing");
    // Ten times what can be done for a hundred days: most of the memory is for those who wait.
    let busy = "run desk.toml --max-memory 0.04 --set classes.routine.arrivals.poisson.per_hour=300";
    desk.careweave(busy)
        .ended_with(2)
        .complains(&["for work that waits at the end because more comes than can be done"]);
    desk.careweave("run desk.toml --max-memory 0")
        .ended_with(2)
        .complains(&["gigabytes"]);
}

/// A study asks for the memory of its largest point before its first unit.
#[test]
fn a_study_is_refused_for_its_largest_point() {
    let desk = Desk::new();
    desk.file(
        "sweep.toml",
        "kind = \"sweep\"\ntitle = \"t\"\nscenarios = [\"desk.toml\"]\nreplications = 2\n\
         [vary.rate]\npath = \"classes.routine.arrivals.poisson.per_hour\"\nvalues = [1, 400]\n",
    );
    desk.careweave("sweep sweep.toml --max-memory 0.04")
        .ended_with(2)
        .complains(&["one replication would hold about"]);
    desk.careweave("sweep sweep.toml --max-memory 1").ended_with(0);
}

#[test]
fn what_cannot_be_run_is_refused_before_it_starts() {
    let desk = Desk::new();
    let nothing = "={fixed={value=0,unit=\"s\"}}";
    let services = ["triage", "clinic", "scan"].map(|s| format!("stations.{s}.service{nothing}"));
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    let gap = format!("classes.routine.arrivals={{renewal{}}}", nothing);
    for (scenario, sets, words) in [
        (
            "closed",
            &services[..],
            "go round in a circle in which nothing takes time",
        ),
        ("desk.toml", &[gap.as_str()], "time is counted in whole seconds"),
        (
            "desk.toml",
            &["classes.routine.arrivals.poisson.per_hour=4000"],
            "every 0.9 seconds",
        ),
        ("desk.toml", &["stations.desk.servers=0"], "from 1 to 65534"),
        (
            "desk.toml",
            &["run.horizon.days=900_000", "run.replications=100_000"],
            "events each would take",
        ),
        (
            "closed",
            &["classes.patient.population=10_000_000"],
            "from 1 to 1_000_000",
        ),
        ("networked", &["run.measured.weeks=10400"], "at most 3120"),
        (
            "networked",
            &["course.candidates.run_out_a_week=1000"],
            "could happen to one person",
        ),
        (
            "networked",
            &["trajectories.cancer.acute_a_week.dying=90"],
            "for whoever has most",
        ),
        (
            "networked",
            &["teams.gp.background.routine.volume.per_1000.a_year=1e9"],
            "in every open second",
        ),
        (
            "networked",
            &["teams.home_care.background.packages.volume.per_1000.a_year=1e9"],
            "in every open second",
        ),
        (
            "networked",
            &["teams.cns.clinicians.specialist_nurses.count=0"],
            "nobody works in `cns`",
        ),
        (
            "networked",
            &["locality.area_people=2e9", "practices.oak.list_size=1e9"],
            "in every open second",
        ),
    ] {
        let said = desk
            .careweave(&format!("run {scenario} -n 1{}", flags(sets)))
            .ended_with(2);
        assert!(odd(&said.err).is_none(), "{}", said.err);
        said.complains(&[words]);
    }
}

/// What `check` says of memory is what `run` then takes, within a factor of two, where there is more than the program itself:
/// in localities, in queues that grow, among customers who never leave.
#[test]
fn memory_is_as_reckoned_within_a_factor_of_two() {
    let desk = Desk::new();
    for (i, (scenario, sets)) in [
        ("practice_c", &["run.measured.weeks=26"][..]),
        (
            "practice_c",
            &["teams.gp.background.routine.volume.per_1000.a_year=200_000"],
        ),
        ("mm1", &["classes.customer.arrivals.poisson.per_hour=30"]),
        (
            "closed",
            &["classes.patient.population=1_000_000", "run.horizon.days=30"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let told = desk
            .careweave(&format!("check {scenario} --json{}", flags(sets)))
            .json();
        let told = told["effort"]["bytes"].as_f64().expect("an estimate");
        let run = format!("run {scenario} -n 1 --threads 1 -q --out r{i}{}", flags(sets));
        desk.careweave(&run).ended_with(0);
        let Some(most) = desk.json(&format!("r{i}/run.json"))["peak_memory_bytes"].as_f64() else {
            return; // only Linux tells
        };
        // The program itself, before it has begun anything, has about this much.
        let ratio = (told + 1.5e7) / most;
        assert!(
            (0.5..2.0).contains(&ratio),
            "{scenario} {sets:?}: {told} of {most}"
        );
    }
}

/// Nobody ever ill, one replication, a window of a week: words and absent numbers, nothing else.
#[test]
fn hardly_any_people_give_honest_results() {
    let desk = Desk::new();
    let sets = small();
    let mut sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    sets.push("run.measured.weeks=1");
    for (n, name) in [(1, "one"), (3, "three")] {
        let said = desk.careweave(&format!(
            "compare networked integrated -n {n} --priors 0 --out {name}{}",
            flags(&sets)
        ));
        let said = said.ended_with(0);
        assert!(said.out.contains("not estimable"), "{}", said.out);
        for (file, bytes) in desk.results(name) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(odd(&text).is_none(), "{name}/{file}: {:?}", odd(&text));
        }
        let json = desk
            .careweave(&format!("run networked -n {n} --json{}", flags(&sets)))
            .ended_with(0);
        assert!(odd(&json.out).is_none(), "{:?}", odd(&json.out));
        desk.careweave(&format!("report {name}")).ended_with(0);
        desk.careweave(&format!("report {name} --stress --format docx --out {name}.docx"))
            .ended_with(0);
    }
    let one = desk
        .careweave(&format!("run networked -n 1{}", flags(&sets)))
        .ended_with(0);
    assert!(
        one.out.contains("[not estimable: one replication only]"),
        "{}",
        one.out
    );
}

/// Customers who come like clockwork: nothing varies, and that is said wherever an interval would stand.
#[test]
fn what_never_varies_has_no_interval_in_any_study() {
    let desk = Desk::new();
    let clockwork = DESK
        .replace(
            "{ lognormal = { mean = 50, sd = 30, unit = \"min\" } }",
            "{ fixed = { value = 20, unit = \"min\" } }",
        )
        .replace(
            "{ poisson = { per_hour = 0.6 } }",
            "{ renewal = { fixed = { value = 60, unit = \"min\" } } }",
        )
        .replace(
            "{ poisson = { per_hour = 1.2 } }",
            "{ renewal = { fixed = { value = 90, unit = \"min\" } } }",
        );
    desk.file("a.toml", &clockwork);
    desk.file("b.toml", &clockwork.replace("value = 20", "value = 25"));
    let head = "title = \"t\"\nscenarios = [\"a.toml\", \"b.toml\"]\noutcomes = [\"mean_number\"]\nreplications = 4\n";
    let vary = "[vary.gap]\npath = \"classes.routine.arrivals.renewal.fixed.value\"\nrange = [90, 120]\n";
    desk.file(
        "unc.toml",
        &format!("kind = \"uncertainty\"\n{head}draws = 4\n{vary}"),
    );
    let one = head.replace(", \"b.toml\"", "");
    for method in ["tornado", "morris", "sobol"] {
        desk.file(
            &format!("{method}.toml"),
            &format!("kind = \"sensitivity\"\n{one}method = \"{method}\"\n{vary}"),
        );
    }
    for (i, ask) in [
        "compare a.toml b.toml -n 4 --priors 0",
        "run a.toml -n 8 --antithetic --controls",
        "run a.toml -n auto --set run.replication_cap=40",
        "uncertainty unc.toml",
        "sensitivity tornado.toml",
        "sensitivity morris.toml",
        "sensitivity sobol.toml",
        "choose a.toml b.toml --outcome mean_number --budget 80",
        "choose a.toml b.toml --pareto mean_number,mean_wait_desk_hours --budget 80",
    ]
    .into_iter()
    .enumerate()
    {
        let said = desk.careweave(&format!("{ask} -q --out o{i}")).ended_with(0);
        assert!(odd(&said.out).is_none(), "{ask}: {:?}", odd(&said.out));
        for (file, bytes) in desk.results(&format!("o{i}")) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(odd(&text).is_none(), "{ask}: {file}: {:?}", odd(&text));
            if file.ends_with(".csv") {
                assert_intervals_have_width(&format!("{ask}: {file}"), &text);
            }
        }
        for bracket in said
            .out
            .split('[')
            .skip(1)
            .filter_map(|rest| rest.split(']').next())
        {
            let ends: Vec<&str> = bracket.split(" to ").collect();
            assert!(
                ends.len() != 2 || ends[0] != ends[1],
                "{ask}: [{bracket}] in\n{}",
                said.out
            );
        }
    }
}

/// Wherever a table has both ends of an interval, the lower lies below the upper.
fn assert_intervals_have_width(what: &str, text: &str) {
    let mut lines = text.lines();
    let heading: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let at = |name: &str| heading.iter().position(|h| *h == name);
    let (Some(low), Some(high)) = (at("lower_95_ci"), at("upper_95_ci")) else {
        return;
    };
    for line in lines.filter(|l| !l.contains('"')) {
        let cells: Vec<&str> = line.split(',').collect();
        if let (Ok(a), Ok(b)) = (cells[low].parse::<f64>(), cells[high].parse::<f64>()) {
            // Points of a distribution are no interval of an estimate.
            assert!(a < b || line.contains("points over the priors"), "{what}: {line}");
        }
    }
}

/// What may be tried on a value: nothing, everything, a thousand times as much.
fn extremes(path: &str, value: &str, unit: &str) -> Vec<String> {
    let Ok(table) = format!("x = {value}").parse::<toml::Table>() else {
        return Vec::new();
    };
    let share = unit.contains("share");
    let set = |v: String| format!("{path}={v}");
    match &table["x"] {
        toml::Value::Integer(_) | toml::Value::Float(_) if share => vec![set("0".into()), set("1".into())],
        toml::Value::Integer(x) => vec![set("0".into()), set((x.max(&1) * 1_000).to_string())],
        toml::Value::Float(x) => vec![set("0".into()), set(format!("{:?}", x * 1_000.0))],
        toml::Value::Table(law) => {
            let unit = law.values().find_map(|v| v.get("unit")).and_then(|u| u.as_str());
            let Some(unit) = unit else { return Vec::new() };
            let century = match unit {
                "day" | "working_day" => 36_500,
                "week" => 5_200,
                "hour" | "open_hour" => 876_000,
                _ => 5_000_000,
            };
            let law = |x: i64| set(format!("{{ fixed = {{ value = {x}, unit = \"{unit}\" }} }}"));
            vec![law(0), law(century)]
        }
        _ => Vec::new(),
    }
}

/// Parameters of the baseline at their extremes, each by itself: results or a refusal, no panic, no hang. Here a few dozen; with
/// `CAREWEAVE_ALL_EXTREMES` set, all of them (about 1,900 settings, a quarter of an hour).
#[test]
#[allow(clippy::disallowed_methods)] // a thread that may hang while this one watches
fn extremes_of_parameters_end_in_results_or_a_refusal() {
    let book = app::parameter_book().expect("what ships is sound");
    let all: Vec<String> = book
        .rows
        .iter()
        .flat_map(|row| extremes(&row.path, &row.value, row.unit.as_deref().unwrap_or_default()))
        .collect();
    assert!(all.len() > 1_500, "{}", all.len());
    let step = if std::env::var_os("CAREWEAVE_ALL_EXTREMES").is_some() {
        1
    } else {
        97
    };
    let (mut ran, mut refused) = (0, 0);
    for set in all.into_iter().skip(step / 2).step_by(step) {
        let (send, receive) = mpsc::channel();
        let one = set.clone();
        std::thread::spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let ask = Ask {
                    scenarios: vec!["networked".to_string()],
                    sets: small().into_iter().chain([one]).collect(),
                    replications: Some(Replications::Fixed(1)),
                    ..Ask::default()
                };
                Experiment::prepare(&BuiltIn, &ask)
                    .map(|e| e.world.replicate(0))
                    .map_err(|e| e.exit_code())
            }));
            let _ = send.send(result.map_err(|_| ()));
        });
        match receive.recv_timeout(Duration::from_secs(120)) {
            Ok(Ok(Ok(_))) => ran += 1,
            Ok(Ok(Err(2))) => refused += 1,
            other => panic!("{set}: {:?}", other.map(|r| r.map(|r| r.map(|_| ())))),
        }
    }
    assert!(
        ran > refused / 3 && refused > 0,
        "{ran} ran, {refused} were refused"
    );
}
