//! What is fed to the readers when they are fuzzed: bytes in, and a panic if a reader breaks its promise.
//!
//! `fuzz/` includes this file and gives each function to libFuzzer; `tests/it/corpus.rs` replays the kept inputs. A promise
//! broken is a panic, a hang, runaway memory, a refusal without a place, or a file that is read but not told as it was.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use careweave::app::{self, Arm, Ask, Experiment, Replications, World};
use careweave::base::diagnostic::{Diagnostic, Paint, SourceMap, render};
use careweave::experiment::{Keeper, Shard};
use careweave::observe::{Record, decode_frame, encode_frame, read_frame};
use careweave::report::moves::Moves;
use careweave::scenario::hours::{Date, Hours};
use careweave::scenario::plan::{self, Factor, Plan, PlanBody};
use careweave::scenario::{self, BuiltIn, Checked, Kind, Loader, read_path, show_path, targets as figures};
use careweave::store::{Identity, MANIFEST, Manifest, Merged, RECORDS, Spool};
use serde_json::{Map, Value, json};

/// A fuzzing target: what it is called, what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, in the order of the documents.
pub const TARGETS: [Target; 8] = [
    ("scenario", scenario),
    ("set", set),
    ("plan", plan),
    ("targets", targets),
    ("manifest", manifest),
    ("spool", spool),
    ("merge", merge),
    ("words", words),
];

/// Name of the file that is read; others are called `a.toml`, `b.toml` and so on.
const MAIN: &str = "main.toml";

/// The texts and overrides in an input: parts divided by a zero byte, which no file of TOML may hold. The first is the file
/// that is read, one that begins with `=` is an override, any other is a file beside it.
fn parts(data: &[u8]) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let (mut texts, mut sets) = (BTreeMap::new(), Vec::new());
    for (i, part) in data.split(|b| *b == 0).take(20).enumerate() {
        match part {
            [b'=', rest @ ..] if i > 0 => sets.push(String::from_utf8_lossy(rest).into_owned()),
            _ if i == 0 => drop(texts.insert(MAIN.to_string(), part.to_vec())),
            _ => {
                let name = char::from(b'a' + (texts.len() as u8 - 1));
                texts.insert(format!("{name}.toml"), part.to_vec());
            }
        }
    }
    (texts, sets)
}

/// What was found is told, each error at its place, and there is something read exactly if nothing is an error.
fn told(read: bool, found: &[Diagnostic], sources: &SourceMap) {
    let refused = found.iter().any(Diagnostic::is_error);
    assert_eq!(read, !refused, "{found:?}");
    assert!(
        !refused || found.iter().any(|d| d.is_error() && d.primary.is_some()),
        "a refusal without a place: {found:?}"
    );
    let text = render(found, sources, Paint::Plain);
    assert!(!text.is_empty());
    assert!(text.len() < 4 << 20, "{} bytes of diagnostics", text.len());
    for one in found.iter().take(100) {
        one.to_json(sources);
    }
}

/// A scenario with what it extends and its overrides; what is accepted is judged and compiled, too.
pub fn scenario(data: &[u8]) {
    let (texts, sets) = parts(data);
    let (checked, found, sources) = scenario::read(&texts, MAIN, &sets);
    told(checked.is_some(), &found, &sources);
    if let Some(checked) = checked {
        accepted(&texts, &sets, checked);
    }
}

/// A scenario without errors can be judged, explained and compiled: it may be refused, but not break anything.
fn accepted(loader: &dyn Loader, sets: &[String], checked: Checked) {
    for parameter in scenario::parameters(&checked).iter().take(50) {
        let _ = scenario::explain(checked.schema(), &parameter.path, Some(&checked));
    }
    // A locality takes a fiftieth of a second to compile, a network hardly any.
    if matches!(checked.kind, Kind::Pathway(_)) && sets.is_empty() {
        return;
    }
    if let Ok(judged) = app::check(loader, MAIN, sets) {
        assert_eq!(judged.hash, checked.hash);
    }
    let arm = Arm {
        name: "main".to_string(),
        asked: MAIN.to_string(),
        checked,
    };
    if let Ok(world) = World::compile(&[arm], 1) {
        assert!(!world.catalogue().layout().is_empty());
    }
}

/// Overrides of a built-in scenario, one a line; the first byte says of which.
pub fn set(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    let base = if which % 16 == 0 { "networked" } else { "jackson" };
    let text = format!("extends = \"{base}\"\n");
    let texts = BTreeMap::from([(MAIN.to_string(), text.into_bytes())]);
    let sets = rest.split(|b| *b == b'\n').take(8);
    let sets: Vec<String> = sets.map(|s| String::from_utf8_lossy(s).into_owned()).collect();
    let (checked, found, sources) = scenario::read(&texts, MAIN, &sets);
    told(checked.is_some(), &found, &sources);
    if let Some(checked) = checked {
        accepted(&texts, &sets, checked);
    }
}

/// A plan of any kind with what it extends and its overrides, and what it varies.
pub fn plan(data: &[u8]) {
    let (texts, sets) = parts(data);
    let main = texts.get(MAIN).cloned().unwrap_or_default();
    let says = |word: &str| main.windows(word.len()).any(|w| w == word.as_bytes());
    let kind = plan::KINDS.into_iter().find(|kind| says(&format!("\"{kind}\"")));
    match kind {
        Some("sensitivity") => {
            if let Some(plan) = read_plan::<plan::SensitivityPlan>(&texts, &sets) {
                let _ = (plan.patterns(), plan.exceptions());
                take(plan.factors());
            }
        }
        Some("uncertainty") => {
            if let Some(plan) = read_plan::<plan::UncertaintyPlan>(&texts, &sets) {
                take(plan.varied());
            }
        }
        Some("choose") => {
            if let Some(plan) = read_plan::<plan::ChoosePlan>(&texts, &sets) {
                take(plan.factors());
            }
        }
        Some("size") => {
            if let Some(plan) = read_plan::<plan::SizePlan>(&texts, &sets) {
                take(vec![plan.factor()]);
            }
        }
        Some("calibrate") => {
            if let Some(plan) = read_plan::<plan::CalibratePlan>(&texts, &sets) {
                take(plan.factors(base()).unwrap_or_default());
            }
        }
        _ => {
            if let Some(plan) = read_plan::<plan::SweepPlan>(&texts, &sets) {
                take(plan.factors());
            }
        }
    }
}

fn read_plan<B: PlanBody>(texts: &BTreeMap<String, Vec<u8>>, sets: &[String]) -> Option<Plan<B>> {
    let (plan, found, sources) = plan::read::<B>(texts, MAIN, sets);
    told(plan.is_some(), &found, &sources);
    let plan = plan?;
    for one in plan.sets().iter().take(100) {
        assert!(one.contains('='), "{one}");
    }
    let _ = plan.scenarios(texts);
    Some(plan)
}

/// A small scenario whose values are varied.
fn base() -> &'static Checked {
    static BASE: OnceLock<Checked> = OnceLock::new();
    BASE.get_or_init(|| scenario::read(&BuiltIn, "jackson", &[]).0.expect("built in"))
}

/// Values of each factor, and the overrides that give them.
fn take(factors: Vec<Factor>) {
    for factor in factors.iter().take(20) {
        let count = factor.count();
        let mut settings: Vec<_> = [0.0, 0.37, 0.999_999, 1.0].map(|u| factor.quantile(u)).into();
        settings.extend((0..count.min(5)).map(|i| factor.level(i)));
        settings.extend(count.checked_sub(1).map(|i| factor.level(i)));
        for setting in settings {
            let _ = factor.sets(&setting, base().root());
            assert!(setting.to_string().len() < 8 << 20);
        }
    }
}

/// A file of targets.
pub fn targets(data: &[u8]) {
    let (texts, sets) = parts(data);
    let (read, found, sources) = figures::read(&texts, MAIN, &sets);
    told(read.is_some(), &found, &sources);
    if let Some(read) = read {
        for (name, target) in &read.all {
            let (low, high) = target.band();
            assert!(low < high && target.near() >= 0.0);
            sources.locate(read.at(name, "band"));
        }
        read.outcomes();
    }
}

/// A manifest as it is and with its hash put right, so that what stands behind the hash is reached, too.
pub fn manifest(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    understand(&text);
    if let Ok(Value::Object(mut all)) = serde_json::from_str::<Value>(&text) {
        let plan = all
            .get("plan")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        all.insert("format".to_string(), json!("careweave results 1"));
        all.insert("plan_hash".to_string(), json!(Identity::new(plan).hash()));
        understand(&Value::Object(all).to_string());
    }
}

fn understand(text: &str) {
    let Ok(manifest) = Manifest::parse(text) else {
        return;
    };
    let identity = manifest.identity();
    assert!(identity.differences(&identity).is_empty());
    assert_eq!(identity.hash(), manifest.plan_hash);
    if let Some(shard) = manifest.shard() {
        assert!(shard.count(manifest.replications) <= manifest.replications);
        assert!(
            shard
                .replications(manifest.replications)
                .next()
                .is_none_or(|r| shard.has(r))
        );
    }
    let _ = app::rebuildable(&manifest, Path::new(MANIFEST));
}

/// A small experiment of two replications, with its records.
struct Sample {
    experiment: Experiment,
    records: Vec<Record>,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let sets = ["run.horizon.days=3", "run.warm_up.days=0.1"].map(str::to_string);
        let ask = Ask {
            scenarios: vec!["mm1".to_string()],
            sets: sets.to_vec(),
            replications: Some(Replications::Fixed(2)),
            ..Ask::default()
        };
        let experiment = Experiment::prepare(&BuiltIn, &ask).unwrap_or_else(|e| panic!("{e}"));
        let records = (0..2).map(|r| experiment.world.replicate(r)).collect();
        Sample { experiment, records }
    })
}

/// A folder in memory where the machine has one: a fuzzer writes thousands a second.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    }
    .expect("a temporary folder")
}

/// Bytes where a file of records is expected: as they are, behind a header that fits, and as frames whose checksums fit.
pub fn spool(data: &[u8]) {
    let _ = decode_frame(data);
    let mut rest = data;
    while let Ok(Some(record)) = read_frame(&mut rest, &mut Vec::new()) {
        let mut again = Vec::new();
        encode_frame(&record, &mut again);
        assert_eq!(decode_frame(&again).expect("just written").0, record);
    }
    let e = &sample().experiment;
    let (identity, layout) = (e.identity(), e.catalogue().layout().hash());
    let dir = folder();
    let path = dir.path().join(RECORDS);
    drop(Spool::open(&path, &identity, layout).expect("a new file"));
    let head = std::fs::read(&path).expect("just written");
    for content in [
        data.to_vec(),
        [&head[..], data].concat(),
        [head.clone(), framed(data)].concat(),
    ] {
        std::fs::write(&path, &content).expect("a file in memory");
        if let Ok(mut spool) = Spool::open_finished(&path, &identity, layout) {
            let all: Vec<u64> = spool.replications().collect();
            assert!(all.into_iter().all(|r| spool.read(r).is_ok()));
        }
        if let Ok(mut spool) = Spool::open(&path, &identity, layout) {
            let all: Vec<u64> = spool.replications().collect();
            assert!(all.into_iter().all(|r| spool.read(r).is_ok()));
            let record = Record {
                replication: spool.prefix(),
                values: vec![0, 1, -1],
            };
            spool.keep(&record).expect("a file in memory");
            assert_eq!(spool.read(record.replication).expect("just kept"), record);
        }
    }
}

/// Frames with lengths and checksums that fit: each begins with its length, less than 256, and then its payload.
fn framed(mut data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((len, rest)) = data.split_first() {
        let (payload, after) = rest.split_at(usize::from(*len).min(rest.len()));
        out.extend(frame(payload));
        data = after;
    }
    out
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() as u32).to_le_bytes();
    let mut crc = crc32fast::Hasher::new();
    crc.update(&len);
    crc.update(payload);
    [&len[..], &crc.finalize().to_le_bytes(), payload].concat()
}

/// Two shards whose records have been tampered with in ways that no checksum tells, and their manifests: joined or refused.
///
/// Input: a line each with the shards' names (`1/2`) and the number of replications, then triples (place: two bytes, new byte)
/// of changes to the records' payloads.
pub fn merge(data: &[u8]) {
    let sample = sample();
    let e = &sample.experiment;
    let identity = e.identity();
    let mut lines = data.splitn(4, |b| *b == b'\n');
    let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (names, count) = ([line(), line()], line());
    let changes = lines.next().unwrap_or_default();
    let dir = folder();
    let mut folders = Vec::new();
    for (i, (name, record)) in names.iter().zip(&sample.records).enumerate() {
        let folder = dir.path().join(i.to_string());
        std::fs::create_dir(&folder).expect("a folder in memory");
        let path = folder.join(RECORDS);
        drop(Spool::open(&path, &identity, e.catalogue().layout().hash()).expect("a new file"));
        let mut framed = Vec::new();
        encode_frame(record, &mut framed);
        let mut payload = framed.split_off(8);
        let own = changes.chunks_exact(3).filter(|c| usize::from(c[1] & 1) == i);
        for change in own {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]]) >> 1);
            match payload.get_mut(place) {
                Some(byte) => *byte = change[2],
                None => payload.push(change[2]),
            }
        }
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .expect("a file in memory");
        file.write_all(&frame(&payload)).expect("a file in memory");
        let manifest = Manifest {
            format: "careweave results 1".to_string(),
            replications: count.trim().parse().unwrap_or(2),
            shard: Some(name.clone()),
            plan_hash: identity.hash().to_string(),
            layout_hash: e.catalogue().layout().hash().to_string(),
            plan: identity.plan().clone(),
            files: BTreeMap::new(),
        };
        let text = serde_json::to_string(&manifest).expect("JSON");
        std::fs::write(folder.join(MANIFEST), text).expect("a file in memory");
        folders.push(folder);
    }
    let _ = Merged::open(&folders, e.catalogue().layout().hash());
    let out = dir.path().join("out");
    if let Ok(results) = app::merge(&folders, &out, false, &Map::new) {
        assert!(!results.text().contains("NaN"));
        assert!(out.join(MANIFEST).is_file());
    }
}

/// Short texts with a syntax of their own; the first byte says which.
pub fn words(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest).into_owned();
    match which % 5 {
        0 => {
            if let Ok(date) = Date::try_from(text) {
                assert_eq!(Date::try_from(String::from(date)), Ok(date));
                assert_eq!(
                    date.days_since_1970() - date.days_after(date),
                    date.days_since_1970()
                );
                date.weekday();
            }
        }
        1 => {
            if let Ok(hours) = Hours::try_from(text) {
                assert_eq!(Hours::try_from(String::from(hours.clone())), Ok(hours));
            }
        }
        2 => {
            if let Ok(path) = read_path(&text) {
                show_path(&path);
            }
        }
        3 => {
            if let Ok(shard) = text.parse::<Shard>() {
                assert_eq!(shard.to_string().parse(), Ok(shard));
                assert!(shard.count(1_000) <= 1_000);
                assert!(shard.replications(1_000).all(|r| shard.has(r)));
                assert!(shard.count(u64::MAX) > 0);
            }
        }
        _ => {
            if let Ok(moves) = Moves::read(&text) {
                moves.to_csv();
            }
        }
    }
}
