//! One simulated person's story.

use super::error::Error;
use super::experiment::Experiment;
use super::world::World;
use crate::base::{DAY, NEVER, Time};
use crate::model::{Model, Place};
use crate::pathway::course::Person;

/// The story of a person, by position in the course of a replication, in the first arm of an experiment; by default
/// of the first whose palliative phase lies wholly in the measured window.
///
/// # Errors
/// A network of queues has no persons; the replication has fewer.
pub fn story(e: &Experiment, replication: u64, person: Option<u32>) -> Result<String, Error> {
    let World::Pathway(pathway) = &e.world else {
        let why = "a network of queues has no persons: only scenarios of kind \"pathway\" do";
        return Err(Error::Refused(why.to_string()));
    };
    let course = pathway.course(replication);
    let all = course.people.len();
    let Some(model) = pathway.models().next() else {
        return Err(Error::Refused("there is no arm".to_string()));
    };
    let (from, to) = model.windows.measured_window();
    let counted = |p: &Person| p.palliative_from >= from && p.palliative_from < p.death && p.death < to;
    let first = || course.people.iter().position(counted).unwrap_or(0) as u32;
    let person = person.unwrap_or_else(first);
    let Some(who) = course.people.get(person as usize) else {
        return Err(Error::Refused(format!(
            "replication {replication} has {all} people: give a number from 0 to {}",
            all.saturating_sub(1)
        )));
    };
    let head = introduction(model, who);
    let mut told = pathway.story(0, replication, person).text();
    if told.is_empty() {
        told = format!(
            "Nothing is simulated of this person: the run ends in {}.\n",
            when(model.windows.end())
        );
    }
    Ok(format!(
        "Person {person} of {all}, replication {replication}, seed {}, {}\n{head}\n{told}",
        e.seed, e.arms[0].name
    ))
}

fn introduction(model: &Model, who: &Person) -> String {
    let exo = &model.exogenous;
    let place = |p: Place| Place::NAMES[p as usize].replace('_', " ");
    let mut parts = vec![
        format!("aged {}", exo.age_bands[usize::from(who.age)]),
        exo.groups[usize::from(who.group)].name.replace('_', " "),
        format!("practice {}", exo.practices[usize::from(who.practice)].name),
        format!(
            "deprivation quintile {} (1 is most deprived)",
            who.deprivation + 1
        ),
    ];
    if who.care_home {
        parts.push("in a care home".to_string());
    } else {
        parts.push(
            if who.alone {
                "lives alone"
            } else {
                "lives with others"
            }
            .to_string(),
        );
    }
    parts.push(match who.carer_hours {
        h if h > 0.0 => format!("cared for {h:.0} hours a week by family or friends"),
        _ => "nobody cares for them".to_string(),
    });
    parts.push(format!("would like to die: {}", place(who.preferred)));
    format!(
        "{}.\nFirst suspected in {}, palliative from {}, end of life from {}, death in {}.\n",
        parts.join(", "),
        when(who.diagnosed),
        when(who.palliative_from),
        when(who.end_of_life_from),
        when(who.death)
    )
}

fn when(t: Time) -> String {
    match t {
        NEVER => "never".to_string(),
        t => format!("week {}", t.div_euclid(7 * DAY)),
    }
}
