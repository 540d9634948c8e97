//! Shards merged are exactly what one machine would have written; shards that do not fit are named.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Map;
use tempfile::TempDir;

use super::tests::{bytes, go, identity, request, tables};
use super::*;
use crate::experiment::synthetic::catalogue;
use crate::experiment::{How, Shard};
use crate::observe::Catalogue;

fn shard(tmp: &Path, cat: &Catalogue, i: u64, of: u64, n: u64) -> PathBuf {
    let out = tmp.join(format!("shard{i}of{of}_{n}"));
    let shard = Some(Shard::new(i, of).unwrap());
    assert_eq!(
        go(
            cat,
            Request {
                shard,
                ..request(&out, cat)
            },
            n,
            2,
            None
        ),
        How::Complete
    );
    out
}

fn merge(cat: &Catalogue, folders: &[PathBuf], out: &Path) -> Result<(), StoreError> {
    let merged = Merged::open(folders, cat.layout().hash())?;
    assert_eq!(merged.identity(), &identity(1));
    merged.finish(out, false, true, &Map::new(), |draft, records| {
        tables(cat, draft, records)
    })
}

#[test]
fn merged_shards_equal_one_run_byte_for_byte() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let whole = tmp.path().join("whole");
    go(&cat, request(&whole, &cat), 11, 1, None);
    for of in [1, 3, 13] {
        let mut parts: Vec<PathBuf> = (1..=of).map(|i| shard(tmp.path(), &cat, i, of, 11)).collect();
        parts.reverse();
        let names: Vec<String> = bytes(&parts[0]).into_keys().collect();
        assert_eq!(names, ["manifest.json", "records.spool"], "a shard has no tables");
        let out = tmp.path().join(format!("merged{of}"));
        merge(&cat, &parts, &out).unwrap();
        assert_eq!(bytes(&out), bytes(&whole));
        assert!(!tmp.path().join(format!("merged{of}.partial")).exists());
        assert!(matches!(merge(&cat, &parts, &out), Err(StoreError::Exists(_))));
    }
}

#[test]
fn shards_that_do_not_fit_together_are_named() {
    let (cat, tmp) = (catalogue(), TempDir::new().unwrap());
    let out = tmp.path().join("out");
    let [a, b, c] = [1, 2, 3].map(|i| shard(tmp.path(), &cat, i, 3, 7));
    let refused = |folders: &[&PathBuf]| {
        let folders: Vec<PathBuf> = folders.iter().map(|p| p.to_path_buf()).collect();
        let e = merge(&cat, &folders, &out).unwrap_err();
        assert!(!out.exists());
        (e.exit_code(), e.to_string())
    };
    let check = |found: (u8, String), code: u8, words: &str| {
        assert!(found.0 == code && found.1.contains(words), "{found:?}");
    };
    check(refused(&[]), 2, "no shards");
    check(refused(&[&a, &c]), 2, "these shards are missing: 2/3");
    let copy = tmp.path().join("copy");
    fs::create_dir(&copy).unwrap();
    bytes(&b)
        .iter()
        .for_each(|(name, text)| fs::write(copy.join(name), text).unwrap());
    check(refused(&[&a, &b, &copy, &c]), 2, "are both shard 2/3");
    check(
        refused(&[&a, &b, &shard(tmp.path(), &cat, 3, 3, 8)]),
        2,
        "differ in number of replications",
    );
    check(
        refused(&[&a, &b, &shard(tmp.path(), &cat, 3, 4, 7)]),
        2,
        "differ in number of shards",
    );
    let nowhere = tmp.path().join("nowhere");
    check(refused(&[&a, &nowhere]), 2, "nowhere is no shard");
    let whole = tmp.path().join("whole");
    go(&cat, request(&whole, &cat), 7, 1, None);
    check(refused(&[&whole]), 2, "whole is no shard");

    let other = tmp.path().join("other");
    let request = Request {
        shard: Some(Shard::new(3, 3).unwrap()),
        ..request(&other, &cat)
    };
    go(
        &cat,
        Request {
            identity: identity(9),
            ..request.clone()
        },
        7,
        1,
        None,
    );
    check(refused(&[&a, &b, &other]), 2, "differ in seed");
    // A shard that is still at work, or was interrupted, has records but no folder.
    let unfinished = tmp.path().join("unfinished");
    let request = Request {
        out: Some(unfinished.clone()),
        ..request
    };
    assert_eq!(go(&cat, request.clone(), 70, 1, Some(4)), How::Interrupted);
    assert!(!unfinished.exists());
    check(refused(&[&a, &b, &unfinished]), 2, "is not finished");
    assert_eq!(go(&cat, request, 7, 1, None), How::Complete);
    // (It has finished more than seven by now; only its own below seven are written.)
    merge(&cat, &[a.clone(), b.clone(), unfinished], &out).unwrap();
    fs::remove_dir_all(&out).unwrap();
    // Records cut short.
    let path = b.join(RECORDS);
    let good = fs::read(&path).unwrap();
    fs::write(&path, &good[..good.len() - 3]).unwrap();
    check(refused(&[&a, &b, &c]), 3, "records.spool is damaged");
    fs::write(&path, &good[..80]).unwrap();
    check(refused(&[&a, &b, &c]), 3, "0 records where 2 belong");
}
