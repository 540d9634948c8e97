//! Quantities of a replication whose means are known before it is run.

/// One of them: a control variate.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Name in tables.
    pub name: String,
    /// Words for people.
    pub label: String,
    /// Its mean over replications.
    pub mean: f64,
}

impl Control {
    /// A control.
    pub fn new(name: &str, label: &str, mean: f64) -> Control {
        Control {
            name: name.to_string(),
            label: label.to_string(),
            mean,
        }
    }
}
