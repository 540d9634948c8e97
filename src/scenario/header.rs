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
    /// What only people can say, for the report after STRESS-DES; decides nothing.
    pub reporting: Option<Reporting>,
    /// Where each number comes from: a path (`*` is any one name) and what is known about it.
    #[serde(default)]
    #[schemars(extend("x-evidence" = false))]
    pub evidence: BTreeMap<String, EvidenceEntry>,
}

/// The keys that belong to the [`Header`].
pub const HEADER_KEYS: [&str; 7] = [
    "kind",
    "extends",
    "title",
    "question",
    "description",
    "reporting",
    "evidence",
];

/// What only people can say of a study: `careweave report --stress` puts it where the checklist STRESS-DES asks for it. No
/// result depends on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reporting {
    /// Background and purpose of the model: who is to decide what with it (item 1.1).
    pub purpose: Option<String>,
    /// What the experiments are to find out, and why these scenarios (item 1.3).
    pub aims: Option<String>,
    /// What was done to data before they became numbers of the scenario: gaps, outliers, conversions (item 3.2).
    pub data_pre_processing: Option<String>,
    /// How the length of the warm-up was chosen (item 4.1).
    pub warm_up: Option<String>,
    /// How somebody else gets scenario, program and data (item 6.1).
    pub sharing: Option<String>,
    /// What the model may be used for, and what not.
    pub intended_use: Option<String>,
    /// What a reader must know before believing a number.
    pub limitations: Option<String>,
    /// Who is answerable for the study.
    #[schemars(length(max = 1000))]
    pub authors: Vec<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Who paid for it.
    pub funding: Option<String>,
}

impl Reporting {
    /// The fields without which items of STRESS-DES stay empty: item, name, what is to be said.
    pub const NEEDED: [(&'static str, &'static str, &'static str); 5] = [
        ("1.1", "purpose", "background and purpose of the model"),
        (
            "1.3",
            "aims",
            "what the experiments are to find out, and why these scenarios",
        ),
        (
            "3.2",
            "data_pre_processing",
            "what was done to data before they became numbers",
        ),
        ("4.1", "warm_up", "how the length of the warm-up was chosen"),
        (
            "6.1",
            "sharing",
            "how somebody else gets scenario, program and data",
        ),
    ];

    /// A field by its name, `None` where it is left out or empty.
    pub fn field(&self, name: &str) -> Option<&str> {
        let text = match name {
            "purpose" => &self.purpose,
            "aims" => &self.aims,
            "data_pre_processing" => &self.data_pre_processing,
            "warm_up" => &self.warm_up,
            "sharing" => &self.sharing,
            "intended_use" => &self.intended_use,
            "limitations" => &self.limitations,
            "contact" => &self.contact,
            "funding" => &self.funding,
            _ => &None,
        };
        text.as_deref().map(str::trim).filter(|t| !t.is_empty())
    }
}
