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
        "2d84e587ae675b03b3386e0ca64bbc54cf9d9a19e3e10fb304ac837d092d4725"
    );
}

#[test]
fn the_course_of_a_small_locality_is_the_pinned_one() {
    let p = compare(vec![small("networked", &[])], 1);
    let digest = blake3::Hash::from_bytes(p.course(0).digest());
    assert_eq!(
        digest.to_hex().as_str(),
        "94ed1b23c07c12a490e5c8a77b94f2988badd1674e7774d20e8c6b8328c7093b"
    );
}
