//! `choose` as its users meet it: the best of several arms, and the arms none dominates.

use serde_json::Value;

use super::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    for (name, servers) in [("four", 4), ("five", 5)] {
        let text = format!(
            "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"{name}\"\nstations.desk.servers = {servers}\n"
        );
        desk.file(&format!("{name}.toml"), &text);
    }
    desk
}

fn json(desk: &Desk, args: &str) -> Value {
    let said = desk.careweave(args).ended_with(0);
    serde_json::from_str(&said.out).expect("JSON")
}

const WAIT: &str = "--outcome mean_wait_desk_hours --indifference 0.02";

/// The load is 0.75 with two servers: waits fall with every server, so the arm with the most is best.
#[test]
fn the_arm_with_the_most_servers_waits_least() {
    let desk = desk();
    let arms = "choose desk.toml three.toml five.toml four.toml -n 10";
    for method in ["kn", "kn++", "ocba"] {
        let found = json(&desk, &format!("{arms} {WAIT} --method {method} --json"));
        assert_eq!(found["arms"].as_array().unwrap().len(), 4);
        let best = found["best"].as_str().unwrap();
        // Four and five servers wait about the same: within the indifference zone either may be selected.
        assert!(best == "five" || best == "four", "{found}");
        assert_eq!(found["decided"], true);
        if method != "ocba" {
            let answer = found["answer"].as_str().unwrap();
            assert!(answer.contains("is estimated to lie within that"), "{answer}");
        }
        let two = &found["arms"][0];
        assert!(two["minus_best"]["lower_95_ci"].as_f64().unwrap() > 0.2, "{two}");
    }
}

#[test]
fn a_choice_writes_its_folder_and_says_what_it_promises() {
    let desk = desk();
    let command = format!("choose desk.toml three.toml -n 10 {WAIT} --out c");
    let said = desk.careweave(&command).ended_with(0);
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("`three` is best of 2 arms"), "{words}");
    let promise = "with probability at least 95% unless another is within 0.020 hours of it";
    assert!(words.contains(promise), "{words}");
    let files = desk.results("c");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["choose.csv", "choose.svg", "manifest.json", "report.txt"]);
    assert_eq!(said.out.as_bytes(), files["report.txt"]);
    let csv = String::from_utf8(files["choose.csv"].clone()).unwrap();
    assert!(
        csv.lines()
            .any(|l| l.starts_with("desk,three,mean_wait_desk_hours,all,difference,")),
        "{csv}"
    );
    // The same whatever the threads.
    for threads in ["1", "7"] {
        let again = command.replace("--out c", &format!("--out c{threads} --threads {threads}"));
        desk.careweave(&again).ended_with(0);
        assert_eq!(desk.results(&format!("c{threads}")), files);
    }
}

#[test]
fn a_budget_that_ends_first_is_said() {
    let desk = desk();
    let close =
        "choose four.toml five.toml -n 4 --budget 8 --indifference 0.0001 --outcome mean_wait_desk_hours";
    let said = desk.careweave(close).ended_with(0);
    assert!(
        said.out.contains("Cannot tell with 8 replications"),
        "{}",
        said.out
    );
    assert_eq!(json(&desk, &format!("{close} --json"))["decided"], false);
}

#[test]
fn the_front_of_waiting_and_idling() {
    let desk = desk();
    let arms = "choose desk.toml three.toml five.toml -n 10 --pareto mean_wait_desk_hours,utilisation_desk";
    let refused = desk.careweave(arms).ended_with(2);
    assert!(
        refused
            .err
            .contains("neither more nor less of `utilisation_desk` is better"),
        "{}",
        refused.err
    );
    desk.file(
        "choose.toml",
        "kind = \"choose\"\ntitle = \"Desks\"\nscenarios = [\"desk.toml\"]\noutcomes = [\"mean_wait_desk_hours\"]\nfirst = 10\n\
         [indifference]\nmean_wait_desk_hours = 0.02\n[vary.servers]\npath = \"stations.desk.servers\"\nvalues = [2, 3, 4]\n",
    );
    let found = json(&desk, "choose choose.toml --json");
    let names: Vec<&str> = (found["arms"].as_array().unwrap().iter())
        .map(|a| a["scenario"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["desk servers=2", "desk servers=3", "desk servers=4"]);
    assert_ne!(found["best"], "desk servers=2");
    let front = json(
        &desk,
        "choose choose.toml --json --pareto mean_wait_desk_hours,mean_sojourn_hours",
    );
    assert_eq!(front["arms"][0]["status"], "dominated", "{front}");
}

#[test]
fn questions_without_sense_are_refused() {
    let desk = desk();
    for (args, words) in [
        (
            "choose desk.toml three.toml --outcome waiting",
            "there is no outcome `waiting`",
        ),
        ("choose desk.toml", "not a plan of kind \"choose\""),
        (
            "choose desk.toml three.toml --confidence 1",
            "a share from 0.5 to below 1",
        ),
        (
            "choose desk.toml three.toml --outcome throughput --pareto a,b",
            "cannot be used with",
        ),
    ] {
        let said = desk.careweave(args).ended_with(2);
        assert!(said.err.contains(words), "{args}: {}", said.err);
    }
    desk.file(
        "wrong.toml",
        "kind = \"choose\"\nscenarios = [\"desk.toml\"]\nconfidence = 2\nindifference = { a = 0 }\n",
    );
    let said = desk.careweave("choose wrong.toml").ended_with(2);
    assert!(
        said.err.contains("an indifference zone is more than 0") && said.err.contains("wrong.toml:3"),
        "{}",
        said.err
    );
}
