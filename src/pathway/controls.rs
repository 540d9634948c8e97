//! What is known of a replication before care: counts of the course with their means by formula.
//!
//! All of them are counted in the measured window of the course itself, which is the same in all arms, so nothing of care is in
//! them. Deaths of a practice and group are a Poisson process of known rate (arrivals are one from so long before that
//! nobody is missed). Acute events are Poisson given the spells of illness, so that their number less the sum of rate times
//! time over all spells has mean 0 exactly. (Of their number alone [`super::population::expected()`] knows the mean only to the accuracy
//! of its grid.) A group that arises in a part of the run only is not stationary: then there are none.

use super::Pathway;
use super::population::rate_per_second;
use crate::base::WEEK;
use crate::observe::Control;

impl Pathway {
    /// Expected deaths of cancer and of other illnesses, and acute events beyond their rates, in the measured window.
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
        let secs = self.windows().measured as f64;
        let deaths = |cancer: bool| -> f64 {
            let of = exo.groups.iter().filter(|g| !g.sudden && g.cancer == cancer);
            let rates = of.flat_map(|g| exo.practices.iter().map(|p| rate_per_second(p, g)));
            rates.sum::<f64>() * secs
        };
        Ok(vec![
            Control::new("deaths_cancer", "expected deaths of cancer", deaths(true)),
            Control::new(
                "deaths_other",
                "expected deaths of other illnesses",
                deaths(false),
            ),
            Control::new("acute_events", "acute medical events beyond their rates", 0.0),
        ])
    }

    /// Their values in a replication.
    pub fn control_values(&self, replication: u64) -> Vec<f64> {
        let course = self.course(replication);
        let exo = &self.arms[0].model.exogenous;
        let (from, to) = self.windows().measured_window();
        let within = |t| (from..to).contains(&t);
        let (mut deaths, mut acutes) = ([0.0; 2], 0.0);
        for p in course.people.iter().filter(|p| !p.is_sudden()) {
            let group = &exo.groups[usize::from(p.group)];
            if within(p.death) {
                deaths[usize::from(!group.cancer)] += 1.0;
            }
            let events = &course.acutes[p.acutes.0 as usize..p.acutes.1 as usize];
            acutes += events.iter().filter(|a| within(a.time)).count() as f64;
            for spell in &course.spells[p.spells.0 as usize..p.spells.1 as usize] {
                let secs = (spell.end.min(to) - spell.start.max(from)).max(0);
                let a_week = group.acute_a_week[spell.state as usize] * f64::from(p.acute_factor);
                acutes -= a_week * secs as f64 / WEEK as f64;
            }
        }
        vec![deaths[0], deaths[1], acutes]
    }
}
