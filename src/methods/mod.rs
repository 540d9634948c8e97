//! The mathematics of experiments: designs and analyses of plain tables of numbers.
//!
//! Nothing here knows a world, a thread or a file. A method is a design (which points, how many replications), numbers
//! by point and replication, and an analysis of them; what runs the points is in `experiment` and `app`.

pub mod lhs;
pub mod sequence;
pub mod shapley;
pub mod simultaneous;
