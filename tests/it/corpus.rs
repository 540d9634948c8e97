//! The kept inputs of the fuzzer (`fuzz/corpus`, crashes that were mended among them) do no harm, without libFuzzer.

use std::fs;
use std::path::Path;

use super::fuzzed::TARGETS;

#[test]
fn every_kept_input_is_read_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    // The published package is without it.
    if !corpus.is_dir() {
        return;
    }
    for (name, target) in TARGETS {
        let mut inputs: Vec<_> = fs::read_dir(corpus.join(name))
            .unwrap_or_else(|e| panic!("fuzz/corpus/{name}: {e}"))
            .map(|entry| entry.expect("a readable folder").path())
            .collect();
        inputs.sort();
        assert!(inputs.len() >= 5, "only {} inputs for {name}", inputs.len());
        for path in inputs {
            let bytes = fs::read(&path).expect("readable");
            // The name is in the output of a test that panics.
            println!("{}", path.display());
            target(&bytes);
        }
    }
}
