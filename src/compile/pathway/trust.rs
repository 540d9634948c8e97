//! Trust, equity and team confidence: names become positions.

use crate::model::{Confidence, Equity, Trust};
use crate::scenario::pathway::{OfferRates, PathwayScenario};

/// Compiles trust, if the scenario has it.
pub fn trust(scenario: &PathwayScenario) -> Option<Trust> {
    let spec = scenario.trust.as_ref()?;
    let factor = |name: &String| spec.loss_factor.get(name).map_or(1.0, |f| f.get());
    Some(Trust {
        gain: [spec.gain.timely, spec.gain.informed, spec.gain.known_face].map(f64::from),
        loss: [spec.loss.late, spec.loss.retold].map(f64::from),
        loss_outside: [spec.loss.returned, spec.loss.refused].map(f64::from),
        loss_factor: scenario.ethnicities.keys().map(factor).collect(),
        matched_gain: spec.matched_gain.get(),
        matched_declines: spec.matched_declines.get(),
        acceptance_effect: spec.acceptance_effect.get(),
        never_sought_effect: spec.never_sought_effect.get(),
    })
}

/// Compiles barriers and differences, if the scenario has them.
pub fn equity(scenario: &PathwayScenario) -> Option<Equity> {
    let spec = scenario.equity.as_ref()?;
    let rates = |r: &OfferRates| [r.recognition, r.referral, r.planning].map(f64::from);
    let of = |r: Option<&OfferRates>| r.map_or([1.0; 3], rates);
    let offers = &spec.offers;
    Some(Equity {
        language_seeking: spec.language.seeking.get(),
        language_acceptance: spec.language.acceptance.get(),
        language_informed: spec.language.informed.get(),
        by_ethnicity: scenario
            .ethnicities
            .keys()
            .map(|name| of(offers.ethnicity.get(name)))
            .collect(),
        by_deprivation: offers
            .deprivation
            .as_ref()
            .map_or([[1.0; 3]; 5], |by| by.each().map(rates)),
        by_group: scenario
            .groups
            .keys()
            .map(|name| of(offers.groups.get(name)))
            .collect(),
    })
}

/// Compiles team confidence, if the scenario has it.
pub fn confidence(scenario: &PathwayScenario) -> Option<Confidence> {
    scenario.confidence.map(|spec| Confidence {
        start: spec.start.get(),
        gain: spec.gain.get(),
        loss: spec.loss.get(),
        noticing: spec.noticing.get(),
        planning: spec.planning.get(),
        informal_advice: spec.informal_advice.get(),
    })
}
