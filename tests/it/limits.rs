//! Input that is too large, too deep, endless or made up is refused at once: with 2, in bounded time and memory, without a trace.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use careweave::base::diagnostic::{Diagnostic, MOST, Paint, render};
use careweave::observe::{Record, encode_frame};
use careweave::scenario::{BuiltIn, read};

use super::desk::Desk;

/// Reads a text and returns the codes of what was found; what is told of it stays short.
fn codes(text: &str) -> Vec<&'static str> {
    let texts = BTreeMap::from([("a.toml".to_string(), text.as_bytes().to_vec())]);
    let (checked, found, sources) = read(&texts, "a.toml", &[]);
    assert_eq!(checked.is_none(), found.iter().any(Diagnostic::is_error));
    assert!(found.len() <= MOST + 1, "{} findings", found.len());
    let told = render(&found, &sources, Paint::Plain);
    assert!(told.len() < 400_000, "{} bytes", told.len());
    found.iter().map(|d| d.code).collect()
}

/// A network with this law of service.
fn network(law: &str) -> String {
    format!("extends = \"mm1\"\n[stations.desk]\nservice = {law}\n")
}

#[test]
fn what_may_never_end_is_not_read() {
    let desk = Desk::new();
    let big = File::create(desk.path("big.toml")).expect("a file");
    big.set_len(100 << 20).expect("a sparse file");
    let mut endless = vec!["big.toml"];
    if cfg!(unix) {
        endless.extend(["/dev/zero", "/dev/full", "pipe", "socket", "/dev/stdin"]);
        let made = std::process::Command::new("mkfifo")
            .arg(desk.path("pipe"))
            .status();
        assert!(made.expect("mkfifo").success());
        #[cfg(unix)]
        drop(std::os::unix::net::UnixListener::bind(desk.path("socket")).expect("a socket"));
    }
    for name in endless {
        desk.file("extends.toml", &format!("extends = \"{name}\"\n"));
        desk.file(
            "plan.toml",
            &format!(
                "kind = \"sweep\"\nscenarios = [\"{name}\"]\nvary.a = {{ path = \"a\", values = [1] }}\n"
            ),
        );
        for command in [
            "check extends.toml",
            &format!("run {name} --quiet"),
            "sweep plan.toml",
        ] {
            // Standard input is a pipe that nobody writes to.
            let child = desk
                .command(command)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn();
            let said = child.expect("started").wait_with_output().expect("ended");
            let words = String::from_utf8_lossy(&said.stderr);
            assert_eq!(said.status.code(), Some(2), "{command}: {words}");
            assert!(
                words.contains("larger than") || words.contains("may never end"),
                "{command}: {words}"
            );
        }
        let command = format!("reproduce {name}");
        desk.careweave(&command).ended_with(2);
        desk.careweave(&format!("report {name}")).ended_with(2);
        desk.careweave(&format!("merge {name} --out merged"))
            .ended_with(2);
    }
}

#[cfg(unix)]
#[test]
fn a_circle_is_known_by_any_name() {
    let desk = Desk::new();
    fs::create_dir(desk.path("d")).expect("a folder");
    desk.file("a.toml", "extends = \"link.toml\"\n");
    std::os::unix::fs::symlink("a.toml", desk.path("link.toml")).expect("a link");
    desk.careweave("check a.toml")
        .ended_with(2)
        .complains(&["in a circle", "link.toml"]);
    desk.file("b.toml", "extends = \"d/../d/../b.toml\"\n");
    desk.careweave("check b.toml")
        .ended_with(2)
        .complains(&["in a circle"]);
    // A folder that contains itself: every step has a longer name.
    std::os::unix::fs::symlink(".", desk.path("loop")).expect("a link");
    desk.file("c.toml", "extends = \"loop/c.toml\"\n");
    desk.careweave("check c.toml")
        .ended_with(2)
        .complains(&["in a circle"]);
    std::os::unix::fs::symlink("nowhere", desk.path("nowhere")).expect("a link");
    desk.file("e.toml", "extends = \"nowhere\"\n");
    desk.careweave("check e.toml")
        .ended_with(2)
        .complains(&["e.toml:1:"]);
}

#[test]
fn texts_of_too_many_parts_are_refused_before_they_are_parsed() {
    for text in [
        format!("a = {}", "[".repeat(3_000_000)),
        format!("{}x = 1", "[a]\n".repeat(200_000)),
        format!("a = [{}]", "1,".repeat(1_500_000)),
        "=\n".repeat(1_000_000),
        ".".repeat(4_000_000),
        "a = 1\n".repeat(200_000),
        "\n".repeat(4_000_000),
    ] {
        assert_eq!(codes(&text), ["too-large"], "{}", &text[..10]);
    }
    // Together, too.
    let half = "#,\n".repeat(60_000);
    let mut texts = BTreeMap::from([(
        "a.toml".to_string(),
        format!("extends = \"b.toml\"\n{half}").into_bytes(),
    )]);
    texts.insert(
        "b.toml".to_string(),
        format!("extends = \"c.toml\"\n{half}").into_bytes(),
    );
    texts.insert("c.toml".to_string(), half.into_bytes());
    let (checked, found, _) = read(&texts, "a.toml", &[]);
    assert!(checked.is_none() && found[0].code == "too-large", "{found:?}");
    // Overrides, too.
    let many = vec!["title=\"a,b\"".to_string(); 100_000];
    let (checked, found, _) = read(&BuiltIn, "mm1", &many);
    assert!(checked.is_none() && found[0].code == "too-large", "{found:?}");
}

#[test]
fn what_is_deep_is_refused_and_not_followed() {
    for text in [
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}1{}", "{b=".repeat(40_000), "}".repeat(40_000)),
        format!("[{}b]\nx = 1", "a.".repeat(100_000)),
        format!("{}b = 1", "a.".repeat(100_000)),
    ] {
        assert!(codes(&text).contains(&"too-deep"), "{}", &text[..10]);
    }
    let deep = format!(
        "extends = \"mm1\"\n[evidence]\n\"{}b\" = {{ grade = \"seed\", source = \"x\" }}\n",
        "a.".repeat(5_000)
    );
    assert_eq!(codes(&deep), ["bad-path"]);
}

#[test]
fn a_hundred_thousand_mistakes_are_told_in_a_thousand() {
    let head = "extends = \"mm1\"\n";
    let lines =
        |line: &dyn Fn(usize) -> String, n: usize| head.to_string() + &(0..n).map(line).collect::<String>();
    // Each line is another mistake: of syntax, of the walk, of the check for sense.
    let syntax = lines(&|i| format!("k{i} = = 1\n"), 50_000);
    assert_eq!(codes(&syntax).last(), Some(&"too-many"));
    for text in [
        lines(&|i| format!("[stations.s{i}]\n"), 9_000),
        lines(
            &|i| format!("[classes.s{i}]\narrivals = {{ poisson = {{ per_hour = 1 }} }}\nentry = \"desc\"\n"),
            9_000,
        ),
        lines(
            &|i| {
                format!("[stations.desk]\nservice{i} = 1\n")
                    .replace(if i > 0 { "[stations.desk]\n" } else { "\0" }, "")
            },
            9_000,
        ),
    ] {
        assert_eq!(codes(&text).last(), Some(&"too-many"));
    }
    // More names than are looked at one by one.
    assert!(codes(&lines(&|i| format!("k{i} = 1\n"), 80_000)).contains(&"too-large"));
    assert!(codes(&lines(&|i| format!("[stations.s{i}]\nservers = 1\n"), 2_000)).contains(&"too-large"));
}

#[test]
fn names_of_a_million_letters_are_neither_guessed_nor_printed_in_full() {
    let (d, e) = ("d".repeat(1_000_000), "e".repeat(1_000_000));
    codes(&format!("extends = \"mm1\"\n[stations.{d}]\n"));
    codes(&format!(
        "extends = \"mm1\"\n[stations.{d}]\nservers = 1\n[classes.customer]\nentry = \"{e}\"\n"
    ));
    codes(&format!("kind = \"{e}\"\n"));
    codes(&format!("extends = \"{e}\"\n"));
    codes(&format!(
        "extends = \"mm1\"\n[evidence]\n\"{d}\" = {{ grade = \"{e}\" }}\n"
    ));
    let (checked, found, sources) = read(&BuiltIn, "mm1", &[format!("stations.{d}={e}"), d.clone()]);
    assert!(checked.is_none() && render(&found, &sources, Paint::Plain).len() < 20_000);
}

#[test]
fn laws_and_evidence_that_would_take_for_ever_are_refused() {
    let gamma = |i: usize| {
        format!(
            "{{ weight = 1, law = {{ gamma = {{ mean = {}, sd = 3, unit = \"s\" }} }} }}",
            i % 50 + 1
        )
    };
    let mixture = |parts: Vec<String>| format!("{{ mixture = {{ parts = [{}] }} }}", parts.join(", "));
    let inner = mixture((0..90).map(gamma).collect());
    let nested = mixture(vec![format!("{{ weight = 1, law = {inner} }}"); 90]);
    assert!(codes(&network(&nested)).contains(&"contradiction"));
    let values = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    let empirical = |n: usize| format!("{{ empirical = {{ values = [{}], unit = \"s\" }} }}", values(n));
    assert!(codes(&network(&empirical(20_000))).contains(&"wrong-length"));
    let both = mixture(vec![
        gamma(1),
        format!("{{ weight = 1, law = {} }}", empirical(9_000)),
    ]);
    assert!(codes(&network(&both)).contains(&"contradiction"));
    // Many laws, each of them reasonable.
    let many: String = (0..900)
        .map(|i| format!("[stations.s{i}]\nservers = 1\nservice = {{ gamma = {{ mean = 1, sd = {}, unit = \"s\" }} }}\n", i % 20 + 1))
        .collect();
    assert!(codes(&format!("extends = \"mm1\"\n{many}")).contains(&"contradiction"));
    // Patterns that stand for everything.
    let tables: String = (0..9_000)
        .map(|i| format!("[stations.s{i}]\nservers = 1\n"))
        .collect();
    let patterns: String = (0..9_000)
        .map(|i| format!("\"*.*.*.{i}\" = {{ grade = \"seed\", source = \"x\" }}\n"))
        .collect();
    assert!(codes(&format!("extends = \"mm1\"\n{tables}[evidence]\n{patterns}")).contains(&"too-large"));
}

#[test]
fn numbers_off_the_scale_are_refused_on_the_command_line() {
    let desk = Desk::new();
    for wrong in [
        "--replications 18446744073709551615",
        "--replications 18446744073709551616",
        "--shard 5/3 --out s",
        "--shard 0/0 --out s",
        "--shard 1/99999999999999999999 --out s",
        "--seed 18446744073709551616",
        "--seed -1",
        "--threads 65536",
        "--priors 4294967295",
    ] {
        desk.careweave(&format!("compare desk.toml three.toml {wrong}"))
            .ended_with(2);
    }
    assert!(!desk.path("s").exists());
    let plan = |design: &str, vary: &str| {
        format!("kind = \"sweep\"\nscenarios = [\"desk.toml\"]\nreplications = 2\n{design}\n{vary}")
    };
    let vary: String = (0..4)
        .map(|i| format!("[vary.v{i}]\npath = \"stations.desk.service\"\nrange = [1, 2]\nlevels = 1000\n"))
        .collect();
    desk.file("grid.toml", &plan("", &vary));
    desk.file(
        "lhs.toml",
        &plan("design = { latin_hypercube = { points = 1_000_000_000 } }", &vary),
    );
    for name in ["grid.toml", "lhs.toml"] {
        desk.careweave(&format!("sweep {name}"))
            .ended_with(2)
            .complains(&["combinations"]);
    }
}

/// Two finished shards, the text of the second's manifest changed.
fn shards(desk: &Desk, change: &dyn Fn(&str) -> String) {
    for i in [1, 2] {
        let _ = fs::remove_dir_all(desk.path(&format!("s{i}")));
        desk.careweave(&format!("run desk.toml -n 4 --shard {i}/2 --out s{i} --quiet"))
            .ended_with(0);
    }
    let path = desk.path("s2").join("manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    fs::write(&path, change(&text)).expect("written");
}

#[test]
fn manifests_and_records_that_were_made_up_are_refused() {
    let desk = Desk::new();
    let merge = |words: &[&str], code: i32| {
        let said = desk.careweave("merge s1 s2 --out merged").ended_with(code);
        said.complains(words);
        assert!(!desk.path("merged").exists());
    };
    // It calls itself one of 2^64 shards: none of them is looked for one by one.
    shards(&desk, &|text| {
        text.replace("\"2/2\"", "\"2/18446744073709551615\"")
    });
    merge(&["number of shards"], 2);
    desk.careweave("merge s2 --out merged")
        .ended_with(2)
        .complains(&["are missing"]);
    shards(&desk, &|text| text.replace("\"2/2\"", "\"1/2\""));
    merge(&["both shard 1/2"], 2);
    shards(&desk, &|text| {
        text.replace("\"replications\": 4", "\"replications\": 18446744073709551615")
    });
    merge(&["number of replications"], 2);
    shards(&desk, &|text| format!("{}{text}", "[".repeat(1_000_000)));
    merge(&["is no shard"], 2);
    shards(&desk, &|text| {
        text.replace("\"2/2\"", "{\"a\": [null, 1e400, -0]}")
    });
    merge(&["is no shard"], 2);
    // Records with checksums that fit, of another length than records of this plan; the first claims 2^26 zeros.
    shards(&desk, &|text| text.to_string());
    let spool = desk.path("s2").join("records.spool");
    let sound = fs::read(&spool).expect("records");
    let zeros = Record {
        replication: 1,
        values: vec![0; 1 << 20],
    };
    for (record, words) in [
        (Some(zeros), "one of length 1048576"),
        (
            Some(Record {
                replication: 1,
                values: vec![1],
            }),
            "one of length 1",
        ),
        (None, "no record"),
    ] {
        let mut bytes = sound[..80].to_vec();
        match &record {
            Some(record) => {
                encode_frame(record, &mut bytes);
                let other = Record {
                    replication: 3,
                    values: record.values.clone(),
                };
                encode_frame(&other, &mut bytes);
            }
            // A frame as long as lengths can be.
            None => bytes.extend([0xff; 64]),
        }
        fs::write(&spool, &bytes).expect("written");
        merge(&[words], 3);
    }
    File::options()
        .append(true)
        .open(&spool)
        .expect("records")
        .write_all(&[0; 4])
        .expect("written");
    merge(&["damaged"], 3);
}

#[test]
fn reproduce_neither_reads_nor_writes_where_a_manifest_points() {
    let desk = Desk::new();
    desk.careweave("run desk.toml -n 2 --out r --quiet").ended_with(0);
    desk.file("outside.csv", "secret\n");
    let path = desk.path("r").join("manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    let named = text.replacen(
        "\"files\": {",
        "\"files\": {\n    \"../outside.csv\": \"0\",\n    \"/etc/hostname\": \"0\",",
        1,
    );
    assert_ne!(named, text);
    fs::write(&path, named).expect("written");
    let before = fs::read_dir(desk.path(".")).expect("a folder").count();
    desk.careweave("reproduce r").ended_with(1);
    assert_eq!(fs::read_dir(desk.path(".")).expect("a folder").count(), before);
    assert_eq!(
        fs::read_to_string(desk.path("outside.csv")).expect("there"),
        "secret\n"
    );
    fs::write(&path, &text).expect("written");
    // What stands where a table was is compared only if it is a file.
    let table = desk.path("r").join("overall.csv");
    fs::remove_file(&table).expect("removed");
    fs::create_dir(&table).expect("a folder");
    desk.careweave("reproduce r")
        .ended_with(2)
        .complains(&["it is no file"]);
    fs::remove_dir(&table).expect("removed");
    File::create(&table)
        .expect("a file")
        .set_len(1 << 32)
        .expect("a sparse file");
    desk.careweave("reproduce r").ended_with(1);
}
