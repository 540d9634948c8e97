//! What is known of a replication before care: counts of the course with their means by formula.
//!
//! All of them are counted in the measured window of the course itself, which is the same in all arms, so nothing of care is in
//! them. Deaths of a practice and group are a Poisson process of known rate (arrivals are one from so long before that
//! nobody is missed); acute events follow from the semi-Markov course ([`super::population`]), whose formula leaves out the
//! cut of very long illnesses. A group that arises in a part of the run only is not stationary: then there are none.

use super::Pathway;
use super::population::{YEAR, expected};
use crate::observe::Control;

impl Pathway {
    /// Expected deaths of cancer and of other illnesses, and acute events, in the measured window.
    ///
    /// # Errors
    /// Why nothing is known, in words.
    pub fn controls(&self) -> Result<Vec<Control>, &'static str> {
        let exo = &self.arms[0].model.exogenous;
        if exo.groups.iter().any(|g| g.between.is_some()) {
            return Err(
                "some people fall ill in a part of the run only, so that their numbers are not known by formula",
            );
        }
        let known =
            expected(exo).ok_or("the course of illness has no end, so that its means are not known")?;
        let years = self.windows().measured as f64 / YEAR as f64;
        let deaths = |cancer: bool| -> f64 {
            let groups = exo.groups.iter().enumerate();
            let of = groups.filter(|(_, g)| !g.sudden && g.cancer == cancer);
            of.map(|(g, _)| known.deaths_of(g)).sum::<f64>() * years
        };
        Ok(vec![
            Control::new("deaths_cancer", "expected deaths of cancer", deaths(true)),
            Control::new(
                "deaths_other",
                "expected deaths of other illnesses",
                deaths(false),
            ),
            Control::new(
                "acute_events",
                "acute medical events",
                known.acutes_a_year() * years,
            ),
        ])
    }

    /// Their values in a replication.
    pub fn control_values(&self, replication: u64) -> Vec<f64> {
        let course = self.course(replication);
        let exo = &self.arms[0].model.exogenous;
        let (from, to) = self.windows().measured_window();
        let within = |t| (from..to).contains(&t);
        let deaths = |cancer: bool| {
            let died = course.people.iter().filter(|p| !p.is_sudden() && within(p.death));
            died.filter(|p| exo.groups[usize::from(p.group)].cancer == cancer)
                .count() as f64
        };
        let acutes = course.acutes.iter().filter(|a| within(a.time)).count();
        vec![deaths(true), deaths(false), acutes as f64]
    }
}
