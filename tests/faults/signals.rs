//! Ctrl-C, termination, hangup: what is finished is reported and kept; the second one ends the program at once.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::cases::{furnished, shell_command};
use super::desk::{Desk, Said};

/// Starts a line of the shell and waits until its run has kept something.
fn begun(desk: &Desk, line: &str) -> Child {
    let mut child = shell_command(desk, line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..2_000 {
        if fs::metadata(desk.path("r.partial/records.spool")).is_ok_and(|m| m.len() > 500) {
            return child;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("it keeps nothing");
}

fn send(child: &Child, signal: &str) {
    let sent = std::process::Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

// `env --default-signal`: whoever starts the tests in the background may have had Ctrl-C ignored, which is handed down.

#[test]
fn the_first_signal_keeps_and_reports_what_is_finished() {
    for signal in ["INT", "TERM", "HUP"] {
        let desk = furnished();
        let child = begun(
            &desk,
            "exec env --default-signal careweave run desk.toml -n 10000000 --out r",
        );
        send(&child, signal);
        let said = Said::from(child.wait_with_output().unwrap()).ended_with(130);
        said.complains(&["interrupted: ", "goes on from here"]);
        let n = desk.json("r/manifest.json")["replications"].as_u64().unwrap();
        assert!(n > 0 && desk.path("r.partial/records.spool").exists(), "{signal}");
        desk.careweave(&format!("run desk.toml -n {n} --out whole"))
            .ended_with(0);
        assert!(desk.results("r") == desk.results("whole"), "{signal}");
        // Interrupted again at once: what stands there is not replaced by less.
        fs::remove_dir_all(desk.path("r.partial")).unwrap();
        let child = begun(
            &desk,
            "exec env --default-signal careweave run desk.toml -n 10000000 --threads 1 --out r",
        );
        send(&child, signal);
        child.wait_with_output().unwrap();
        assert!(
            desk.json("r/manifest.json")["replications"].as_u64().unwrap() >= n,
            "{signal}"
        );
    }
}

#[test]
fn the_second_signal_ends_it_at_once_and_costs_nothing() {
    let desk = furnished();
    // One replication of this takes long enough for two signals.
    let long = "run desk.toml -n 50 --threads 1 --out r";
    let child = begun(
        &desk,
        "exec env --default-signal careweave run desk.toml -n 10000000 --threads 1 --out r",
    );
    send(&child, "INT");
    send(&child, "TERM");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    let kept = careweave::store::Spool::count(&desk.path("r.partial/records.spool"));
    assert!(kept > 0);
    desk.careweave(long)
        .ended_with(0)
        .complains(&["goes on where it stopped"]);
    desk.careweave("run desk.toml -n 50 --out whole").ended_with(0);
    assert!(desk.results("r") == desk.results("whole"));
}

#[test]
fn a_run_under_nohup_outlives_its_terminal() {
    let desk = furnished();
    let child = begun(
        &desk,
        "trap '' HUP; exec careweave run desk.toml -n 10000000 --out r",
    );
    send(&child, "HUP");
    std::thread::sleep(Duration::from_millis(200));
    let spool = desk.path("r.partial/records.spool");
    let before = fs::metadata(&spool).unwrap().len();
    std::thread::sleep(Duration::from_millis(200));
    assert!(fs::metadata(&spool).unwrap().len() > before, "it goes on");
    send(&child, "TERM");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
}
