//! One comparison, pinned to the last bit.
//!
//! A changed hash means that every result of this program with every seed has changed. That is right when a
//! rule, a default value, a law, a draw, the order of events or what is recorded was changed on purpose: say which
//! in `CHANGELOG.md` and pin the new hash, which the failing test prints. It is a defect when only speed, names, files,
//! texts or the command line were touched, or when it differs between two computers.

use careweave::pathway::Pathway;

use crate::world_tools::{compare, small};

/// BLAKE3 of the values of a record, in order, 8 bytes each, the least significant first.
fn hash(p: &Pathway, replication: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    for value in p.replicate(replication).values {
        hasher.update(&value.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[test]
fn a_small_comparison_gives_the_pinned_record() {
    let p = compare(vec![small("networked", &[]), small("integrated", &[])], 1);
    assert_eq!(
        hash(&p, 0),
        "45081ce7c9f6ccc2ad3acff82543a1b431457cad68927ca1bc079fd29844ed0a"
    );
}

#[test]
fn the_course_of_a_small_locality_is_the_pinned_one() {
    let p = compare(vec![small("networked", &[])], 1);
    let digest = blake3::Hash::from_bytes(p.course(0).digest());
    assert_eq!(
        digest.to_hex().as_str(),
        "25d0e95aa9005ec8f4a53ae230837ad7a716c8a21d917ba5d6ae62c16716f267"
    );
}
