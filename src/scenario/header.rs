//! What every scenario file says about itself, whatever its kind.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::EvidenceEntry;

/// The title block and the evidence of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// What kind of scenario this is.
    pub kind: String,
    /// The scenario file this one changes: read first, then overlaid.
    #[schemars(extend("x-example" = "\"base.toml\""))]
    pub extends: Option<String>,
    /// A title, for reports.
    pub title: Option<String>,
    /// The question this scenario is to answer.
    pub question: Option<String>,
    /// Remarks for readers.
    pub description: Option<String>,
    /// Where each number comes from: a path (`*` is any one name) and what is known about it.
    #[serde(default)]
    #[schemars(extend("x-evidence" = false))]
    pub evidence: BTreeMap<String, EvidenceEntry>,
}

/// The keys that belong to the [`Header`].
pub const HEADER_KEYS: [&str; 6] = ["kind", "extends", "title", "question", "description", "evidence"];
