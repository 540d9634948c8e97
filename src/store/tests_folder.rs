//! What an output folder refuses, and what it leaves alone.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::tests::{bytes, ending, go, identity, request, tables};
use super::*;
use crate::experiment::synthetic::{catalogue, record};
use crate::experiment::{Keeper, Shard};

fn refusal(request: Request) -> StoreError {
    Store::open(request).expect_err("it must be refused")
}

#[test]
fn an_existing_folder_is_refused_and_replaced_only_when_forced() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    go(&cat, request(&out, &cat), 3, 1, None);
    let before = bytes(&out);
    let e = refusal(request(&out, &cat));
    assert!(matches!(e, StoreError::Exists(_)) && e.exit_code() == 2);
    assert!(e.to_string().contains("--force"));
    assert!(
        !tmp.path().join("out.partial").exists(),
        "a refusal leaves no trace"
    );
    assert_eq!(bytes(&out), before);
    go(
        &cat,
        Request {
            force: true,
            ..request(&out, &cat)
        },
        5,
        1,
        None,
    );
    assert_eq!(Manifest::read(&out).unwrap().replications, 5);
    assert_eq!(
        fs::read_dir(tmp.path()).unwrap().count(),
        1,
        "nothing of the old one is left"
    );
}

#[test]
fn what_is_not_ours_is_never_replaced() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let forced = |out: &Path| Request {
        force: true,
        ..request(out, &cat)
    };
    let home = tmp.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(refusal(request(&home, &cat)), StoreError::Exists(_)));
    assert!(matches!(refusal(forced(&home)), StoreError::NotResults(_)));
    fs::write(home.join("manifest.json"), "{\"format\": \"something else\"}").unwrap();
    assert!(matches!(refusal(forced(&home)), StoreError::NotResults(_)));
    assert!(matches!(
        refusal(forced(&home.join("thesis.txt"))),
        StoreError::NotResults(_)
    ));
    assert!(matches!(refusal(forced(Path::new("/"))), StoreError::NoName(_)));
    // Nor is a folder that happens to bear the name of the partial one.
    let download = tmp.path().join("film.partial");
    fs::create_dir(&download).unwrap();
    fs::write(download.join("half.mkv"), "x").unwrap();
    assert!(matches!(
        refusal(forced(&tmp.path().join("film"))),
        StoreError::NotResults(_)
    ));
    assert_eq!(fs::read(download.join("half.mkv")).unwrap(), b"x");
    assert_eq!(fs::read(home.join("thesis.txt")).unwrap(), b"years of work");
    // An empty folder may be taken when forced.
    let empty = tmp.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(refusal(request(&empty, &cat)), StoreError::Exists(_)));
    go(&cat, forced(&empty), 2, 1, None);
}

#[test]
fn two_runs_on_one_folder_get_a_clear_error() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let mut first = Store::open(request(&out, &cat)).unwrap();
    first.keep(&record(&cat, 0)).unwrap();
    let e = refusal(Request {
        force: true,
        ..request(&out, &cat)
    });
    assert!(matches!(e, StoreError::Busy(_)) && e.exit_code() == 3, "{e}");
    drop(first);
    // The lock goes with its holder; the record stays.
    assert_eq!(Store::open(request(&out, &cat)).unwrap().spool().len(), 1);
}

#[test]
fn an_unfinished_run_of_another_plan_is_refused_with_what_differs() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let mut store = Store::open(request(&out, &cat)).unwrap();
    store.keep(&record(&cat, 0)).unwrap();
    drop(store);
    let other = Request {
        identity: identity(2),
        ..request(&out, &cat)
    };
    let e = refusal(other.clone());
    let text = e.to_string();
    assert!(
        text.contains("they differ in seed") && e.exit_code() == 2,
        "{text}"
    );
    let shard = Request {
        shard: Some(Shard::new(1, 2).unwrap()),
        ..request(&out, &cat)
    };
    assert!(
        refusal(shard)
            .to_string()
            .contains("an unfinished run of the whole experiment")
    );
    // Refusals cost nothing; forced, the other plan's records go.
    assert_eq!(Store::open(request(&out, &cat)).unwrap().spool().len(), 1);
    assert_eq!(
        Store::open(Request { force: true, ..other })
            .unwrap()
            .spool()
            .len(),
        0
    );
    // Forced with the same plan, records stay: they are the same bytes.
    let same = Request {
        identity: identity(2),
        force: true,
        ..request(&out, &cat)
    };
    let mut store = Store::open(same.clone()).unwrap();
    store.keep(&record(&cat, 0)).unwrap();
    drop(store);
    assert_eq!(Store::open(same).unwrap().spool().len(), 1);
}

#[test]
fn tables_that_fail_lose_no_record_and_leave_no_folder() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let mut store = Store::open(request(&out, &cat)).unwrap();
    (0..4).for_each(|r| store.keep(&record(&cat, r)).unwrap());
    let ending = ending(4, false);
    let failed = store.finish(&ending, |draft, _| {
        draft.write("overall.csv", |w| {
            w.write_all(b"half")?;
            Err(std::io::Error::new(
                std::io::ErrorKind::StorageFull,
                "no space left on device",
            ))
        })
    });
    let e = failed.unwrap_err();
    assert_eq!(e.exit_code(), 3);
    assert!(
        e.to_string().contains("cannot write") && e.to_string().contains("overall.csv"),
        "{e}"
    );
    assert!(!out.exists());
    let store = Store::open(request(&out, &cat)).unwrap();
    assert_eq!(store.spool().len(), 4);
    store
        .finish(&ending, |draft, records| tables(&cat, draft, records))
        .unwrap();
    assert!(bytes(&out).values().all(|b| b != b"half"));
}

/// A run killed after its folder appeared but before its partial folder was gone.
#[test]
fn a_kill_while_tidying_up_does_no_harm() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    go(&cat, request(&out, &cat), 3, 1, None);
    let partial = tmp.path().join("out.partial");
    for leftover in [&["lock", "plan.json.new"][..], &[][..]] {
        fs::create_dir_all(&partial).unwrap();
        leftover
            .iter()
            .for_each(|name| fs::write(partial.join(name), "").unwrap());
        go(
            &cat,
            Request {
                force: true,
                ..request(&out, &cat)
            },
            4,
            1,
            None,
        );
        assert!(!partial.exists());
    }
}

#[test]
fn a_damaged_record_in_a_finished_folder_is_noticed() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    go(&cat, request(&out, &cat), 3, 1, None);
    let path = out.join(RECORDS);
    let good = fs::read(&path).unwrap();
    let open = || Spool::open_finished(&path, &identity(1), cat.layout().hash());
    assert_eq!(open().unwrap().len(), 3);
    for at in [0, 20, 50, 79, 80, 100, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&path, bad).unwrap();
        let e = open().unwrap_err();
        assert!(
            matches!(e, StoreError::Damaged { .. }) && e.exit_code() == 3,
            "{at}"
        );
    }
    fs::write(&path, good).unwrap();
    let e = Spool::open_finished(&path, &identity(2), cat.layout().hash()).unwrap_err();
    assert!(e.to_string().contains("another plan"), "{e}");
    fs::remove_file(&path).unwrap();
    assert_eq!(open().unwrap_err().exit_code(), 3);
}
