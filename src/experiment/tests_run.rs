//! Tests of running replications: threads, shards, interruption, panics, `auto`.

use crate::base::effort::Endless;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::synthetic::{catalogue, record};
use super::*;
use crate::observe::{Catalogue, Record};

fn plan(count: Count, threads: usize, stop: &AtomicBool) -> Plan<'_> {
    Plan {
        count,
        shard: None,
        threads,
        stop,
        each: 1,
    }
}

fn fixed(n: u64, threads: usize, cat: &Catalogue, keeper: &mut Memory) -> Finished {
    let stop = AtomicBool::new(false);
    run(
        &plan(Count::Fixed(n), threads, &stop),
        cat,
        &|r| record(cat, r),
        keeper,
        &mut (),
    )
    .unwrap()
}

fn bits(cat: &Catalogue, keeper: &mut Memory, n: u64) -> Vec<u64> {
    let found = estimate(cat, &mut Prefix::new(keeper, n)).unwrap();
    let rows = found.rows.iter().map(|r| r.estimate);
    let all = rows.chain(
        found
            .pairs
            .iter()
            .flat_map(|p| [p.paired.difference, p.paired.relative]),
    );
    all.flat_map(|e| [e.value(), e.low(), e.high()])
        .map(|x| x.map_or(0, f64::to_bits))
        .collect()
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let cat = catalogue();
    let mut one = Memory::default();
    let finished = fixed(23, 1, &cat, &mut one);
    assert_eq!(
        finished,
        Finished {
            replications: 23,
            how: How::Complete
        }
    );
    for threads in [2, 7] {
        let mut other = Memory::default();
        fixed(23, threads, &cat, &mut other);
        assert_eq!(one, other);
        assert_eq!(bits(&cat, &mut one, 23), bits(&cat, &mut other, 23));
    }
}

#[test]
fn a_run_computes_only_what_is_missing() {
    let cat = catalogue();
    let mut keeper = Memory::default();
    for r in [0, 3, 4] {
        keeper.keep(&record(&cat, r)).unwrap();
    }
    let asked = Mutex::new(BTreeSet::new());
    let stop = AtomicBool::new(false);
    let work = |r| {
        assert!(asked.lock().unwrap().insert(r), "twice");
        record(&cat, r)
    };
    run(
        &plan(Count::Fixed(6), 2, &stop),
        &cat,
        &work,
        &mut keeper,
        &mut (),
    )
    .unwrap();
    assert_eq!(asked.into_inner().unwrap(), BTreeSet::from([1, 2, 5]));
    let mut whole = Memory::default();
    fixed(6, 1, &cat, &mut whole);
    assert_eq!(keeper, whole);
}

#[test]
fn shards_share_all_replications_out() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let mut whole = Memory::default();
    for i in 1..=3 {
        let mut part = Memory::default();
        let shard = Shard::new(i, 3).unwrap();
        let plan = Plan {
            shard: Some(shard),
            ..plan(Count::Fixed(11), 2, &stop)
        };
        let finished = run(&plan, &cat, &|r| record(&cat, r), &mut part, &mut ()).unwrap();
        assert_eq!(finished.how, How::Complete);
        assert_eq!(finished.replications, shard.count(11));
        for r in 0..11 {
            assert_eq!(part.has(r), r % 3 == i - 1);
        }
        for r in shard.replications(11) {
            whole.keep(&record(&cat, r)).unwrap();
        }
    }
    assert_eq!(whole.prefix(), 11);
    assert_eq!("2/4".parse(), Shard::new(2, 4));
    for bad in ["0/4", "5/4", "1", "a/b", "1/0", "-1/2", ""] {
        assert!(
            bad.parse::<Shard>()
                .unwrap_err()
                .to_string()
                .contains(&format!("`{bad}`"))
        );
    }
}

/// Ctrl-C: nothing new begins, what runs is finished and kept, and the prefix equals a run of that length.
#[test]
fn stopping_keeps_what_is_finished_and_reports_the_prefix() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let begun = AtomicUsize::new(0);
    let work = |r| {
        if begun.fetch_add(1, Ordering::SeqCst) == 9 {
            stop.store(true, Ordering::SeqCst);
        }
        record(&cat, r)
    };
    let mut keeper = Memory::default();
    let finished = run(
        &plan(Count::Fixed(1_000), 3, &stop),
        &cat,
        &work,
        &mut keeper,
        &mut (),
    )
    .unwrap();
    assert_eq!(finished.how, How::Interrupted);
    let n = finished.replications;
    assert!((1..=16).contains(&n), "{n}");
    assert_eq!(
        (0..1_000).filter(|&r| keeper.has(r)).count(),
        begun.load(Ordering::SeqCst)
    );
    let mut short = Memory::default();
    fixed(n, 1, &cat, &mut short);
    assert_eq!(bits(&cat, &mut keeper, n), bits(&cat, &mut short, n));
    // And the resumed run equals an undisturbed one.
    fixed(40, 2, &cat, &mut keeper);
    fixed(40, 1, &cat, &mut short);
    assert_eq!(keeper, short);
}

#[test]
fn a_panic_names_its_replication_and_keeps_the_others() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let work = |r| {
        assert!(r != 5, "the ward is on fire");
        record(&cat, r)
    };
    let mut keeper = Memory::default();
    let failure = run(
        &plan(Count::Fixed(50), 2, &stop),
        &cat,
        &work,
        &mut keeper,
        &mut (),
    )
    .unwrap_err();
    assert_eq!(
        failure,
        Failure::Panicked {
            replication: 5,
            message: "the ward is on fire".to_string()
        }
    );
    assert_eq!(keeper.prefix(), 5);
    assert!(failure.to_string().starts_with("replication 5 failed: the ward"));
    let wrong = |_| Record {
        replication: 0,
        values: vec![],
    };
    let failure = run(
        &plan(Count::Fixed(1), 1, &stop),
        &cat,
        &wrong,
        &mut keeper,
        &mut (),
    );
    assert_eq!(
        failure,
        Ok(Finished {
            replications: 1,
            how: How::Complete
        })
    );
    let failure = run(
        &plan(Count::Fixed(7), 1, &stop),
        &cat,
        &wrong,
        &mut keeper,
        &mut (),
    );
    assert!(
        matches!(failure, Err(Failure::Panicked { replication: 5, .. })),
        "{failure:?}"
    );
}

/// A clock that stands still is the scenario's fault and no defect of the program: told apart from a panic.
#[test]
fn a_clock_that_stands_still_is_told_with_its_second() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let work = |r| match r {
        2 => std::panic::resume_unwind(Box::new(Endless { at: 60 })),
        r => record(&cat, r),
    };
    let mut keeper = Memory::default();
    let failure = run(
        &plan(Count::Fixed(9), 2, &stop),
        &cat,
        &work,
        &mut keeper,
        &mut (),
    )
    .unwrap_err();
    let endless = Endless { at: 60 };
    assert_eq!(
        failure,
        Failure::Endless {
            replication: 2,
            endless
        }
    );
    assert!(
        failure
            .to_string()
            .starts_with("replication 2: at second 60 events lead")
    );
    assert_eq!(keeper.prefix(), 2);
}

/// Fills up after a few records.
struct Full(Memory, usize);

impl Keeper for Full {
    type Error = &'static str;

    fn has(&self, replication: u64) -> bool {
        self.0.has(replication)
    }

    fn keep(&mut self, record: &Record) -> Result<(), &'static str> {
        self.1 = self.1.checked_sub(1).ok_or("no space left")?;
        self.0.keep(record).map_err(|e: Infallible| match e {})
    }

    fn prefix(&self) -> u64 {
        self.0.prefix()
    }

    fn visit(&mut self, n: u64, f: &mut dyn FnMut(&Record)) -> Result<(), &'static str> {
        self.0.visit(n, f).map_err(|e| match e {})
    }
}

#[test]
fn a_full_disk_ends_the_run_and_keeps_what_was_kept() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let mut keeper = Full(Memory::default(), 4);
    let failure = run(
        &plan(Count::Fixed(100), 2, &stop),
        &cat,
        &|r| record(&cat, r),
        &mut keeper,
        &mut (),
    );
    assert_eq!(failure, Err(Failure::Keep("no space left")));
    assert_eq!((0..100).filter(|&r| keeper.has(r)).count(), 4);
}

#[derive(Default)]
struct Watch {
    looks: Vec<u64>,
    last: u64,
    wanted: u64,
}

impl Progress for Watch {
    fn begin(&mut self, wanted: u64, done: u64) {
        (self.wanted, self.last) = (wanted, done);
    }

    fn finished(&mut self, done: u64) {
        assert!(done == self.last + 1 && done <= self.wanted);
        self.last = done;
    }

    fn looked(&mut self, look: &Look) {
        self.looks.push(look.n);
    }
}

#[test]
fn auto_looks_at_multiples_of_forty_and_drops_the_surplus() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let outcome = cat.outcome("mean_days").unwrap();
    let auto = |target, cap| Auto {
        outcomes: vec![outcome],
        pairs: vec![(2, 0)],
        target,
        cap,
        rule: Rule::Spaced,
    };
    let go = |auto: Auto, threads, keeper: &mut Memory| {
        let mut watch = Watch::default();
        let plan = plan(Count::Auto(auto), threads, &stop);
        let finished = run(&plan, &cat, &|r| record(&cat, r), keeper, &mut watch).unwrap();
        (finished, watch.looks)
    };
    // Find a target that takes more than one look.
    let mut keeper = Memory::default();
    let (first, looks) = go(auto(f64::INFINITY, 400), 2, &mut keeper);
    assert_eq!((first.replications, looks), (40, vec![40]));
    let How::Precise(look) = first.how else { panic!() };
    let reached = look.worst().unwrap().relative.unwrap();

    let (finished, looks) = go(auto(reached * 0.6, 400), 2, &mut keeper);
    let How::Precise(look) = &finished.how else {
        panic!("{finished:?}")
    };
    assert_eq!(look.n, finished.replications);
    assert!(look.worst().unwrap().relative.unwrap() <= reached * 0.6);
    assert_eq!(
        looks,
        (1..=finished.replications / 40)
            .map(|k| 40 * k)
            .collect::<Vec<_>>()
    );
    assert!(looks.len() > 1);
    // More records than needed, or another number of threads, change nothing.
    for r in 0..300 {
        keeper.keep(&record(&cat, r)).unwrap();
    }
    assert_eq!(go(auto(reached * 0.6, 400), 7, &mut keeper).0, finished);
    // A cap that is no multiple of 40 is looked at, too.
    let (capped, looks) = go(auto(1e-9, 90), 1, &mut Memory::default());
    assert_eq!((capped.replications, looks), (90, vec![40, 80, 90]));
    assert!(matches!(capped.how, How::Capped(_)));
    // The twin arm does not vary: its difference is as precise as can be.
    let twin = Auto {
        pairs: vec![(1, 0)],
        ..auto(1e-9, 80)
    };
    assert_eq!(go(twin, 2, &mut Memory::default()).0.replications, 40);
    // An outcome without a value can never be precise.
    let never = Auto {
        outcomes: vec![cat.outcome("p99").unwrap()],
        pairs: vec![],
        ..auto(1e9, 80)
    };
    assert!(matches!(
        go(never, 2, &mut Memory::default()).0.how,
        How::Capped(_)
    ));
    // A shard cannot decide.
    let plan = Plan {
        shard: Some(Shard::new(1, 2).unwrap()),
        ..plan(Count::Auto(auto(0.1, 80)), 1, &stop)
    };
    let refused = run(&plan, &cat, &|r| record(&cat, r), &mut Memory::default(), &mut ());
    assert_eq!(refused, Err(Failure::AutoWithShard));
}

/// Where look-ahead stops depends on the plan alone: not on threads, nor on what is there already.
#[test]
fn look_ahead_stops_at_one_place_whatever_the_threads() {
    let cat = catalogue();
    let stop = AtomicBool::new(false);
    let outcome = cat.outcome("mean_days").unwrap();
    let auto = |target, cap| Auto {
        outcomes: vec![outcome],
        pairs: vec![(2, 0)],
        target,
        cap,
        rule: Rule::LookAhead,
    };
    let go = |auto: Auto, threads, keeper: &mut Memory| {
        let plan = plan(Count::Auto(auto), threads, &stop);
        run(&plan, &cat, &|r| record(&cat, r), keeper, &mut ()).unwrap()
    };
    // At once: from 20 on, five more.
    let first = go(auto(1e9, 400), 1, &mut Memory::default());
    let How::Precise(look) = &first.how else { panic!() };
    assert_eq!((first.replications, look.held_since, look.n), (25, Some(20), 25));
    let at_25 = look.worst().unwrap().relative.unwrap();
    let later = auto(at_25 * 0.7, 400);
    let one = go(later.clone(), 1, &mut Memory::default());
    let How::Precise(look) = &one.how else { panic!() };
    assert!(look.worst().unwrap().relative.unwrap() <= later.target);
    let since = look.held_since.unwrap();
    assert!(since > 20 && one.replications == since + later.look_ahead().ahead(since));
    for threads in [2, 7, 64] {
        let mut keeper = Memory::default();
        assert_eq!(go(later.clone(), threads, &mut keeper), one);
        // Resumed with everything there, and more than everything.
        assert_eq!(go(later.clone(), 3, &mut keeper), one);
    }
    let capped = go(auto(1e-9, 31), 2, &mut Memory::default());
    assert_eq!(capped.replications, 31);
    assert!(matches!(capped.how, How::Capped(_)));
    // A whole run of as many gives the same look.
    let fixed = estimate_in(&cat, &later.scope(), &mut {
        let mut keeper = Memory::default();
        let n = one.replications;
        run(
            &plan(Count::Fixed(n), 2, &stop),
            &cat,
            &|r| record(&cat, r),
            &mut keeper,
            &mut (),
        )
        .unwrap();
        Owned(keeper, n)
    });
    assert_eq!(later.look(&fixed.unwrap()).precisions, look.precisions);
}

/// The first records of a keeper of its own.
struct Owned(Memory, u64);

impl crate::observe::Records for Owned {
    type Error = Infallible;
    fn count(&self) -> u64 {
        self.1
    }
    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), Self::Error> {
        self.0.visit(self.1, f)
    }
}
