//! What is recorded of relationship, withdrawn links and sweeps, and the outcomes worked out of it.

use crate::model::Model;
use crate::observe::{Better, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome};

use super::catalogue::ratio;
use super::recorder::Recorder;
use super::secession::KINDS;

/// Points of the measured window at which a slow state is shown.
const POINTS: [(&str, &str); 3] = [
    ("start", "at the start of the window"),
    ("middle", "in the middle of the window"),
    ("end", "at the end of the window"),
];
/// What sweeps find besides lost referrals.
const FOUND: [&str; 3] = ["overdue_contacts", "returned_referrals", "disputes"];

/// Where they lie; nothing is recorded of what no arm models.
#[derive(Clone, Debug, Default)]
pub struct RelationMeasures {
    /// Sum of relationships in millionths and number of pairs, by kind of pair and point; the last kind is all.
    relationship: Vec<[(MeasureId, MeasureId); 3]>,
    /// Withdrawals, time withdrawn, time of all links.
    withdrawn: Option<[MeasureId; 3]>,
    found: Vec<MeasureId>,
}

impl RelationMeasures {
    /// Measures of what some arm models.
    pub fn declare(b: &mut CatalogueBuilder, models: &[&Model]) -> RelationMeasures {
        let mut m = RelationMeasures::default();
        let mut o = |name: String| b.measure(&name, Breadth::Overall);
        let any = |f: fn(&Model) -> bool| models.iter().any(|m| f(m));
        if any(|m| m.relations.relationships.is_some()) {
            m.relationship = KINDS
                .into_iter()
                .chain(["all"])
                .map(|kind| {
                    POINTS.map(|(point, _)| {
                        let sum = o(format!("relationship_micro_{kind}_{point}"));
                        (sum, o(format!("relationship_pairs_{kind}_{point}")))
                    })
                })
                .collect();
        }
        if any(|m| !m.relations.severed.is_empty()) {
            m.withdrawn =
                Some(["links_withdrawn", "link_secs_withdrawn", "link_secs"].map(|n| o(n.to_owned())));
        }
        if any(|m| m.relations.sweeps.is_some()) {
            m.found = FOUND.map(|what| o(format!("swept_{what}"))).to_vec();
        }
        m
    }

    pub(super) fn relationship(&self, rec: &mut Recorder<'_>, kind: usize, point: usize, micro: i64) {
        for which in [kind, KINDS.len()] {
            let (sum, pairs) = self.relationship[which][point];
            rec.total(sum, micro);
            rec.total(pairs, 1);
        }
    }

    pub(super) fn withdrawn(&self, rec: &mut Recorder<'_>, (times, secs): (i64, i64), window: i64) {
        if let Some(ids) = self.withdrawn {
            for (id, amount) in ids.into_iter().zip([times, secs, window]) {
                rec.total(id, amount);
            }
        }
    }

    pub(super) fn found(&self, rec: &mut Recorder<'_>, found: [i64; 3]) {
        for (id, times) in self.found.iter().zip(found) {
            rec.total(*id, times);
        }
    }

    /// The outcomes.
    pub fn outcomes(&self, b: &mut CatalogueBuilder) {
        for (kind, at) in KINDS.into_iter().chain(["all"]).zip(&self.relationship) {
            for ((point, words), (sum, pairs)) in POINTS.into_iter().zip(at) {
                b.outcome(ratio(
                    &format!("mean_relationship_{kind}_{point}"),
                    &format!("Relationship between teams, {}, {words}", kind.replace('_', " ")),
                    "0 to 1",
                    Better::Higher,
                    *sum,
                    *pairs,
                    1e-6,
                ));
            }
        }
        if let Some([times, secs, all]) = self.withdrawn {
            b.outcome(Outcome::new(
                "count_links_withdrawn",
                "Links between teams withdrawn",
                "per replication",
                Better::Lower,
                Kind::Mean {
                    num: times,
                    scale: 1.0,
                },
            ));
            b.outcome(ratio(
                "share_links_withdrawn",
                "Time for which links between teams were withdrawn",
                "share",
                Better::Lower,
                secs,
                all,
                1.0,
            ));
        }
        for (what, id) in FOUND.into_iter().zip(&self.found) {
            b.outcome(Outcome::new(
                &format!("count_swept_{what}"),
                &format!("Found by somebody accountable: {}", what.replace('_', " ")),
                "per replication",
                Better::Neither,
                Kind::Mean { num: *id, scale: 1.0 },
            ));
        }
    }
}
