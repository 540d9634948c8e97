//! The simulated world (`kind = "pathway"`), one file per process.
//!
//! The course of illness ([`course`]) is made once per replication and borrowed, immutable, by all
//! arms. [`World`] is one arm under way: people, needs, work items and everything between them, driven
//! by the kernel. No rule here may read the time of death except `death` and the [`recorder`], which
//! only write down what happened.

mod acp;
mod agenda;
mod bereavement;
mod carers;
pub mod catalogue;
pub mod causes;
mod contact;
pub mod course;
mod crisis;
mod death;
mod discharge_letter;
mod handoff;
pub mod fixture;
mod funding;
mod gsf;
mod hospice;
mod hospital;
mod meetings;
pub mod needs;
pub mod objects;
mod outcomes;
pub mod outcomes_planning;
mod outcomes_work;
mod planned;
pub mod population;
mod prescribing;
pub mod purposes;
mod recognition;
mod reconsider;
pub mod recorder;
pub mod register;
pub mod replication;
mod response;
mod review;
mod risk_tool;
pub mod roster;
mod social_care;
mod sourcing;
pub mod state;
mod symptoms;
pub mod team_time;
mod treatment;
pub mod trace;
mod work;
mod world;

pub use causes::{Cause, NeedKind};
pub use course::Course;
pub use replication::{ArmRun, Pathway};
pub use world::World;
