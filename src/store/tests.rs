//! Same bytes for any number of threads, for killed and resumed, for interrupted and continued.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::*;
use crate::experiment::synthetic::{Source, catalogue, record};
use crate::experiment::{Count, How, Keeper, PerReplication, Plan, Shard, estimate, run};
use crate::observe::{Catalogue, Records};

pub(super) fn identity(seed: u64) -> Identity {
    let Value::Object(map) = json!({
        "version": "0.1.0", "seed": seed, "scenarios": [{"name": "networked", "text": "a = 1\n"}]
    }) else {
        panic!()
    };
    Identity::new(map)
}

pub(super) fn request(out: &Path, cat: &Catalogue) -> Request {
    let out = Some(out.to_path_buf());
    Request {
        out,
        force: false,
        identity: identity(1),
        layout: cat.layout().hash(),
        shard: None,
    }
}

/// Stands for `report`: three tables out of the records.
pub(super) fn tables<R: Records<Error = StoreError>>(
    cat: &Catalogue,
    draft: &Draft,
    records: &mut R,
) -> Result<(), StoreError> {
    let found = estimate(cat, records).unwrap();
    draft.write("overall.csv", |w| {
        let mut csv = csv::Writer::from_writer(w);
        found.overall_rows(cat).try_for_each(|row| csv.serialize(row))?;
        csv.flush()
    })?;
    draft.write("paired.csv", |w| {
        let mut csv = csv::Writer::from_writer(w);
        found.paired_rows(cat).try_for_each(|row| csv.serialize(row))?;
        csv.flush()
    })?;
    let mut per = PerReplication::new(cat);
    let mut text = String::new();
    records.visit(&mut |r| text += &format!("{},{:?}\n", r.replication, per.values(r, 2)))?;
    draft.write("replications.csv", |w| w.write_all(text.as_bytes()))
}

/// Everything in a folder but `run.json`.
pub(super) fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap());
    let all = files.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap()));
    all.filter(|(name, _)| name != RUN).collect()
}

pub(super) fn ending(replications: u64, interrupted: bool) -> Ending {
    let run = Map::from_iter([
        ("host".to_string(), json!("here")),
        ("nonce".to_string(), json!(interrupted)),
    ]);
    Ending {
        replications,
        interrupted,
        keep_records: true,
        run,
    }
}

/// Runs `n` replications into `request.out`, stopping after `stop_after` more if that is given.
pub(super) fn go(cat: &Catalogue, request: Request, n: u64, threads: usize, stop_after: Option<u64>) -> How {
    let (stop, begun) = (AtomicBool::new(false), AtomicU64::new(0));
    let work = |r| {
        if stop_after == Some(begun.fetch_add(1, Ordering::SeqCst)) {
            stop.store(true, Ordering::SeqCst);
        }
        record(cat, r)
    };
    let plan = Plan {
        count: Count::Fixed(n),
        shard: request.shard,
        threads,
        stop: &stop,
        each: 1,
    };
    let shard = request.shard;
    let mut store = Store::open(request).unwrap();
    let done = run(&plan, cat, &work, &mut store, &mut ()).unwrap();
    let replications = if shard.is_some() { n } else { done.replications };
    let ending = ending(replications, done.how == How::Interrupted);
    store
        .finish(&ending, |draft, records| tables(cat, draft, records))
        .unwrap();
    done.how
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = |t: usize| tmp.path().join(format!("out{t}"));
    for threads in [1, 2, 7] {
        go(&cat, request(&out(threads), &cat), 25, threads, None);
        assert!(!tmp.path().join(format!("out{threads}.partial")).exists());
    }
    let one = bytes(&out(1));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "overall.csv",
            "paired.csv",
            "records.spool",
            "replications.csv"
        ]
    );
    assert_eq!(one, bytes(&out(2)));
    assert_eq!(one, bytes(&out(7)));
    let manifest = Manifest::read(&out(1)).unwrap();
    assert_eq!((manifest.replications, manifest.shard), (25, None));
    assert_eq!(manifest.plan["seed"], json!(1));
    let run: Value = serde_json::from_str(&fs::read_to_string(out(1).join(RUN)).unwrap()).unwrap();
    assert_eq!(
        (&run["host"], &run["interrupted"]),
        (&json!("here"), &json!(false))
    );
}

/// An interrupted run's folder is that of `--replications k`; the same command then completes it.
#[test]
fn an_interrupted_run_reports_its_prefix_and_can_be_completed() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let [out, short, whole] = ["out", "short", "whole"].map(|name| tmp.path().join(name));
    assert_eq!(go(&cat, request(&out, &cat), 30, 2, Some(8)), How::Interrupted);
    let k = Manifest::read(&out).unwrap().replications;
    assert!((1..30).contains(&k), "{k}");
    go(&cat, request(&short, &cat), k, 1, None);
    assert_eq!(bytes(&out), bytes(&short));
    assert!(tmp.path().join("out.partial").exists());
    // Interrupted again, then completed.
    assert_eq!(go(&cat, request(&out, &cat), 30, 2, Some(3)), How::Interrupted);
    assert!(Manifest::read(&out).unwrap().replications > k);
    assert_eq!(go(&cat, request(&out, &cat), 30, 7, None), How::Complete);
    go(&cat, request(&whole, &cat), 30, 1, None);
    assert_eq!(bytes(&out), bytes(&whole));
    assert!(!tmp.path().join("out.partial").exists());
    // Now it is finished and no longer replaced without being asked.
    assert!(matches!(
        Store::open(request(&out, &cat)),
        Err(StoreError::Exists(_))
    ));
}

#[test]
fn interrupted_before_anything_finished_leaves_no_folder() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let store = Store::open(request(&out, &cat)).unwrap();
    store
        .finish(&ending(0, true), |_, _| panic!("no tables"))
        .unwrap();
    assert!(!out.exists());
}

/// A kill leaves any number of bytes of the spool: at every cut, what is whole is kept and the rest computed again.
#[test]
fn a_spool_cut_at_any_byte_is_resumed_to_the_same_folder() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let (n, whole) = (12, tmp.path().join("whole"));
    go(&cat, request(&whole, &cat), n, 1, None);
    let expected = bytes(&whole);
    // A spool in another order than that of the replications, as threads leave it.
    let first = tmp.path().join("first");
    let mut store = Store::open(request(&first, &cat)).unwrap();
    for r in [2, 0, 1, 5, 3, 9, 4, 7, 6] {
        store.keep(&record(&cat, r)).unwrap();
    }
    drop(store);
    let spool = fs::read(tmp.path().join("first.partial/records.spool")).unwrap();
    let plan = fs::read(tmp.path().join("first.partial/plan.json")).unwrap();
    let mut source = Source(11);
    let mut cuts: Vec<usize> = (0..60)
        .map(|_| source.below(spool.len() as u64) as usize)
        .collect();
    cuts.extend([0, 1, 79, 80, 81, 87, 88, 89, spool.len() - 1, spool.len()]);
    for (i, cut) in cuts.into_iter().enumerate() {
        let out = tmp.path().join(format!("cut{i}"));
        let partial = tmp.path().join(format!("cut{i}.partial"));
        fs::create_dir(&partial).unwrap();
        fs::write(partial.join("plan.json"), &plan).unwrap();
        let mut damaged = spool[..cut].to_vec();
        // Half of them with a tail of rubbish, as a power cut may leave.
        if i % 2 == 1 {
            damaged.extend((0..source.below(400)).map(|k| if k < 200 { 0 } else { source.next() as u8 }));
        }
        fs::write(partial.join("records.spool"), &damaged).unwrap();
        let store = Store::open(request(&out, &cat)).unwrap();
        let kept = store.spool().len();
        assert!(kept <= 9 && (cut < spool.len() || kept == 9), "{cut}: {kept}");
        if cut >= 80 {
            assert!(store.spool().cut() > 0 || damaged.len() == cut);
        }
        drop(store);
        go(&cat, request(&out, &cat), n, 2, None);
        assert_eq!(bytes(&out), expected, "cut at {cut}");
    }
}

const CHILD: &str = "CAREWEAVE_TEST_CHILD_OUT";

/// Not a test by itself: the process that the next one kills.
#[test]
fn child_that_is_killed() {
    let Some(out) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let plan = Plan {
        count: Count::Fixed(400),
        shard: None,
        threads: 2,
        stop: &stop,
        each: 1,
    };
    let mut store = Store::open(request(&out, &cat)).unwrap();
    let slow = |r| {
        std::thread::sleep(Duration::from_millis(10));
        record(&cat, r)
    };
    run(&plan, &cat, &slow, &mut store, &mut ()).unwrap();
    let done = ending(400, false);
    store
        .finish(&done, |draft, records| tables(&cat, draft, records))
        .unwrap();
}

/// A real SIGKILL, three times over on one folder; the lock of a dead process holds nobody up.
#[test]
fn killed_and_resumed_gives_the_same_folder() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let [out, whole] = ["out", "whole"].map(|name| tmp.path().join(name));
    let spool = tmp.path().join("out.partial/records.spool");
    let mut last = 0;
    for _ in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::tests::child_that_is_killed"])
            .env(CHILD, &out)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Until it has written something new, so that each kill falls into the work.
        let size = || fs::metadata(&spool).map_or(0, |m| m.len());
        while size() < last + 2_000 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        last = size();
        assert!(last > 2_000 && !out.exists());
    }
    let store = Store::open(request(&out, &cat)).unwrap();
    let kept = store.spool().len();
    assert!(kept > 3 && kept < 400, "{kept}");
    drop(store);
    go(&cat, request(&out, &cat), 400, 2, None);
    go(&cat, request(&whole, &cat), 400, 1, None);
    assert_eq!(bytes(&out), bytes(&whole));
}

#[test]
fn without_a_folder_records_live_in_an_unnamed_file() {
    let cat = catalogue();
    let unnamed = Request {
        out: None,
        ..request(Path::new("x"), &cat)
    };
    let mut store = Store::open(unnamed).unwrap();
    for r in [1, 0, 3] {
        store.keep(&record(&cat, r)).unwrap();
    }
    assert_eq!((store.prefix(), store.spool().len()), (2, 3));
    let mut seen = Vec::new();
    store.records(9).visit(&mut |r| seen.push(r.clone())).unwrap();
    assert_eq!(seen, [record(&cat, 0), record(&cat, 1)]);
    store
        .finish(&ending(2, true), |_, _| panic!("nothing to write into"))
        .unwrap();
}

#[test]
fn a_plan_is_known_by_its_content_not_by_the_order_of_its_keys() {
    let object = |v: Value| {
        if let Value::Object(m) = v {
            Identity::new(m)
        } else {
            panic!()
        }
    };
    let a = object(json!({"a": 1, "b": {"c": [1, 2], "d": "x"}}));
    assert_eq!(
        a.hash(),
        object(json!({"b": {"d": "x", "c": [1, 2]}, "a": 1})).hash()
    );
    let b = object(json!({"a": 1, "b": {"c": [1, 3]}, "e": true}));
    assert_eq!(a.differences(&b), ["b.c.1", "b.d", "e"]);
    assert_ne!(
        object(json!({"ab": "c"})).hash(),
        object(json!({"a": "bc"})).hash()
    );
    // Floats with all their digits survive the file.
    let mut source = Source(5);
    for _ in 0..2_000 {
        let x = f64::from_bits(source.next());
        if x.is_finite() {
            let plan = object(json!({"x": x}));
            let text = serde_json::to_string(plan.plan()).unwrap();
            assert_eq!(
                Identity::new(serde_json::from_str(&text).unwrap()).hash(),
                plan.hash(),
                "{x:e}"
            );
        }
    }
    assert_eq!(Shard::new(1, 1).unwrap().count(5), 5);
}
