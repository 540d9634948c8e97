//! The named rules a schema can ask for: syntax of a text (`x-format`), sense of a whole value (`x-check`).

use super::de::from_node;
use super::hours::{Date, Hours};
use super::law::LawSpec;
use super::law_work;
use super::node::Node;
use super::pathway::Amount;

/// What is wrong with a value as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Path of the offending part inside the value.
    pub at: Vec<String>,
    /// One sentence.
    pub message: String,
    /// A few words for the place itself.
    pub label: String,
    /// What would be right.
    pub help: Option<String>,
}

/// Checks the syntax of a text.
///
/// # Errors
/// Says what cannot be read. An unknown format is an error too: a schema that asks for a rule
/// nobody wrote must not pass silently.
pub fn format(name: &str, text: &str) -> Result<(), String> {
    match name {
        "hours" => Hours::try_from(text.to_owned()).map(drop),
        "date" => Date::try_from(text.to_owned()).map(drop),
        other => Err(format!("the schema asks for the unknown format `{other}`")),
    }
}

/// Checks a rule of a whole value; returns what it will cost to compile it (see `law_work`).
///
/// # Errors
/// The first contradiction inside the value.
pub fn check(name: &str, node: &Node) -> Result<u64, Fault> {
    match name {
        "law" => match from_node::<LawSpec>(node) {
            Ok(law) => {
                let work = law.to_law().map_or(0, |law| law_work::of(&law));
                if work > law_work::MOST {
                    return Err(law_work::fault("this law takes too long to be tabulated"));
                }
                law.check().map(|()| work)
            }
            Err(misfit) => Err(Fault {
                at: Vec::new(),
                message: misfit.message,
                label: String::new(),
                help: None,
            }),
        },
        "amount" => match from_node::<Amount>(node) {
            Ok(amount) => amount
                .law()
                .and_then(|law| law.check().map(|()| law_work::of(&law)))
                .map_err(|why| Fault {
                    at: Vec::new(),
                    message: format!("this is not a law one can draw from: {why}"),
                    label: "these parameters".to_owned(),
                    help: None,
                }),
            Err(misfit) => Err(Fault {
                at: Vec::new(),
                message: misfit.message,
                label: String::new(),
                help: None,
            }),
        },
        other => {
            let message = format!("the schema asks for the unknown rule `{other}`");
            Err(Fault {
                at: Vec::new(),
                message,
                label: String::new(),
                help: None,
            })
        }
    }
}
