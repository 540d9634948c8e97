//! The mathematics of experiments: designs and analyses of plain tables of numbers.
//!
//! Nothing here knows a world, a thread or a file. A method is a design (which points, how many replications), numbers
//! by point and replication, and an analysis of them; what runs the points is in `experiment` and `app`.

pub mod lhs;
pub mod look_ahead;
pub mod looks;
pub mod metamodel;
pub mod ocba;
pub mod pareto;
pub mod selection;
pub mod sequence;
pub mod sizing;
pub mod systems;

#[cfg(test)]
mod tests_selection;
#[cfg(test)]
mod tests_sizing;
#[cfg(test)]
mod tests_tools;
