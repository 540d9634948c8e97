//! What a kill or a power cut may leave of the folder of an unfinished run, and how it is put right.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::tests::{bytes, ending, go, identity, request, tables};
use super::*;
use crate::experiment::synthetic::{catalogue, record};
use crate::experiment::{Keeper, Shard};
use crate::observe::Catalogue;

fn forced(out: &Path, cat: &Catalogue) -> Request {
    Request {
        force: true,
        ..request(out, cat)
    }
}

/// A store with `n` records kept.
fn kept(request: Request, cat: &Catalogue, n: u64) -> Store {
    let mut store = Store::open(request).unwrap();
    (0..n).for_each(|r| store.keep(&record(cat, r)).unwrap());
    store
}

/// Where the system cannot swap two folders in one step, a kill may fall between the two steps.
#[test]
fn what_was_to_be_replaced_comes_back_if_nothing_took_its_place() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    go(&cat, request(&out, &cat), 3, 1, None);
    let before = bytes(&out);
    drop(kept(forced(&out, &cat), &cat, 2));
    let replaced = tmp.path().join("out.partial/replaced");
    fs::rename(&out, &replaced).unwrap();
    let e = Store::open(request(&out, &cat)).unwrap_err();
    assert!(matches!(e, StoreError::Exists(_)), "{e}");
    assert_eq!(bytes(&out), before);
    // The records of the run that was to replace it are still there, too.
    let store = Store::open(forced(&out, &cat)).unwrap();
    assert_eq!(store.spool().len(), 2);
}

/// Killed after the folder appeared: the next command on it, even one that is refused, ends the tidying up.
#[test]
fn what_a_finished_run_left_is_removed_by_the_next_command() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let (out, partial) = (tmp.path().join("out"), tmp.path().join("out.partial"));
    go(&cat, request(&out, &cat), 3, 1, None);
    let manifest = fs::read(out.join(MANIFEST)).unwrap();
    let done = blake3::hash(&manifest).to_hex().to_string();
    let before = bytes(&out);
    drop(kept(forced(&out, &cat), &cat, 3));
    fs::write(partial.join("done"), done).unwrap();
    assert!(matches!(
        Store::open(request(&out, &cat)),
        Err(StoreError::Exists(_))
    ));
    assert!(!partial.exists());
    assert_eq!(bytes(&out), before);
    // A mark of other results than those that are there says nothing: what is kept stays kept.
    drop(kept(forced(&out, &cat), &cat, 5));
    fs::write(partial.join("done"), "0".repeat(64)).unwrap();
    assert!(Store::open(request(&out, &cat)).is_err());
    assert_eq!(Store::open(forced(&out, &cat)).unwrap().spool().len(), 5);
    // Nor is it believed once a run was interrupted, whose folder would look the same.
    let store = Store::open(forced(&out, &cat)).unwrap();
    store
        .finish(&ending(5, true), |draft, records| tables(&cat, draft, records))
        .unwrap();
    assert!(!partial.join("done").exists() && partial.exists());
}

#[test]
fn a_folder_that_vanishes_is_noticed() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let (out, partial) = (tmp.path().join("out"), tmp.path().join("out.partial"));
    let mut store = kept(request(&out, &cat), &cat, 2);
    fs::rename(&partial, tmp.path().join("elsewhere")).unwrap();
    let e = store.keep(&record(&cat, 2)).unwrap_err();
    assert!(matches!(e, StoreError::Vanished(_)) && e.exit_code() == 3);
    // Another run has begun there meanwhile: it is left alone.
    let other = kept(request(&out, &cat), &cat, 4);
    let e = store.keep(&record(&cat, 2)).unwrap_err();
    assert!(matches!(e, StoreError::Vanished(_)), "{e}");
    let e = store.finish(&ending(2, false), |draft, records| tables(&cat, draft, records));
    assert!(matches!(e, Err(StoreError::Vanished(_))));
    assert_eq!(other.spool().len(), 4);
    drop(other);
    assert_eq!(Spool::count(&partial.join(RECORDS)), 4);
}

#[test]
fn an_interrupted_run_never_takes_the_place_of_one_that_came_further() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let end = |n| {
        let store = kept(request(&out, &cat), &cat, n);
        let done = store.finish(&ending(n, true), |draft, records| tables(&cat, draft, records));
        done.unwrap();
        Manifest::read(&out).unwrap().replications
    };
    assert_eq!(end(6), 6);
    fs::remove_dir_all(tmp.path().join("out.partial")).unwrap();
    assert_eq!(end(4), 6);
    assert_eq!(end(7), 7);
    // A shard of the same plan is something else, and does not replace it either.
    fs::remove_dir_all(tmp.path().join("out.partial")).unwrap();
    let shard = Request {
        shard: Some(Shard::new(1, 2).unwrap()),
        ..request(&out, &cat)
    };
    assert!(matches!(Store::open(shard), Err(StoreError::Exists(_))));
}

#[test]
fn records_of_another_plan_are_discarded_only_when_forced() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let (a, b) = (tmp.path().join("a"), tmp.path().join("b"));
    let other = |out: &Path| Request {
        identity: identity(2),
        ..request(out, &cat)
    };
    drop(kept(request(&a, &cat), &cat, 2));
    drop(kept(other(&b), &cat, 2));
    let spool = |of: &str| tmp.path().join(of).join(RECORDS);
    fs::copy(spool("b.partial"), spool("a.partial")).unwrap();
    let e = Store::open(request(&a, &cat)).unwrap_err();
    assert!(matches!(e, StoreError::Damaged { .. }), "{e}");
    assert_eq!(Spool::count(&spool("a.partial")), 2);
    assert!(Store::open(forced(&a, &cat)).unwrap().spool().is_empty());
}

#[test]
fn what_comes_to_nothing_leaves_nothing() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    drop(Store::open(request(&out, &cat)).unwrap());
    assert_eq!(fs::read_dir(tmp.path()).unwrap().count(), 0);
    let failed = Store::open(request(&out, &cat))
        .unwrap()
        .finish(&ending(1, false), |draft, _| {
            draft.write("x", |w| w.write_all(b"half"))?;
            Err(StoreError::NoShards)
        });
    assert!(failed.is_err());
    assert_eq!(fs::read_dir(tmp.path()).unwrap().count(), 0);
    assert!(left(&out).is_none());
    drop(kept(request(&out, &cat), &cat, 3));
    let found = left(&out).unwrap();
    assert_eq!(
        (found.records, found.partial),
        (3, tmp.path().join("out.partial"))
    );
}
