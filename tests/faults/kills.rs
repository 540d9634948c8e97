//! SIGKILL at random moments: every output is whole or as before, what was kept is taken up, the bytes are the same in the end.

use std::process::Stdio;
use std::time::Duration;

use super::cases::{Found, Stage, times};

/// Moments, so that a failure can be had again: SplitMix64.
pub struct Moments(pub u64);

impl Moments {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn killed(name: &str) {
    let stage = Stage::of(name);
    let (kills, seed) = (times("CAREWEAVE_KILLS", 8), times("CAREWEAVE_SEED", 1));
    let mut moments = Moments(seed);
    let (mut before, mut within, mut after, mut taken_up, mut chains) = (0, 0, 0, 0, 0);
    let mut done = 0;
    while done < kills {
        let desk = stage.set();
        chains += 1;
        let mut kept = 0;
        // Up to three kills before it is left in peace.
        for _ in 0..=moments.next() % 3 {
            let moment = stage.lasts.mul_f64(1.1 * moments.share());
            let mut child = desk
                .command(&stage.line)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(moment);
            child.kill().unwrap();
            child.wait().unwrap();
            done += 1;
            let what = format!("{name} killed after {moment:?} (seed {seed}, kill {done})");
            let found = stage.whole(&desk, &what);
            let now = stage.kept(&desk);
            match found {
                Found::Old if !desk.path("r.partial").exists() => before += 1,
                Found::Old | Found::Between => within += 1,
                Found::New => after += 1,
            }
            if found != Found::Old {
                break;
            }
            assert!(now >= kept, "{what}: {kept} records had been kept, now {now}");
            kept = now;
        }
        taken_up += stage.kept(&desk);
        let what = format!("{name}, chain {chains} (seed {seed})");
        let found = stage.whole(&desk, &what);
        stage.resume(&desk, found, &what);
    }
    println!(
        "kills | {name} | {done} kills ({before} before, {within} while it was at work, {after} after its end), {chains} resumed, \
         {taken_up} records taken up, 0 lost"
    );
}

macro_rules! killed {
    ($($test:ident $name:literal)*) => {
        $(#[test]
        fn $test() {
            killed($name);
        })*
    };
}

killed! {
    a_killed_run_is_resumed "run"
    a_killed_comparison_is_resumed "compare"
    a_killed_sweep_is_resumed "sweep"
    a_killed_shard_is_resumed "shard"
    a_killed_merge_is_done_again "merge"
    a_killed_replacement_leaves_the_old_or_the_new "replace"
    a_killed_calibration_is_resumed "calibrate"
    a_killed_validation_is_resumed_and_its_document_is_whole "validate"
    a_killed_report_leaves_the_old_file_or_the_new "report"
}

/// A comparison of localities with draws from the priors, whose units are kept beside.
#[test]
#[ignore = "long: part of the long form"]
fn a_killed_comparison_of_localities_is_resumed() {
    const LINE: &str = "compare networked integrated -n 4 --priors 2 --threads 2 --set run.warm_up.weeks=4 \
                        --set run.measured.weeks=4 --set run.cool_down.weeks=13 --out r";
    let reference = super::desk::Desk::new();
    let begun = std::time::Instant::now();
    reference.careweave(LINE).ended_with(0);
    let (lasts, whole) = (begun.elapsed(), reference.results("r"));
    let mut moments = Moments(times("CAREWEAVE_SEED", 1));
    let kills = times("CAREWEAVE_KILLS", 8).min(60);
    let (mut found, mut absent) = (0, 0);
    for kill in 0..kills {
        let desk = super::desk::Desk::new();
        let mut child = desk
            .command(LINE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(lasts.mul_f64(1.1 * moments.share()).max(Duration::from_millis(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        match desk.path("r").exists() {
            true => {
                found += 1;
                assert!(desk.results("r") == whole, "kill {kill}");
            }
            false => absent += 1,
        }
        let again = desk.careweave(LINE);
        assert!(matches!(again.code, Some(0 | 2)), "kill {kill}: {}", again.err);
        assert!(desk.results("r") == whole, "kill {kill}");
        for left in ["r.partial", "r.priors.partial"] {
            assert!(!desk.path(left).exists(), "kill {kill}: {left}");
        }
    }
    println!(
        "kills | compare of localities with priors | {kills} kills ({absent} before its end, {found} after), 0 lost"
    );
}
