//! Tests of records, layouts, catalogues and the bytes of a frame.

use proptest::prelude::*;

use super::*;
use crate::base::{DAY, HOUR};

fn small() -> (Catalogue, MeasureId, MeasureId, WaitId, GroupId, GroupId) {
    let mut b = CatalogueBuilder::new(&["networked", "integrated"]);
    let rich = b.group("deprivation", "5");
    let poor = b.group("deprivation", "1");
    let people = b.measure("people", Breadth::ByGroup);
    let hours = b.measure("busy_secs_gp", Breadth::Overall);
    let wait = b.wait("wait_cns", Breadth::ByGroup, Bins::days(3), &["started", "died"]);
    b.outcome(Outcome::new(
        "p50_wait_cns_days",
        "Median wait",
        "days",
        Better::Lower,
        Kind::Centile {
            wait,
            cause: 0,
            q: 0.5,
            unit: DAY,
        },
    ));
    (b.build().unwrap(), people, hours, wait, rich, poor)
}

#[test]
fn positions_do_not_overlap_and_cover_the_record() {
    let (cat, people, hours, wait, ..) = small();
    let mut seen = vec![0; cat.layout().len()];
    for arm in 0..2 {
        for g in 0..3 {
            seen[cat.at(arm, people, GroupId(g))] += 1;
            let base = cat.wait_at(arm, wait, GroupId(g));
            (base..base + cat.waits()[0].width()).for_each(|p| seen[p] += 1);
        }
        seen[cat.at(arm, hours, GroupId::ALL)] += 1;
    }
    assert!(seen.iter().all(|&n| n == 1), "{seen:?}");
}

#[test]
fn a_person_counts_for_everybody_and_in_own_groups() {
    let (cat, people, hours, wait, rich, poor) = small();
    let mut t = Tally::new(&cat, 7);
    t.add(0, people, &[rich], 1);
    t.add(0, people, &[poor], 1);
    t.add(1, hours, &[poor], 3_600);
    t.wait_ended(1, wait, &[poor], 1, 2 * DAY + 5);
    t.wait_censored(1, wait, &[rich], DAY - 1);
    t.wait_ended(1, wait, &[], 0, 3 * DAY);
    assert_eq!(
        (
            t.get(0, people, GroupId::ALL),
            t.get(0, people, poor),
            t.get(1, people, rich)
        ),
        (2, 1, 0)
    );
    assert_eq!(t.get(1, hours, GroupId::ALL), 3_600);
    let r = t.finish();
    let w = &cat.waits()[0];
    let all = cat.wait_at(1, wait, GroupId::ALL);
    assert_eq!(r.values[all], 3);
    assert_eq!(r.values[all + w.event_offset(1, 2)], 1);
    assert_eq!(r.values[all + w.censored_offset(0)], 1);
    // The one served at the horizon is at risk to the end and in no bin.
    assert_eq!(r.values[all + 1..all + w.width()].iter().sum::<i64>(), 2);
    assert_eq!(r.values[cat.wait_at(1, wait, rich)], 1);
    assert_eq!(r.replication, 7);
}

#[test]
#[should_panic(expected = "`networked/busy_secs_gp` exceeds 64 bits")]
fn an_overflow_names_its_field() {
    let (cat, _, hours, ..) = small();
    let mut t = Tally::new(&cat, 0);
    t.add(0, hours, &[], i64::MAX);
    t.add(0, hours, &[], 1);
}

#[test]
fn the_hash_of_a_layout_knows_names_lengths_order_and_edges() {
    let hash = |fields: &[(&str, usize)]| Layout::new(fields.iter().copied()).unwrap().hash();
    let a = hash(&[("a", 1), ("bc", 2)]);
    assert_eq!(a, hash(&[("a", 1), ("bc", 2)]));
    for other in [
        &[("ab", 1), ("c", 2)],
        &[("a", 2), ("bc", 1)],
        &[("bc", 2), ("a", 1)],
    ] {
        assert_ne!(a, hash(other));
    }
    assert_eq!(
        Layout::new([("a", 1), ("a", 1)]),
        Err(LayoutError::Duplicate("a".into()))
    );
    assert!(matches!(
        Layout::new([("a", 1 << 27)]),
        Err(LayoutError::TooLong(_))
    ));
    let with = |bins| {
        let mut b = CatalogueBuilder::new(&["a"]);
        b.wait("w", Breadth::Overall, bins, &["started"]);
        b.build().unwrap().layout().hash()
    };
    assert_ne!(with(Bins::days(2)), with(Bins::hours(2)));
}

#[test]
fn mistakes_in_a_catalogue_are_refused() {
    let empty: [&str; 0] = [];
    assert_eq!(CatalogueBuilder::new(&empty).build(), Err(CatalogueError::NoArms));
    assert_eq!(
        CatalogueBuilder::new(&["a", "a"]).build(),
        Err(CatalogueError::Duplicate("a".into()))
    );
    let with = |kind: &dyn Fn(MeasureId, WaitId, GroupId) -> Kind| {
        let mut b = CatalogueBuilder::new(&["a"]);
        let m = b.measure("m", Breadth::Overall);
        let w = b.wait("w", Breadth::Overall, Bins::days(10), &["started"]);
        let g = b.group("sex", "f");
        let kind = kind(m, w, g);
        b.outcome(Outcome::new("o", "", "", Better::Neither, kind));
        b.build()
    };
    assert!(
        with(&|m, _, _| Kind::Ratio {
            num: m,
            den: m,
            scale: 1.0
        })
        .is_ok()
    );
    let bad: [&dyn Fn(MeasureId, WaitId, GroupId) -> Kind; 8] = [
        &|m, _, _| Kind::Ratio {
            num: m,
            den: m,
            scale: f64::NAN,
        },
        &|m, _, _| Kind::Ratio {
            num: m,
            den: MeasureId(9),
            scale: 1.0,
        },
        &|_, w, _| Kind::Incidence {
            wait: w,
            cause: 1,
            at: DAY,
            scale: 1.0,
        },
        &|_, w, _| Kind::Incidence {
            wait: w,
            cause: 0,
            at: 11 * DAY,
            scale: 1.0,
        },
        &|_, w, _| Kind::Centile {
            wait: w,
            cause: 0,
            q: 1.0,
            unit: DAY,
        },
        &|_, w, _| Kind::RestrictedMean {
            wait: w,
            upto: DAY,
            unit: 0,
        },
        &|m, _, g| Kind::Gap {
            num: m,
            den: m,
            scale: 1.0,
            of: g,
            from: GroupId::ALL,
        },
        &|m, _, g| Kind::Slope {
            num: m,
            den: m,
            scale: 1.0,
            groups: vec![g],
        },
    ];
    for kind in bad {
        assert!(matches!(with(kind), Err(CatalogueError::Outcome { .. })));
    }
}

#[test]
fn a_duration_on_an_edge_belongs_to_the_bin_it_begins() {
    let bins = Bins::from_edges(&[0, HOUR, DAY]).unwrap();
    let found: Vec<_> = [-5, 0, HOUR - 1, HOUR, DAY - 1, DAY].map(|t| bins.of(t)).into();
    assert_eq!(found, [Some(0), Some(0), Some(0), Some(1), Some(1), None]);
    assert_eq!(Bins::from_edges(&[1, 2]), None);
    assert_eq!(Bins::from_edges(&[0, 2, 2]), None);
    assert_eq!(Bins::uniform(0, 3), None);
    assert_eq!(Bins::uniform(i64::MAX, 3), None);
}

/// The stored form is for ever: a spool of today must be read by tomorrow's program.
#[test]
fn bytes_of_a_frame_are_pinned() {
    let record = Record {
        replication: 3,
        values: vec![0, 0, 1, -1, 300, 0],
    };
    let mut bytes = Vec::new();
    encode_frame(&record, &mut bytes);
    let payload = [3, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 1, 2, 1, 0xd8, 4, 0, 0];
    assert_eq!(bytes[8..], payload);
    assert_eq!(bytes[..4], 20u32.to_le_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes[..4]);
    crc.update(&payload);
    assert_eq!(bytes[4..8], crc.finalize().to_le_bytes());
}

fn value() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(0i64), 3 => -200i64..200, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX)]
}

proptest! {
    #[test]
    fn a_frame_reads_back_and_every_cut_or_flip_is_noticed(
        replication in any::<u64>(),
        values in prop::collection::vec(value(), 0..80),
        cut in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let record = Record { replication, values };
        let mut bytes = Vec::new();
        encode_frame(&record, &mut bytes);
        let (back, len) = decode_frame(&bytes).unwrap();
        prop_assert_eq!(&back, &record);
        prop_assert_eq!(len, bytes.len());
        let mut scratch = Vec::new();
        prop_assert_eq!(read_frame(&mut bytes.as_slice(), &mut scratch).unwrap(), Some(record));
        let at = cut.index(bytes.len());
        prop_assert!(matches!(decode_frame(&bytes[..at]), Err(FrameError::Truncated)));
        match read_frame(&mut &bytes[..at], &mut scratch) {
            Ok(None) => prop_assert_eq!(at, 0),
            Err(FrameError::Truncated) => prop_assert!(at > 0),
            other => prop_assert!(false, "{:?}", other),
        }
        bytes[at] ^= 1 << bit;
        prop_assert!(decode_frame(&bytes).is_err());
    }
}

#[test]
fn a_tail_of_zeros_is_no_record() {
    assert!(matches!(decode_frame(&[0; 64]), Err(FrameError::Corrupt(_))));
}
