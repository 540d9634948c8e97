//! Contradictions in the tables of trust, equity and team confidence that the schema cannot express.

use super::PathwayScenario;
use super::check::Check;

/// Adds what contradicts itself there.
pub(super) fn trust(scenario: &PathwayScenario, check: &mut Check<'_>) {
    if let Some(trust) = &scenario.trust {
        let gain = trust.gain;
        let most = gain.timely.get() + gain.informed.get() + gain.known_face.get();
        if most > 1.0 {
            let message = format!("the parts of `trust.gain` add up to {most}: trust would rise above 1");
            check.wrong(&["trust", "gain"], message, "at most 1 together");
        }
        let loss = trust.loss;
        let most = loss.late.get() + loss.retold.get();
        if most > 1.0 {
            let message =
                format!("`trust.loss.late` and `retold` add up to {most}: trust would fall below 0");
            check.wrong(&["trust", "loss"], message, "at most 1 together");
        }
    }
    if let Some(confidence) = &scenario.confidence {
        for (key, slope) in [
            ("noticing", confidence.noticing),
            ("planning", confidence.planning),
            ("informal_advice", confidence.informal_advice),
        ] {
            let start = confidence.start.get();
            let least = (1.0 - slope.get() * start).min(1.0 + slope.get() * (1.0 - start));
            if least < 0.0 {
                let message =
                    format!("`confidence.{key}` is so steep that a probability would become negative");
                check.wrong(&["confidence", key], message, "nearer to 0");
            }
        }
    }
}
