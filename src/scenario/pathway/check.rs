//! Contradictions in a locality that the schema cannot express.
use super::PathwayScenario;
use crate::base::diagnostic::Diagnostic;
use crate::scenario::read::{Body, Places};

impl Body for PathwayScenario {
    const KIND: &'static str = "pathway";
    const NEEDS_EVIDENCE: bool = true;

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let _ = (at, found);
    }
}
