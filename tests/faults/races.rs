//! Two runs on one folder, however they name it: one works undisturbed, the others are told so at once.

use std::process::Stdio;

use super::cases::{content, furnished, times};
use super::desk::Said;

#[cfg(unix)]
#[test]
fn a_second_run_is_refused_under_any_name_of_the_folder() {
    let desk = furnished();
    std::fs::create_dir(desk.path("place")).unwrap();
    std::os::unix::fs::symlink("place", desk.path("link")).unwrap();
    let mut first = desk
        .command("run desk.toml -n 10000000 --out place/r")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !desk.path("place/r.partial/records.spool").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let whole = desk.path("place/r");
    for name in ["place/r", "link/r", "./place/../link/r/", whole.to_str().unwrap()] {
        for force in ["", "--force"] {
            let said = desk
                .careweave(&format!("run desk.toml -n 5 --out {name} {force}"))
                .ended_with(3);
            said.complains(&["another run is writing to", "goes on undisturbed"]);
        }
        desk.careweave(&format!("sweep plan.toml --out {name}"))
            .ended_with(3);
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock of a dead run holds nobody up.
    desk.careweave("run desk.toml -n 20 --out link/r")
        .ended_with(0)
        .complains(&["goes on where it stopped"]);
    desk.careweave("run desk.toml -n 20 --out alone").ended_with(0);
    assert_eq!(content(&whole), content(&desk.path("alone")));
}

#[test]
fn of_many_that_start_at_once_one_wins_and_the_folder_is_whole() {
    let rounds = times("CAREWEAVE_RACES", 4);
    let (mut won, mut busy, mut late) = (0, 0, 0);
    let reference = furnished();
    reference.careweave("run desk.toml -n 8 --out r").ended_with(0);
    let whole = content(&reference.path("r"));
    for round in 0..rounds {
        let desk = furnished();
        let force = if round % 2 == 1 { "--force" } else { "" };
        let line = format!("run desk.toml -n 8 --threads 1 --out r {force}");
        let start = || {
            desk.command(&line)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let all: Vec<_> = (0..6).map(|_| start()).collect();
        let mut winners = 0;
        for child in all {
            let said = Said::from(child.wait_with_output().unwrap());
            match said.code {
                Some(0) => winners += 1,
                Some(3) => {
                    busy += 1;
                    said.complains(&["another run is writing"]);
                }
                Some(2) if force.is_empty() => {
                    late += 1;
                    said.complains(&["exists already"]);
                }
                _ => panic!("round {round}: {said:?}"),
            }
        }
        // One after the other they may all have their turn, if they replace one another's.
        assert!(
            if force.is_empty() {
                winners == 1
            } else {
                winners >= 1
            },
            "round {round}: {winners} won"
        );
        won += winners;
        assert!(content(&desk.path("r")) == whole, "round {round}");
        assert!(!desk.path("r.partial").exists(), "round {round}");
    }
    println!(
        "races | {rounds} rounds of 6 at once | {won} did it, {busy} were told of another, {late} found it done; 0 lost"
    );
}

#[test]
fn a_merge_never_replaces_a_shard_it_reads() {
    let desk = furnished();
    for i in 1..=2 {
        desk.careweave(&format!("run desk.toml -n 6 --shard {i}/2 --out s{i}"))
            .ended_with(0);
    }
    let before = content(&desk.path("s1"));
    desk.careweave("merge s1 s2 --out ./s1 --force")
        .ended_with(2)
        .complains(&["one of the shards"]);
    assert_eq!(before, content(&desk.path("s1")));
    assert!(!desk.path("s1.partial").exists());
}
