//! The simulated world (`kind = "pathway"`), one file per process.
//!
//! The course of illness ([`course`]) is made once per replication and borrowed, immutable, by all
//! arms. [`World`] is one arm under way: people, needs, work items and everything between them, driven
//! by the kernel. No rule here may read the time of death except `death` and the [`recorder`], which
//! only write down what happened.

mod access_state;
mod acp;
mod agenda;
mod barriers;
mod bereavement;
mod carers;
pub mod catalogue;
pub mod causes;
mod charts;
mod confidence;
mod contact;
mod coordination;
mod coordination_state;
mod coordinator;
pub mod course;
mod crisis;
mod death;
mod discharge_letter;
mod delegation;
mod continuing_service;
mod continuity;
mod epochs;
mod embedded;
pub mod event_log;
mod equity;
mod handoff;
pub mod handovers;
pub mod fixture;
mod funding;
mod gsf;
mod hospice;
mod hospital;
mod matron;
mod information;
mod joint_visits;
mod meetings;
pub mod needs;
pub mod objects;
mod outcomes;
mod outcomes_coordination;
pub mod outcomes_access;
mod outcomes_continuity;
mod outcomes_equity;
mod outcomes_relations;
pub mod outcomes_planning;
mod outcomes_work;
mod planned;
pub mod population;
mod prescribing;
pub mod purposes;
mod recognition;
mod reconsider;
mod relations;
pub mod recorder;
pub mod register;
pub mod replication;
mod response;
mod review;
mod risk_tool;
pub mod roster;
mod routes;
mod secession;
mod several;
mod sitting;
mod social_care;
mod sourcing;
pub mod state;
mod support;
mod sweeps;
mod symptoms;
mod tasks;
pub mod team_time;
mod treatment;
mod trust;
mod virtual_ward;
mod work;
mod world;

pub use causes::{Cause, NeedKind};
pub use course::Course;
pub use replication::{ArmRun, Pathway};
pub use world::World;
