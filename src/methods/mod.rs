//! The mathematics of experiments: designs and analyses of plain tables of numbers.
//!
//! Nothing here knows a world, a thread or a file. A method is a design (which points, how many replications), numbers
//! by point and replication, and an analysis of them; what runs the points is in `experiment` and `app`.

pub mod agreement;
pub mod antithetic;
pub mod bands;
pub mod axis;
pub mod better;
pub mod bfgs;
pub mod chance;
pub mod competing;
pub mod control_variates;
pub mod crossed;
pub mod dense;
pub mod each;
pub mod emulator;
pub mod history;
pub mod identify;
pub mod laplace;
pub mod lhs;
pub mod look_ahead;
pub mod looks;
pub mod metamodel;
pub mod morris;
pub mod mser;
pub mod nested;
pub mod noise;
pub mod ocba;
pub mod pareto;
mod particles;
pub mod phase_type;
pub mod posterior;
pub mod predictive;
pub mod region;
pub mod regress;
pub mod selection;
pub mod semi_markov;
pub mod sequence;
pub mod shapley;
pub mod simultaneous;
pub mod sizing;
pub mod sobol;
pub mod symmetric;
pub mod systems;
pub mod tipping;
pub mod tornado;
pub mod turning;
pub mod voi;
pub mod welch;

#[cfg(test)]
mod tests_edges;
#[cfg(test)]
mod tests_history;
#[cfg(test)]
mod tests_identify;
#[cfg(test)]
mod tests_posterior;
#[cfg(test)]
mod tests_selection;
#[cfg(test)]
mod tests_sensitivity;
#[cfg(test)]
mod tests_sizing;
#[cfg(test)]
mod tests_tools;
#[cfg(test)]
mod tests_tipping;
#[cfg(test)]
mod tests_voi;
