//! Disks that are full, read-only or gone, and places where nothing can be written: exit code 3, words that help, nothing lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::cases::{content, furnished, shell, shell_command, tool};
use super::desk::Said;

/// A small disk of its own; taken away at the end.
struct Disk<'d> {
    at: &'d Path,
}

impl Disk<'_> {
    /// `None`, with a word, where the tests may not mount.
    fn mount<'d>(at: &'d Path, options: &str) -> Option<Disk<'d>> {
        fs::create_dir_all(at).unwrap();
        let there = at.to_string_lossy();
        tool("mount", &["-t", "tmpfs", "-o", options, "none", &there])?;
        Some(Disk { at })
    }

    fn again(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount").args(["-o", &options]).arg(self.at).status();
        assert!(done.unwrap().success());
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.at).status();
    }
}

/// The results of a command on a good disk.
fn reference(line: &str) -> super::cases::Content {
    let desk = furnished();
    desk.careweave(&format!("{line} --out r")).ended_with(0);
    content(&desk.path("r"))
}

#[test]
fn a_full_disk_keeps_what_is_finished_and_the_rest_follows_when_there_is_room() {
    for (line, size) in [
        ("run desk.toml -n 300", 64),
        ("run desk.toml -n 300", 128),
        ("sweep plan.toml -n 60", 20),
        ("run desk.toml -n 3", 4),
    ] {
        let desk = furnished();
        let place = desk.path("disk");
        let Some(disk) = Disk::mount(&place, &format!("size={size}k")) else {
            return;
        };
        let full = desk.careweave(&format!("{line} --out disk/r")).ended_with(3);
        full.complains(&["disk/r", "No space left on device"]);
        assert!(!desk.path("disk/r").exists());
        let kept = careweave::store::Spool::count(&desk.path("disk/r.partial/records.spool"));
        let full = desk.careweave(&format!("{line} --out disk/r")).ended_with(3);
        let told = format!(
            "{kept} finished replications are kept in disk/r.partial: the same command goes on from there"
        );
        match kept {
            0 => assert!(
                !desk.path("disk/r.partial").exists(),
                "nothing is kept, so nothing is left"
            ),
            _ => drop(full.complains(&[&told])),
        }
        disk.again("size=8m");
        let said = desk.careweave(&format!("{line} --out disk/r")).ended_with(0);
        assert!(
            kept == 0
                || said
                    .err
                    .contains(&format!("goes on where it stopped: {kept} of "))
        );
        assert_eq!(content(&desk.path("disk/r")), reference(line), "{line}");
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_not_the_programs_death() {
    let desk = furnished();
    let line = "run desk.toml -n 300 --out r";
    let said = shell(&desk, &format!("ulimit -f 16; exec careweave {line}")).ended_with(3);
    said.complains(&["r.partial/records.spool", "File too large", "kept in r.partial"]);
    assert!(!desk.path("r").exists());
    let said = desk.careweave(line).ended_with(0);
    said.complains(&["goes on where it stopped"]);
    assert_eq!(content(&desk.path("r")), reference("run desk.toml -n 300"));
    // A file that is replaced stays as it was.
    desk.file("page.html", "old");
    shell(
        &desk,
        "ulimit -f 4; exec careweave report r --format html --out page.html --force",
    )
    .ended_with(3);
    assert_eq!(fs::read(desk.path("page.html")).unwrap(), b"old");
    // Without a folder the records are in the folder for temporary files.
    shell(&desk, "ulimit -f 4; exec careweave run desk.toml -n 300")
        .ended_with(3)
        .complains(&["temporary file", "File too large"]);
}

#[test]
fn where_nothing_can_be_written_is_known_before_the_work() {
    let desk = furnished();
    let place = desk.path("disk");
    let Some(disk) = Disk::mount(&place, "size=1m") else {
        return;
    };
    desk.careweave("run desk.toml -n 5 --out disk/a").ended_with(0);
    fs::write(place.join("doc.md"), fs::read(desk.path("doc.md")).unwrap()).unwrap();
    disk.again("ro");
    for line in [
        "run desk.toml -n 100000 --out disk/r",
        "run desk.toml -n 100000 --out disk/a --force",
        "sweep plan.toml -n 100000 --out disk/r",
        "merge disk/a --out disk/r",
        "validate desk.toml --targets waits.toml --quick -n 100000 --into disk/doc.md",
        "calibrate calibrate.toml --overlay disk/over.toml -n 10000",
        "explain --measure disk/moves.csv -n 1000",
        "report disk/a --out disk/x.txt",
        "warmup desk.toml -n 2 --out disk/w",
        "check --theory --quick --system mm1 --out disk/t",
    ] {
        let said = desk.careweave(line);
        match line.starts_with("merge") || line.starts_with("check") {
            true => assert!(matches!(said.code, Some(2 | 3)), "{line}: {said:?}"),
            false => drop(said.ended_with(3).complains(&["Read-only file system", "disk/"])),
        }
    }
    let names = fs::read_dir(&place).unwrap().count();
    assert_eq!(names, 2, "nothing was left");
}

fn wait_for(what: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if what() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it did not happen within ten seconds");
}

#[test]
fn a_folder_that_vanishes_during_the_run_is_noticed_at_the_next_replication() {
    for away in ["place/r.partial", "place/r.partial/records.spool", "place"] {
        let desk = furnished();
        fs::create_dir(desk.path("place")).unwrap();
        let spool = desk.path("place/r.partial/records.spool");
        let child = desk
            .command("run desk.toml -n 10000000 --threads 1 --out place/r")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(|| fs::metadata(&spool).is_ok_and(|m| m.len() > 200));
        // Taken away whole at once, as `rm -rf` does in effect.
        fs::rename(desk.path(away), desk.path("elsewhere")).unwrap();
        let said = Said::from(child.wait_with_output().unwrap()).ended_with(3);
        said.complains(&[
            "place/r.partial was removed or replaced while the run was at work",
            "run the same command again",
        ]);
        assert!(!desk.path("place/r").exists());
        if away.ends_with("spool") {
            continue;
        }
        desk.careweave("run desk.toml -n 3 --out place/r").ended_with(0);
    }
}

#[test]
fn odd_surroundings_are_borne() {
    let desk = furnished();
    let ok = |line: &str| drop(shell(&desk, line).ended_with(0));
    ok("env -i $(command -v careweave) run desk.toml -n 2 --out bare");
    ok("unset HOME TERM; careweave run desk.toml -n 2");
    ok("TERM=dumb COLUMNS=0 careweave run desk.toml -n 2 && COLUMNS=1 careweave --help");
    // Names that are no text, and as long as names may be.
    ok("careweave run desk.toml -n 2 --out $'odd \\xff\\n name'");
    ok("long=$(printf 'x%.0s' {1..240}); careweave run desk.toml -n 2 --out $long && test -d $long");
    ok("deep=$(printf 'deep/%.0s' {1..200}); careweave run desk.toml -n 2 --out $deep && test -d $deep");
    shell(
        &desk,
        "long=$(printf 'x%.0s' {1..250}); careweave run desk.toml -n 2 --out $long",
    )
    .ended_with(3)
    .complains(&["File name too long"]);
    shell(&desk, "careweave run $'desk\\xff.toml'").ended_with(2);
    // The folder one stands in is gone.
    shell(
        &desk,
        "mkdir gone; cd gone; rmdir ../gone; careweave run mm1 -n 2 --out r",
    )
    .ended_with(3);
    ok("mkdir gone; cd gone; rmdir ../gone; careweave run mm1 -n 2 --set run.horizon.days=20");
    shell(&desk, "TMPDIR=/nowhere careweave run desk.toml -n 2")
        .ended_with(3)
        .complains(&["/nowhere", "set TMPDIR", "--out"]);
    ok("TMPDIR=/nowhere careweave run desk.toml -n 2 --out r");
    // A place that no one may write to, whoever runs this.
    shell(&desk, "careweave run desk.toml -n 2 --out /proc/r")
        .ended_with(3)
        .complains(&["/proc/r.partial"]);
    shell(&desk, "careweave run desk.toml -n 2 --out desk.toml/r").ended_with(3);
}

#[test]
fn few_files_little_memory_and_no_threads_end_with_3_or_as_a_kill_does() {
    let desk = furnished();
    let whole = reference("run desk.toml -n 40");
    for files in [3, 4, 5, 6, 7, 8, 10, 12] {
        let said = shell(
            &desk,
            &format!("ulimit -n {files}; exec careweave run desk.toml -n 40 --out r --threads 2"),
        );
        assert!(matches!(said.code, Some(0 | 2 | 3 | 127)), "{files}: {said:?}");
        assert!(!said.err.contains("panicked"), "{said:?}");
    }
    for kilobytes in [4_000, 8_000, 12_000, 20_000, 30_000, 50_000] {
        let out = format!("m{kilobytes}");
        let line = format!(
            "ulimit -c 0; ulimit -v {kilobytes}; exec careweave run desk.toml -n 40 --out {out} --threads 2 2>&1"
        );
        let ended = shell_command(&desk, &line).output().unwrap();
        assert!(desk.path(&out).exists() == ended.status.success(), "{kilobytes}");
        let again = desk.careweave(&format!("run desk.toml -n 40 --out {out} --threads 1"));
        assert!(matches!(again.code, Some(0 | 2)), "{again:?}");
        assert!(content(&desk.path(&out)) == whole, "{kilobytes} kilobytes");
    }
    // The limit on processes binds everybody but the administrator.
    if tool("setpriv", &["--reuid=65534", "--clear-groups", "true"]).is_none() {
        return;
    }
    fs::create_dir(desk.path("open")).unwrap();
    fs::copy(desk.path("desk.toml"), desk.path("open/desk.toml")).unwrap();
    let line = "chmod 777 . open; bin=$(command -v careweave); cp $bin open/cw && cd open && \
                exec setpriv --reuid=65534 --clear-groups bash -c 'ulimit -u 1; exec ./cw run desk.toml -n 40 --out r --threads 2'";
    let said = shell(&desk, line).ended_with(3);
    said.complains(&["the threads could not be started"]);
    assert!(!desk.path("open/r").exists() && !desk.path("open/r.partial").exists());
}
