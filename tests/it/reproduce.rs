//! `reproduce` as its users meet it: folders of every command are rebuilt from their manifests, and what was altered is found.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use careweave::app::{self, Ask, Experiment, Output, Replications, ReproduceAsk};
use careweave::experiment::Progress;
use careweave::report::{Reproduced, Verdict};
use careweave::store::Identity;
use serde_json::{Map, Value};

use super::desk::{DESK, Desk};

const THREE: &str = "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Three\"\nstations.desk.servers = 3\n\
    stations.desk.service = { lognormal = { mean = 40, sd = 30, unit = \"min\" } }\n";

const PLANS: [(&str, &str); 5] = [
    (
        "plans/sweep.toml",
        "kind = \"sweep\"\nscenarios = [\"../desk.toml\"]\noutcomes = [\"mean_wait_desk_hours\"]\nreplications = 4\n\
         [vary.which]\nscenarios = [\"../desk.toml\", \"../three.toml\"]\n\
         [vary.visit]\npath = \"stations.desk.service\"\nrange = [30, 50]\nlevels = 2\n",
    ),
    (
        "size.toml",
        "kind = \"size\"\nscenarios = [\"desk.toml\"]\nreplications = 20\nfirst = 5\ncurve = 5\n\
         [size]\npath = \"stations.desk.servers\"\nrange = [2, 5]\nwhat = \"servers\"\n\
         [target.wait]\noutcome = \"mean_wait_desk_hours\"\nat_most = 0.2\n",
    ),
    (
        "sensitivity.toml",
        "kind = \"sensitivity\"\nscenarios = [\"desk.toml\", \"three.toml\"]\noutcomes = [\"mean_wait_desk_hours\"]\n\
         method = \"tornado\"\nreplications = 3\n\
         [vary.a]\npath = \"classes.urgent.arrivals.poisson.per_hour\"\nrange = [0.3, 0.9]\n",
    ),
    (
        "uncertainty.toml",
        "kind = \"uncertainty\"\nscenarios = [\"desk.toml\", \"three.toml\"]\noutcomes = [\"mean_wait_desk_hours\"]\n\
         draws = 3\nreplications = 2\n[vary.visit]\npath = \"stations.desk.service\"\nrange = [30, 55]\n\
         [tipping]\nvalues = 3\n",
    ),
    (
        "choose.toml",
        "kind = \"choose\"\nscenarios = [\"desk.toml\", \"three.toml\"]\noutcomes = [\"mean_wait_desk_hours\"]\n\
         method = \"kn\"\nfirst = 5\nbudget = 60\n[indifference]\nmean_wait_desk_hours = 0.2\n",
    ),
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("desk.toml", &DESK.replace("days = 100", "days = 30"));
    desk.file("three.toml", THREE);
    fs::create_dir(desk.path("plans")).expect("a folder");
    for (name, text) in PLANS {
        desk.file(name, text);
    }
    desk
}

/// Runs a command, removes what it was read from, and rebuilds its folder.
#[track_caller]
fn again(desk: &Desk, command: &str) {
    desk.careweave(&format!("{command} --out r --force"))
        .ended_with(0);
    let kept: Vec<(&str, String)> = ["desk.toml", "three.toml"]
        .into_iter()
        .chain(PLANS.map(|p| p.0))
        .map(|name| (name, fs::read_to_string(desk.path(name)).expect("readable")))
        .collect();
    for (name, _) in &kept {
        // What is in their place now must not be read.
        desk.file(name, "kind = \"nothing\"\n");
    }
    let said = desk
        .careweave("reproduce r --threads 1 --json")
        .ended_with(0)
        .json();
    assert_eq!(said["identical"], true, "{command}: {said}");
    let files = said["files"].as_array().expect("files").len();
    assert_eq!(files, desk.results("r").len(), "{command}");
    for (name, text) in kept {
        desk.file(name, &text);
    }
}

#[test]
fn what_run_and_compare_write_is_rebuilt_from_the_manifest_alone() {
    let desk = desk();
    again(&desk, "run desk.toml --seed 9 --set stations.desk.servers=3 -n 3");
    again(
        &desk,
        "compare desk.toml three.toml desk.toml --pairs all --antithetic --controls",
    );
    again(
        &desk,
        "compare desk.toml three.toml -n auto --precision 0.3 --rule look_ahead",
    );
    again(&desk, "run mm1 -n 2");
    again(&desk, "warmup desk.toml -n 3 --interval 4h");
}

#[test]
fn what_studies_write_is_rebuilt_from_the_manifest_alone() {
    let desk = desk();
    again(&desk, "sweep plans/sweep.toml");
    again(&desk, "size size.toml --seed 4");
    again(&desk, "sensitivity sensitivity.toml --set replications=2");
    again(&desk, "uncertainty uncertainty.toml");
    again(&desk, "choose choose.toml");
    again(
        &desk,
        "choose desk.toml three.toml --outcome mean_wait_desk_hours --first 5 --method ocba --budget 30",
    );
    again(
        &desk,
        "attribute desk.toml three.toml --outcomes mean_wait_desk_hours --by parameter -n 3",
    );
}

#[test]
fn shards_and_what_is_merged_of_them_are_rebuilt() {
    let desk = desk();
    for i in [1, 2] {
        desk.careweave(&format!("run desk.toml --shard {i}/2 --out s{i} -q"))
            .ended_with(0);
        desk.careweave(&format!("sweep plans/sweep.toml --shard {i}/2 --out w{i} -q"))
            .ended_with(0);
    }
    desk.careweave("merge s1 s2 --out m -q").ended_with(0);
    desk.careweave("merge w1 w2 --out n -q").ended_with(0);
    for folder in ["s2", "m", "w1", "n"] {
        let said = desk.careweave(&format!("reproduce {folder} -q")).ended_with(0);
        assert!(said.out.starts_with("Identical: "), "{}", said.out);
    }
}

/// The overlay names what it extends as seen from the folder, also where it is rebuilt elsewhere.
#[test]
fn a_calibration_is_rebuilt_with_its_overlay() {
    let desk = desk();
    desk.file(
        "targets.toml",
        "kind = \"targets\"\n[target.busy]\ndomain = \"other\"\nsays = \"Two thirds busy\"\noutcome = \"utilisation_desk\"\n\
         band = [0.6, 0.7]\nrole = \"calibration\"\nsource = \"A test\"\ngrade = \"published\"\nnote = \"Nowhere.\"\n",
    );
    desk.file(
        "calibrate.toml",
        "kind = \"calibrate\"\nscenarios = [\"desk.toml\"]\ntargets_file = \"targets.toml\"\nreplications = 2\n\
         [calibrate]\nwaves = 1\npoints = 12\ncheck = 2\ndraws = 2\ndraw_replications = 2\nparticles = 100\n\
         [vary.urgent]\npath = \"classes.urgent.arrivals.poisson.per_hour\"\nrange = [0.1, 0.9]\n",
    );
    let said = desk.careweave("calibrate calibrate.toml --out deep/c --overlay mine.toml -q");
    assert!(matches!(said.code, Some(0 | 1)), "{said:?}");
    let overlay = String::from_utf8(desk.results("deep/c")["calibrated.toml"].clone()).expect("UTF-8");
    assert!(overlay.contains("extends = \"../../desk.toml\""), "{overlay}");
    for file in ["targets.toml", "calibrate.toml", "desk.toml"] {
        desk.file(file, "kind = \"nothing\"\n");
    }
    let said = desk.careweave("reproduce deep/c -q").ended_with(0);
    assert!(said.out.contains("calibrated.toml"), "{}", said.out);
}

/// Draws from priors beside a comparison, and an event log, both of the small locality.
#[test]
fn a_comparison_with_priors_and_an_event_log_are_rebuilt() {
    let desk = Desk::new();
    let lines: String = super::world_tools::SMALL.map(|set| format!("{set}\n")).concat();
    for (file, base) in [("a.toml", "networked"), ("b.toml", "integrated_no_pool")] {
        desk.file(
            file,
            &format!("kind = \"pathway\"\nextends = \"{base}.toml\"\n{lines}"),
        );
    }
    desk.careweave("compare a.toml b.toml -n 2 --priors 2 --out p -q")
        .ended_with(0);
    desk.careweave("trace a.toml --format all --person 3 --window measured --out t -q")
        .ended_with(0);
    for file in ["a.toml", "b.toml"] {
        desk.file(file, "kind = \"nothing\"\n");
    }
    for folder in ["p", "t"] {
        desk.careweave(&format!("reproduce {folder} -q")).ended_with(0);
    }
}

/// Sets `stop` once so many replications are finished.
struct StopAfter<'a>(u64, &'a AtomicBool);

impl Progress for StopAfter<'_> {
    fn finished(&mut self, done: u64) {
        self.1.store(done >= self.0, Ordering::Relaxed);
    }
}

#[test]
fn what_an_interrupted_run_had_finished_is_rebuilt_also_where_it_would_have_gone_on_by_itself() {
    let texts = BTreeMap::from([(
        "desk.toml".to_string(),
        DESK.replace("days = 100", "days = 30").into_bytes(),
    )]);
    for replications in [Replications::Fixed(30), Replications::Auto] {
        let dir = tempfile::tempdir().expect("a folder");
        let out = dir.path().join("r");
        let ask = Ask {
            scenarios: vec!["desk.toml".to_string()],
            replications: Some(replications),
            ..Ask::default()
        };
        let e = Experiment::prepare(&texts, &ask).expect("a sound scenario");
        let stop = AtomicBool::new(false);
        let output = Output {
            out: Some(out.clone()),
            threads: 1,
            ..Output::default()
        };
        let done = app::execute(&e, &output, &stop, &mut StopAfter(5, &stop), &Map::new).expect("runs");
        assert!(done.interrupted() && done.finished.replications < 30);
        let found = rebuilt(&out);
        assert!(found.is_identical(), "{found:?}");
    }
}

#[track_caller]
fn rebuilt(manifest: &std::path::Path) -> Reproduced {
    let ask = ReproduceAsk {
        manifest: manifest.to_path_buf(),
        threads: 1,
        ..ReproduceAsk::default()
    };
    let found = app::reproduce(&ask, &AtomicBool::new(false), &mut (), &Map::new);
    found.expect("it can be rebuilt").expect("it was not stopped")
}

fn verdict(found: &Reproduced, name: &str) -> Verdict {
    let file = found.files.iter().find(|f| f.name == name);
    file.unwrap_or_else(|| panic!("{name} in {found:?}"))
        .verdict
        .clone()
}

#[test]
fn what_was_altered_is_found_and_told_apart() {
    let desk = desk();
    desk.careweave("run desk.toml -n 2 --out r -q").ended_with(0);
    // One digit, a file too few, a file too many.
    let table = fs::read_to_string(desk.path("r/overall.csv")).expect("readable");
    let line = table.lines().nth(3).expect("a row").to_string();
    let changed = line.replacen('.', ",", 1);
    desk.file("r/overall.csv", &table.replacen(&line, &changed, 1));
    fs::remove_file(desk.path("r/report.html")).expect("removed");
    desk.file("r/notes.md", "mine\n");
    let said = desk.careweave("reproduce r").ended_with(1);
    assert!(said.out.contains("3 are not the same"), "{}", said.out);
    for word in ["DIFFERS in line 4", "MISSING", "EXTRA", &changed, &line] {
        assert!(said.out.contains(word), "no {word} in\n{}", said.out);
    }
    let found = rebuilt(&desk.path("r"));
    let differs = Verdict::Differs {
        line: 4,
        there: Some(changed),
        here: Some(line),
    };
    assert_eq!(verdict(&found, "overall.csv"), differs);
    assert_eq!(verdict(&found, "report.html"), Verdict::Missing);
    assert_eq!(verdict(&found, "notes.md"), Verdict::Extra);
    assert!(verdict(&found, "manifest.json").is_same());
    // The folder to compare with is not written to.
    desk.careweave("reproduce r --out r --force")
        .ended_with(2)
        .complains(&["give another"]);
    desk.careweave("reproduce r/manifest.json --out kept -q")
        .ended_with(1);
    assert_eq!(desk.results("kept")["overall.csv"], table.as_bytes());
}

#[test]
fn a_manifest_alone_vouches_for_the_bytes() {
    let desk = desk();
    desk.careweave("run desk.toml -n 2 --out r -q").ended_with(0);
    fs::create_dir(desk.path("paper")).expect("a folder");
    fs::copy(desk.path("r/manifest.json"), desk.path("paper/S1.json")).expect("copied");
    let found = rebuilt(&desk.path("paper/S1.json"));
    assert!(found.is_identical());
    assert_eq!(verdict(&found, "overall.csv"), Verdict::SameHash);
    // Its number of replications is no part of the plan's hash; the bytes tell.
    let mut manifest = desk.json("r/manifest.json");
    manifest["replications"] = 3.into();
    desk.file("paper/S2.json", &manifest.to_string());
    let found = rebuilt(&desk.path("paper/S2.json"));
    assert_eq!(verdict(&found, "overall.csv"), Verdict::OtherHash);
    desk.careweave("reproduce paper/S2.json").ended_with(1);
}

#[test]
fn another_seed_version_or_form_and_garbage_are_told_apart() {
    let desk = desk();
    desk.careweave("run desk.toml -n 2 --out r -q").ended_with(0);
    let sound = desk.json("r/manifest.json");
    let with = |path: [&str; 2], value: Value, hashed: bool| {
        let mut manifest = sound.clone();
        match path {
            [first, ""] => manifest[first] = value,
            [first, second] => manifest[first][second] = value,
        }
        if hashed {
            let plan = manifest["plan"].as_object().expect("a plan").clone();
            manifest["plan_hash"] = Identity::new(plan).hash().into();
        }
        desk.file("r/manifest.json", &manifest.to_string());
    };
    let refused = |words: &[&str]| {
        desk.careweave("reproduce r").ended_with(2).complains(words);
    };
    with(["plan", "seed"], 2.into(), false);
    refused(&["r/manifest.json", "plan was changed", "plan_hash"]);
    // With the hash put right, another seed gives other bytes.
    with(["plan", "seed"], 2.into(), true);
    let said = desk.careweave("reproduce r").ended_with(1);
    assert!(said.out.contains("overall.csv"), "{}", said.out);
    with(["plan", "version"], "0.0.1".into(), true);
    refused(&["written by careweave 0.0.1", "--any-version"]);
    let said = desk.careweave("reproduce r --any-version").ended_with(1);
    assert!(
        said.out.contains("DIFFERS in version") && said.out.contains("where careweave 0.0.1 wrote it"),
        "{}",
        said.out
    );
    with(["format", ""], "careweave results 99".into(), false);
    refused(&["of another form", "careweave results 99"]);
    with(["plan", "arms"], Value::Null, true);
    refused(&["incomplete"]);
    desk.file("r/manifest.json", "{ \"hello\": 1 }");
    refused(&["no manifest of careweave", "no `format`"]);
    desk.file("r/manifest.json", "not JSON");
    refused(&["no manifest of careweave"]);
    desk.careweave("reproduce nowhere")
        .ended_with(2)
        .complains(&["does not exist"]);
}
