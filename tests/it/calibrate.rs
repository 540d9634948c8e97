//! Calibrations of small queues, whose true parameters are known, and what is refused.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Map;

use careweave::app::{Calibrate, CalibrateAsk, CalibrateDone, Error, Output};
use careweave::base::diagnostic::Paint;
use careweave::experiment::Progress;
use careweave::methods::identify::Known;
use careweave::report::{Calibration, Reach, Use, calibration_text};
use careweave::scenario::{self, BuiltIn, Grade, read_path};

type Files = BTreeMap<String, Vec<u8>>;

/// Desk: M/M/1 with 0.5 arrivals an hour. A mean service of 1 hour gives a mean wait of 0.5 / (1 - 0.5) = 1 hour and a
/// utilisation of 0.5.
const BASE: &str = r#"
kind = "queueing"
[run]
warm_up = { days = 5 }
horizon = { days = 60 }
replications = 6
seed = 5
[stations.desk]
servers = 1
service = { exponential = { mean = 0.7, unit = "hour" } }
[stations.back]
servers = 1
service = { exponential = { mean = 1, unit = "hour" } }
[classes.customer]
arrivals = { poisson = { per_hour = 0.5 } }
entry = "desk"
[classes.letter]
arrivals = { poisson = { per_hour = 0.5 } }
entry = "back"
[evidence]
"classes.letter.arrivals" = { grade = "assumption", range = [0.2, 0.8] }
"stations.back.service" = { grade = "derived", note = "by definition" }
"#;

/// Another file on top, which sets what the desk serves with.
const TOP: &str = "extends = \"base.toml\"\ntitle = \"Desk\"\n[stations.back]\nservers = 2\n";

const TARGETS: &str = r#"
kind = "targets"
[target.wait]
domain = "other"
says = "Mean wait at the desk"
outcome = "mean_wait_desk_hours"
band = [0.9, 1.1]
role = "calibration"
source = "Theory of the M/M/1 queue"
grade = "derived"
note = "0.5 / (1 - 0.5) hours."
[target.busy]
domain = "other"
says = "Share of time the desk is busy"
outcome = "utilisation_desk"
band = [0.47, 0.53]
role = "aside"
source = "Theory of the M/M/1 queue"
grade = "derived"
note = "0.5 times 1."
[target.back]
domain = "other"
says = "Share of time the back office is busy"
outcome = "utilisation_back"
band = [0.95, 0.99]
role = "input"
source = "Nobody"
grade = "derived"
note = "More than there are letters for."
"#;

const SMALL: &str =
    "calibrate = { waves = 2, points = 20, check = 20, draws = 6, draw_replications = 3, particles = 300 }\n";
const SERVICE: &str =
    "[vary.service]\npath = \"stations.desk.service.exponential.mean\"\nrange = [0.6, 1.5]\n";
const LETTERS: &str = "[vary.letters]\npath = \"classes.letter.arrivals.poisson.per_hour\"\n";

fn files(plan: &str) -> Files {
    let plan = format!(
        "kind = \"calibrate\"\ntitle = \"Desk\"\ntargets_file = \"targets.toml\"\nreplications = 3\n{plan}"
    );
    let all = [
        ("base.toml", BASE),
        ("top.toml", TOP),
        ("targets.toml", TARGETS),
        ("plan.toml", plan.as_str()),
    ];
    all.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
        .into()
}

fn prepared<'l>(files: &'l Files, sets: &[&str], overlay: Option<&Path>) -> Result<Calibrate<'l>, Error> {
    let ask = CalibrateAsk {
        plan: "plan.toml".to_string(),
        sets: sets.iter().map(|s| s.to_string()).collect(),
        overlay: overlay.map(Path::to_path_buf),
        ..CalibrateAsk::default()
    };
    Calibrate::prepare(files, &ask, 1)
}

fn output(out: Option<&Path>, threads: usize) -> Output {
    Output {
        out: out.map(Path::to_path_buf),
        threads,
        ..Output::default()
    }
}

fn ran(files: &Files, out: Option<&Path>, threads: usize) -> CalibrateDone {
    let calibration = prepared(files, &[], None).unwrap_or_else(|e| panic!("{}", said(e)));
    let done = calibration.run(&output(out, threads), &AtomicBool::new(false), &mut (), &|| {
        Map::new()
    });
    done.expect("it runs")
}

fn answer(files: &Files) -> Calibration {
    ran(files, None, 1).report.expect("it was not interrupted")
}

/// The scenario of an overlay in memory, beside the others.
fn read_back(files: &Files, overlay: &str) -> (scenario::Checked, usize) {
    let mut all = files.clone();
    // As shown it names what it extends from the working folder, which the files in memory have not.
    let start = overlay.find("extends = ").expect("it extends something");
    let end = start + overlay[start..].find('\n').expect("a line");
    let name = overlay[start..end].rsplit(['/', '"']).nth(1).expect("a file");
    let text = format!("{}extends = \"{name}\"{}", &overlay[..start], &overlay[end..]);
    all.insert("overlay.toml".to_string(), text.clone().into_bytes());
    let (checked, found, _) = scenario::read(&all, "overlay.toml", &[]);
    let checked = checked.unwrap_or_else(|| panic!("{text}\n{found:?}"));
    (checked, found.len())
}

/// The mean service that makes the wait is found again within its posterior interval (which holds the truth in nine of ten
/// calibrations; the seed is fixed), what has nothing to do with it is said to be unknown, and its evidence stays what it was.
#[test]
fn what_was_true_is_found_again() {
    let files = files(&format!("scenarios = [\"base.toml\"]\n{SMALL}{SERVICE}{LETTERS}"));
    let report = answer(&files);
    let [letters, service] = report.parameters.as_slice() else {
        panic!("two")
    };
    assert_eq!(service.known, Known::Identified);
    assert!(
        service.posterior[0] < 1.0 && 1.0 < service.posterior[2],
        "{service:?}"
    );
    assert!(service.posterior[2] - service.posterior[0] < 0.25, "{service:?}");
    assert_eq!(letters.known, Known::Not);
    // The range of the evidence, as the plan gives none.
    assert_eq!(letters.prior, (0.2, 0.8));
    assert!(letters.kept && !letters.written && letters.chosen == 0.5);
    assert_eq!(report.met(Use::Fitted, |g| g.before), (0, 1));
    assert_eq!(report.met(Use::Fitted, |g| g.after), (1, 1));
    assert_eq!(report.met(Use::Aside, |g| g.after), (1, 1));
    assert!(!report.worse());
    let text = calibration_text(&report, 100);
    let first = text.lines().nth(2).expect("an answer");
    assert!(
        first.starts_with("Of 1 target calibrated to, 0 were inside the band before and 1 is after; of 1 kept aside, 0 before"),
        "{text}"
    );
    // The overlay gives the value that was simulated, graded, without any finding.
    let (checked, findings) = read_back(&files, &report.overlay);
    assert_eq!(findings, 0, "{}", report.overlay);
    let path = read_path("stations.desk.service.exponential.mean").expect("a path");
    assert_eq!(
        checked.root().at(&path).and_then(|n| n.number()),
        Some(service.chosen)
    );
    let entry = checked.evidence_for(&path).expect("evidence");
    assert_eq!(entry.says.grade, Grade::Calibrated);
    let range = entry.says.range.map(|r| r.map(|n| n.get())).expect("a range");
    assert!(range[0] <= service.chosen && service.chosen <= range[1] && range[1] < 1.25);
    let letters = read_path("classes.letter.arrivals.poisson.per_hour").expect("a path");
    let entry = checked.evidence_for(&letters).expect("evidence");
    assert_eq!(entry.says.grade, Grade::Assumption);
}

/// Utilisation is arrivals times service: the product is known, neither alone.
#[test]
fn what_is_known_in_combination_only_is_said_so() {
    let arrivals =
        "[vary.arrivals]\npath = \"classes.customer.arrivals.poisson.per_hour\"\nrange = [0.4, 0.8]\n";
    let service = "[vary.service]\npath = \"stations.desk.service.exponential.mean\"\nrange = [0.6, 1.2]\n";
    let plan = format!("scenarios = [\"base.toml\"]\ntargets = [\"busy\"]\n{SMALL}{arrivals}{service}");
    let report = answer(&files(&plan));
    assert!(report.parameters.iter().all(|p| p.known != Known::Identified));
    assert_eq!(report.pairs.len(), 1, "{:?}", report.pairs);
    assert!(report.pairs[0].correlation < -0.7, "{:?}", report.pairs);
    assert_eq!(report.pinned, 1);
    // Nothing is left aside when the only one kept aside is calibrated to.
    assert!(calibration_text(&report, 100).contains("none was kept aside"));
}

/// 0.8 letters an hour of one hour each keep the back office busy for 0.8 of the time at most.
#[test]
fn what_no_value_reaches_is_said_so() {
    let plan =
        format!("scenarios = [\"base.toml\"]\ntargets = [\"back\", \"wait\"]\n{SMALL}{SERVICE}{LETTERS}");
    let report = answer(&files(&plan));
    let back = report.goals.iter().find(|g| g.name == "back").expect("a target");
    let Reach::Out(nearest) = back.reach else {
        panic!("{:?}", back.reach)
    };
    assert!((nearest - 0.8).abs() < 0.04, "{nearest}");
    let text = calibration_text(&report, 100);
    assert!(text.contains("Out of reach of these ranges"), "{text}");
    // The other is calibrated to all the same.
    assert_eq!(report.met(Use::Fitted, |g| g.after), (1, 2));
}

/// An overlay that lies under the baseline: multiplied values, read back where it will stand.
#[test]
fn an_overlay_may_lie_under_the_baseline() {
    let plan = "scenarios = [\"top.toml\"]\noverlay_extends = \"base.toml\"\n".to_string()
        + SMALL
        + "[vary.service]\npath = \"stations.desk.service.exponential.mean\"\nmultiply = [0.8, 2]\n";
    let files = files(&plan);
    let report = answer(&files);
    let (checked, findings) = read_back(&files, &report.overlay);
    assert_eq!(findings, 0, "{}", report.overlay);
    let path = read_path("stations.desk.service.exponential.mean").expect("a path");
    let value = checked
        .root()
        .at(&path)
        .and_then(|n| n.number())
        .expect("a number");
    assert!(
        (value - 0.7 * report.parameters[0].chosen).abs() < 1e-3,
        "{value}"
    );
    assert!(report.overlay.contains("extends = \"") && report.overlay.contains("base.toml\""));
    assert!(
        !report.overlay.contains("\ntitle = "),
        "the baseline's own title counts"
    );
    // Made the base of the baseline, it is left out when that is calibrated again.
    let mut again = files.clone();
    let overlay = report.overlay.replace(&extended(&report.overlay), "base.toml");
    again.insert("calibrated.toml".to_string(), overlay.into_bytes());
    again.insert(
        "top.toml".to_string(),
        TOP.replace("base.toml", "calibrated.toml").into_bytes(),
    );
    let text = String::from_utf8_lossy(&files["plan.toml"]).into_owned();
    let text = text.replace("overlay_extends = \"base.toml\"", "without = \"calibrated.toml\"");
    again.insert("plan.toml".to_string(), text.into_bytes());
    let second = answer(&again);
    assert_eq!(second.overlay, report.overlay);
    assert_eq!(second.goals[0].before, report.goals[0].before);
}

fn extended(overlay: &str) -> String {
    let line = overlay
        .lines()
        .find(|l| l.starts_with("extends = "))
        .expect("a line");
    line.split('"').nth(1).expect("a name").to_string()
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

/// Tells it to stop once so many units are there.
struct StopAt<'a>(u64, &'a AtomicBool);

impl Progress for StopAt<'_> {
    fn begin(&mut self, _: u64, _: u64) {}
    fn finished(&mut self, done: u64) {
        if done >= self.0 {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_folder_has_the_same_bytes_for_any_threads_and_after_a_stop() {
    let files = files(&format!("scenarios = [\"base.toml\"]\n{SMALL}{SERVICE}{LETTERS}"));
    let temporary = tempfile::tempdir().expect("a folder");
    let at = |name: &str| temporary.path().join(name);
    ran(&files, Some(&at("a")), 1);
    ran(&files, Some(&at("b")), 3);
    // Stopped in the first wave, and again before the end.
    for units in [20, 45] {
        let stop = AtomicBool::new(false);
        let calibration = prepared(&files, &[], None).expect("a plan");
        let done = calibration.run(
            &output(Some(&at("c")), 1),
            &stop,
            &mut StopAt(units, &stop),
            &|| Map::new(),
        );
        assert!(done.expect("it stops").report.is_none());
        assert!(!at("c").exists(), "no partial folder");
    }
    ran(&files, Some(&at("c")), 1);
    let [a, b, c] = ["a", "b", "c"].map(|name| contents(&at(name)));
    assert_eq!(a, b);
    assert_eq!(a, c);
    let names: Vec<&str> = a.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "calibrated.toml",
            "manifest.json",
            "parameters.csv",
            "parameters.svg",
            "points.csv",
            "posterior.csv",
            "report.txt",
            "targets.csv",
            "targets.svg",
            "waves.csv"
        ]
    );
    let overlay = String::from_utf8_lossy(&a["calibrated.toml"]).into_owned();
    assert!(overlay.contains("grade = \"calibrated\"") && overlay.contains("careweave calibrate plan.toml"));
    let targets = String::from_utf8_lossy(&a["targets.csv"]).into_owned();
    assert!(targets.contains("\nwait,calibration,after,1."), "{targets}");
}

#[test]
fn an_overlay_is_never_written_over_a_file() {
    let files = files(&format!("scenarios = [\"base.toml\"]\n{SMALL}{SERVICE}"));
    let temporary = tempfile::tempdir().expect("a folder");
    let there = temporary.path().join("mine.toml");
    std::fs::write(&there, "mine").expect("written");
    let Err(error) = prepared(&files, &[], Some(&there)) else {
        panic!("accepted")
    };
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("is there already"), "{error}");
    // Also if it comes while the calibration runs.
    let late = temporary.path().join("late.toml");
    let calibration = prepared(&files, &[], Some(&late)).expect("nothing is there");
    std::fs::write(&late, "mine").expect("written");
    let done = calibration.run(&output(None, 1), &AtomicBool::new(false), &mut (), &|| Map::new());
    assert_eq!(done.map(|_| ()).expect_err("it is there now").exit_code(), 2);
    for path in [there, late] {
        assert_eq!(std::fs::read(path).expect("read"), b"mine");
    }
    let new = temporary.path().join("folder/new.toml");
    let calibration = prepared(&files, &[], Some(&new)).expect("nothing is there");
    let done = calibration.run(&output(None, 1), &AtomicBool::new(false), &mut (), &|| Map::new());
    let report = done.expect("it runs").report.expect("an answer");
    let written = std::fs::read_to_string(&new).expect("written");
    assert_eq!(
        written.replace(&extended(&written), ""),
        report.overlay.replace(&extended(&report.overlay), "")
    );
}

/// Everything that is wrong, as one text.
fn said(error: Error) -> String {
    match error {
        Error::Invalid(all) => all.iter().map(|f| f.render(Paint::Plain)).collect(),
        other => format!("without a line: {other}"),
    }
}

#[test]
fn wrong_plans_are_refused_at_their_lines() {
    let base = "scenarios = [\"base.toml\"]\n";
    let cases = [
        (format!("scenarios = [\"base.toml\", \"top.toml\"]\n{SERVICE}"), "name one"),
        (format!("{base}targets = [\"wiat\"]\n{SERVICE}"), "did you mean `wait`"),
        (format!("{base}discrepancy = {{ weight = 1 }}\n{SERVICE}"), "there is no target"),
        (format!("{base}outcomes = [\"utilisation_desk\"]\n{SERVICE}"), "those of its targets"),
        (format!("{base}overlay_extends = \"other.toml\"\n{SERVICE}"), "none of the files"),
        (format!("{base}without = \"other.toml\"\n{SERVICE}"), "nothing to leave out"),
        (
            format!("{base}without = \"base.toml\"\n{SERVICE}"),
            "is the baseline itself",
        ),
        (
            "scenarios = [\"top.toml\"]\noverlay_extends = \"base.toml\"\n[vary.s]\npath = \"stations.back.servers\"\nrange = [1, 3]\n"
                .to_string(),
            "lies above an overlay",
        ),
        (
            format!("{base}[vary.x]\npath = \"stations.desc.servers\"\nrange = [1, 2]\n"),
            "is not in the baseline",
        ),
        (
            format!("{base}[vary.x]\npath = \"stations.desk.servers\"\n"),
            "gives no plausible range",
        ),
        (
            format!("{base}[vary.x]\npath = \"stations.desk.service.exponential.mean\"\nrange = [-1, 2]\n"),
            "-1",
        ),
        (
            format!("{base}{SERVICE}[set]\n\"stations.desk.service.exponential.mean\" = 1\n"),
            "set for all points",
        ),
        (format!("{base}calibrate = {{ waves = 0 }}\n{SERVICE}"), "waves"),
    ];
    for (plan, words) in cases {
        let files = files(&plan);
        let Err(error) = prepared(&files, &[], None) else {
            panic!("accepted: {plan}")
        };
        let said = said(error);
        assert!(said.contains(words), "{words}:\n{said}");
        assert!(said.contains("plan.toml:"), "no line:\n{said}");
    }
}

/// The recipe of the shipped baseline is a plan without errors, whatever the library has become.
#[test]
fn the_recipe_of_the_shipped_baseline_can_be_run() {
    let ask = CalibrateAsk {
        plan: "baseline".to_string(),
        sets: vec!["calibrate.points=4".to_string()],
        ..CalibrateAsk::default()
    };
    let calibration = Calibrate::prepare(&BuiltIn, &ask, 1).unwrap_or_else(|e| panic!("{}", said(e)));
    let (parameters, fitted, aside) = calibration.size();
    assert!(parameters >= 15 && fitted >= 10 && aside >= 5);
}
