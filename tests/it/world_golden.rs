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
        "bc8d2b6794de23f67a51641a50f4058f1df54ae2c0f2bdc431cbcbf72140ef0e"
    );
}

#[test]
fn the_course_of_a_small_locality_is_the_pinned_one() {
    let p = compare(vec![small("networked", &[])], 1);
    let digest = blake3::Hash::from_bytes(p.course(0).digest());
    assert_eq!(
        digest.to_hex().as_str(),
        "ce2ea29ff6837d6aea2a6088e59a4f957ac34ea42932cfc266acddada9091fb1"
    );
}
