//! The suite must pass, and must be able to fail.

use super::*;

/// Every check of the suite, each wrong about once in 30,000 for a right program (see
/// [`TOLERATED_ERRORS`]); the seed is fixed, so that a failure is a change of the program.
#[test]
fn simulation_agrees_with_theory() {
    let mut wrong = Vec::new();
    for case in suite() {
        assert_eq!(case.network.problems(), [], "{}", case.name);
        for check in case.run(20) {
            let errors = (check.simulated - check.theory) / check.standard_error;
            println!(
                "{:<45} {:?}: {errors:+.2} errors, {check:?}",
                case.name, check.quantity
            );
            if !check.passes() {
                wrong.push((case.name, check));
            }
            // sharp enough to mean something: an error below 2%
            assert!(
                check.standard_error < 0.02 * check.theory,
                "{}: {check:?}",
                case.name
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_wrong_formula_is_noticed() {
    let mut case = suite().swap_remove(0);
    for expected in &mut case.expected {
        expected.1 *= 1.1;
    }
    assert!(case.run(20).iter().all(|check| !check.passes()));
}
