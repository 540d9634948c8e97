//! A cheap stand-in for a simulation, for the tests of this room and of `store`.

use crate::base::DAY;
use crate::observe::{Better, Bins, Breadth, Catalogue, CatalogueBuilder, Kind, Outcome, Record, Tally};

/// SplitMix64 (Steele, Lea and Flood 2014): test data only.
pub(crate) struct Source(pub(crate) u64);

impl Source {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> i64 {
        (self.next() % n) as i64
    }
}

/// Three arms (the second the twin of the first), two groups, every kind of outcome.
pub(crate) fn catalogue() -> Catalogue {
    let mut b = CatalogueBuilder::new(&["networked", "twin", "integrated"]);
    let poor = b.group("deprivation", "1");
    let rich = b.group("deprivation", "5");
    let people = b.measure("people", Breadth::ByGroup);
    let days = b.measure("days", Breadth::ByGroup);
    let busy = b.measure("busy", Breadth::Overall);
    let wait = b.wait("wait_cns", Breadth::ByGroup, Bins::days(30), &["started", "died"]);
    let mut add = |name: &str, headline: bool, kind: Kind| {
        let outcome = Outcome::new(name, name, "days", Better::Lower, kind);
        b.outcome(if headline { outcome.headline() } else { outcome });
    };
    add(
        "mean_days",
        true,
        Kind::Ratio {
            num: days,
            den: people,
            scale: 0.5,
        },
    );
    add(
        "busy_hours",
        true,
        Kind::Mean {
            num: busy,
            scale: 1.0 / 3600.0,
        },
    );
    add(
        "share_7",
        false,
        Kind::Incidence {
            wait,
            cause: 0,
            at: 7 * DAY,
            scale: 1.0,
        },
    );
    add(
        "died_waiting",
        false,
        Kind::Incidence {
            wait,
            cause: 1,
            at: 20 * DAY,
            scale: 1.0,
        },
    );
    add(
        "median",
        true,
        Kind::Centile {
            wait,
            cause: 0,
            q: 0.5,
            unit: DAY,
        },
    );
    add(
        "p99",
        false,
        Kind::Centile {
            wait,
            cause: 0,
            q: 0.99,
            unit: DAY,
        },
    );
    add(
        "restricted",
        false,
        Kind::RestrictedMean {
            wait,
            upto: 20 * DAY,
            unit: DAY,
        },
    );
    add(
        "gap",
        false,
        Kind::Gap {
            num: days,
            den: people,
            scale: 1.0,
            of: poor,
            from: rich,
        },
    );
    add(
        "relative",
        false,
        Kind::Relative {
            num: days,
            den: people,
            of: poor,
            from: rich,
        },
    );
    add(
        "slope",
        false,
        Kind::Slope {
            num: days,
            den: people,
            scale: 1.0,
            groups: vec![poor, rich],
        },
    );
    b.build().unwrap()
}

/// The record of one replication: depends on its number alone.
pub(crate) fn record(catalogue: &Catalogue, replication: u64) -> Record {
    let groups = [catalogue.group_id(1), catalogue.group_id(2)];
    let [people, days, busy] = ["people", "days", "busy"].map(|m| catalogue.measure(m).unwrap());
    let wait = catalogue.wait("wait_cns").unwrap();
    let mut tally = Tally::new(catalogue, replication);
    for arm in 0..3 {
        let mut s = Source(replication << 8);
        let crowd = s.below(10);
        for person in 0..20 + 3 * crowd {
            let group = [groups[(person % 2) as usize]];
            let factor = if arm == 2 { 4 } else { 5 };
            let own = if arm == 2 { s.below(4) } else { 0 };
            let stay = s.below(20 + crowd as u64) * factor + person % 2 + own;
            tally.add(arm, people, &group, 1);
            tally.add(arm, days, &group, stay);
            tally.add(arm, busy, &group, stay * 700 + 13);
            let after = s.below(26) * DAY * factor / 5 + s.below(86_400);
            match s.below(10) {
                0 => tally.wait_censored(arm, wait, &group, after),
                1 | 2 => tally.wait_ended(arm, wait, &group, 1, after),
                _ => tally.wait_ended(arm, wait, &group, 0, after),
            }
        }
    }
    tally.finish()
}
