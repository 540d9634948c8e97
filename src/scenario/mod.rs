//! TOML text to a checked scenario, with all its problems at once.
//!
//! [`read`] is the way in. It loads a file and what it `extends` through a [`Loader`], lays every
//! `--set path=value` over them, walks the merged tree against the JSON Schema of the scenario's
//! kind, converts it into Rust types and checks those for contradictions. It returns all findings,
//! each at its line, and the [`Checked`] scenario if none of them is an error.
//!
//! # How to add a type to a schema
//!
//! The Rust types *are* the schema. A type needs only derives and doc comments:
//!
//! ```ignore
//! /// Rules of the council's means test.
//! #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields)]                   // always: an unknown key is then an error
//! pub struct MeansTest {
//!     /// Capital below which nothing is paid.     (shown by `explain` and under a missing key)
//!     pub lower: Money,                           // a leaf type brings its range and unit
//!     /// Length of the panel's cycle.
//!     pub cycle: Duration,                        // { weeks = 1 }
//!     /// Time until the forms are back.
//!     pub forms_returned: LawSpec,                // { lognormal = { median = 9, iqr = [5, 18], unit = "day" } }
//!     /// Vials in a supply.
//!     #[schemars(range(min = 1, max = 20), extend("x-unit" = "vials"))]
//!     pub vials: u32,                             // plain numbers take a range and a unit
//!     /// Who assesses.
//!     #[schemars(extend("x-refers" = "teams"))]   // must name an entry of [teams]; "did you mean" for free
//!     pub by: String,
//!     /// Share declined by diagnosis group.
//!     #[schemars(extend("x-keys-refer" = "groups"))]
//!     pub declined: BTreeMap<String, Probability>,
//!     /// Optional keys are `Option`, or have `#[serde(default)]`.
//!     pub note: Option<String>,
//! }
//! ```
//!
//! - Enums are externally tagged (serde's default) with `#[serde(rename_all = "snake_case",
//!   deny_unknown_fields)]`; unit variants are names in quotes, others are tables with one key.
//!   `#[serde(untagged)]` works where the forms differ by TOML type or by their keys.
//! - Everything is named: maps are `BTreeMap<String, T>`; there are no arrays of tables.
//! - All extension keywords are listed in [`mod@schema`]. Give a type that is often misspelt an
//!   `x-example` and an `x-what`; mark tables of technical settings `x-evidence = false`.
//! - A text with a syntax of its own gets an `x-format`, a rule between the parts of one value an
//!   `x-check`; both are functions registered in [`checks`]. Rules across the file go into
//!   [`Body::check`], which runs on the typed value.
//! - A kind of scenario is a root type implementing [`Body`], and a line each in [`Kind`], `KINDS`
//!   and `schema` in `read.rs`.

pub mod checks;
mod choice;
pub mod de;
pub mod evidence;
pub mod explain;
pub mod fit;
pub mod header;
pub mod hours;
pub mod later;
pub mod law;
mod law_work;
pub mod library;
pub mod load;
pub mod node;
pub mod overlay;
pub mod pathway;
pub mod queueing;
mod queueing_checks;
mod queueing_load;
pub mod plan;
mod range;
mod read;
pub mod schema;
mod suggest;
mod syntax;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod units;
mod walk;
pub mod write;

pub use evidence::{Evidence, Grade};
pub use explain::{Explanation, Parameter, explain, explained, is_fixed, keys, parameters};
pub use fit::{About, Bare, Written, about, bare, is_law, misfits, unit, written};
pub use header::{Header, Reporting};
pub use load::{BuiltIn, Layer, LoadError, Loader};
pub use node::{read_path, show_path};
pub use read::{Body, Checked, KINDS, Kind, NO_EVIDENCE, Places, read, schema};
pub use suggest::nearest;
