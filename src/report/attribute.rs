//! Attribution of a difference to switches: what was found, and the text of the answer.

mod files;

pub use files::{attribute_files, attribute_json};

use super::layout::{Align, Page, Row};
use super::model::Number;
use super::numbers::{Unit, fixed};
use crate::methods::shapley::{Attribution, Share};
use crate::observe::Better;
use crate::stats::{Estimate, Missing};
use Align::{Left, Right};

/// Interactions of one outcome that the text names.
const INTERACTIONS_SHOWN: usize = 3;

/// How a difference is shared out among switches.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    /// From and to.
    pub scenarios: [String; 2],
    /// Their titles.
    pub titles: [String; 2],
    /// Replications of each coalition.
    pub replications: u64,
    /// Seed.
    pub seed: u64,
    /// Coalitions evaluated.
    pub coalitions: usize,
    /// Orders drawn; `None` where all coalitions were evaluated.
    pub drawn: Option<Drawn>,
    /// What the map of organisations is.
    pub carrier: Carrier,
    /// The switches, in the order of the parts.
    pub switches: Vec<SwitchTold>,
    /// By outcome.
    pub outcomes: Vec<AttributedOutcome>,
}

/// What is told of the orders drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Orders, reverses among them.
    pub orders: usize,
    /// Precision asked for, as a share of the whole.
    pub wanted: Option<f64>,
    /// Looks that were planned.
    pub looks: usize,
    /// Precision reached.
    pub reached: Option<f64>,
}

/// What the map of organisations is to the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// It does not differ.
    None,
    /// By itself it changes nothing, in any outcome and replication: it lies under all coalitions.
    Neutral,
    /// It changes something: it is a switch of its own.
    Player,
}

/// A switch and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchTold {
    /// `I1` and so on.
    pub key: String,
    /// What it is.
    pub name: String,
    /// Path, value in the first, value in the second, why it belongs here.
    pub parameters: Vec<[String; 4]>,
}

impl SwitchTold {
    fn title(&self) -> String {
        format!("{} {}", self.key, self.name).trim_end().to_string()
    }
}

/// One outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributedOutcome {
    /// Name as in the tables.
    pub name: String,
    /// `all` or `dimension=level`.
    pub group: String,
    /// Words for a reader.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Which direction is good.
    pub better: Better,
    /// With no switch on.
    pub from: Estimate,
    /// With all on.
    pub to: Estimate,
    /// The parts, or why there are none.
    pub parts: Result<Attribution, Missing>,
}

impl AttributedOutcome {
    fn title(&self) -> String {
        match self.group.as_str() {
            "all" => self.label.clone(),
            group => format!("{}, {group}", self.label),
        }
    }

    /// The parts where the whole can be told from zero.
    fn clear(&self) -> Option<&Attribution> {
        let certain = |a: &&Attribution| {
            a.whole.excludes_zero()
                || (a.whole.why_missing() == Some(Missing::NoVariation) && a.whole.value() != Some(0.0))
        };
        self.parts.as_ref().ok().filter(certain)
    }
}

/// The positions of the parts, the largest first.
fn ranked(a: &Attribution) -> Vec<usize> {
    let size = |j: usize| a.shares[j].phi.value().map_or(0.0, f64::abs);
    let mut order: Vec<usize> = (0..a.shares.len()).collect();
    order.sort_by(|&i, &j| size(j).total_cmp(&size(i)).then(i.cmp(&j)));
    order
}

/// A part with the interval of both errors.
fn part(share: &Share) -> Number {
    Number {
        interval: share.interval,
        ..Number::of(&share.phi)
    }
}

/// The answer in one paragraph.
fn answer(a: &Attributed) -> String {
    let clear: Vec<&Attribution> = a.outcomes.iter().filter_map(AttributedOutcome::clear).collect();
    let (from, to) = (&a.scenarios[0], &a.scenarios[1]);
    let all = a.outcomes.len();
    let none = |o: &AttributedOutcome| {
        let whole = o.parts.as_ref().ok().map(|a| &a.whole);
        whole.is_some_and(|w| w.value() == Some(0.0) && w.why_missing() == Some(Missing::NoVariation))
    };
    if !a.outcomes.is_empty() && a.outcomes.iter().all(none) {
        return format!(
            "From {from} to {to} nothing changes: every one of {all} outcomes is the same, exactly, in all {} replications.",
            a.replications
        );
    }
    if clear.is_empty() {
        return format!(
            "From {from} to {to}: of {all} outcomes none has a difference that can be told from zero with {} replications, so there \
             is nothing that parts could be called shares of.",
            a.replications
        );
    }
    let mut most = vec![0usize; a.switches.len()];
    for found in &clear {
        if let Some(&first) = ranked(found).first() {
            most[first] += 1;
        }
    }
    let mut order: Vec<usize> = (0..most.len()).filter(|&j| most[j] > 0).collect();
    order.sort_by(|&i, &j| most[j].cmp(&most[i]).then(i.cmp(&j)));
    let named: Vec<String> = order
        .iter()
        .map(|&j| format!("{} in {}", a.switches[j].title(), most[j]))
        .collect();
    format!(
        "From {from} to {to}: in {} of {all} outcomes the difference can be told from zero. The largest part of it is brought by {}.",
        clear.len(),
        named.join(", by ")
    )
}

/// How it was worked out.
fn design(a: &Attributed) -> Vec<String> {
    let count = |n: usize| fixed(n as f64, 0);
    let mut out = vec![match a.drawn {
        None => format!(
            "Coalitions of switches: all {} of {}, {} replications each with the same people; seed {}. Each part is a Shapley value: what \
             the switch adds, averaged over all orders in which they can be turned on. Square brackets: 95% intervals over \
             replications, each for one number alone.",
            count(a.coalitions),
            a.switches.len(),
            a.replications,
            a.seed
        ),
        Some(d) => {
            let per_cent = |x: f64| fixed(100.0 * x, 1);
            let reached = match (d.wanted, d.reached) {
                (Some(w), Some(r)) if r <= w => format!(
                    " No more were drawn because, at 95% for all switches and {} looks together, the choice of orders moves no part by \
                     more than {}% of its whole difference.",
                    d.looks,
                    per_cent(r)
                ),
                (Some(w), Some(r)) => format!(
                    " The precision asked for ({}% of the whole) was not reached: the choice of orders may move a part by {}%.",
                    per_cent(w),
                    per_cent(r)
                ),
                (_, Some(r)) => format!(
                    " At 95% for all switches together, the choice of orders moves no part by more than {}% of its whole difference.",
                    per_cent(r)
                ),
                _ => String::new(),
            };
            let errors = match d.orders > 2 {
                true => "chance between replications and the choice of orders together",
                false => {
                    "chance between replications only (one order and its reverse do not tell what the choice of orders does)"
                }
            };
            format!(
                "{} random orders of {} switches, each with its reverse ({} coalitions), {} replications each with the same people; seed \
                 {}. Each part is an estimated Shapley value: what the switch adds, averaged over the orders.{reached} Square \
                 brackets: 95% intervals for {errors}.",
                count(d.orders),
                a.switches.len(),
                count(a.coalitions),
                a.replications,
                a.seed
            )
        }
    }];
    out.push(
        match a.carrier {
            Carrier::None => "",
            Carrier::Neutral => {
                "The map of organisations also differs. Redrawn alone it changes nothing, in any of these outcomes and in every \
                 replication; it lies under all coalitions and has no part."
            }
            Carrier::Player => {
                "The map of organisations also differs and, redrawn alone, changes these outcomes: it is a switch of its own."
            }
        }
        .to_string(),
    );
    out.retain(|s| !s.is_empty());
    out
}

/// What not to conclude.
const CAUTION: &str = "Which parameter stands for which mechanism is a reading of a description, and every size behind it is an \
     assumption unless its evidence says otherwise. Parts say what the model does with these assumptions; they are no \
     measurement of what integration does.";

/// The whole answer as text.
pub fn attribute_text(a: &Attributed, width: usize) -> String {
    let mut page = Page::new(width);
    page.paragraph(&answer(a));
    page.gap();
    design(a).iter().for_each(|s| page.paragraph(s));
    for o in &a.outcomes {
        outcome(&mut page, a, o);
    }
    page.heading("The switches");
    for s in &a.switches {
        let values: Vec<String> = s
            .parameters
            .iter()
            .map(|[path, from, to, _]| format!("{path} ({from} to {to})"))
            .collect();
        page.point(&format!("{}: {}", s.title(), values.join("; ")));
    }
    page.gap();
    page.paragraph("The intervals show the play of chance only, not doubt about the assumptions.");
    if a.switches
        .iter()
        .flat_map(|s| &s.parameters)
        .any(|p| !p[3].is_empty())
    {
        page.paragraph(CAUTION);
    }
    page.finish()
}

fn outcome(page: &mut Page, a: &Attributed, o: &AttributedOutcome) {
    let unit = Unit::of(&o.unit);
    let direction = match o.better {
        Better::Higher => "; higher is better",
        Better::Lower => "; lower is better",
        Better::Neither => "",
    };
    page.heading(&o.title());
    let (from, to) = (Number::of(&o.from), Number::of(&o.to));
    page.paragraph(&format!(
        "{} {}, {} {} ({}{direction}).",
        a.scenarios[0],
        unit.full(&from, false),
        a.scenarios[1],
        unit.full(&to, false),
        unit.heading
    ));
    let found = match &o.parts {
        Ok(found) => found,
        Err(why) => {
            page.paragraph(&format!(
                "No parts can be given: some coalition has no value ({why})."
            ));
            return;
        }
    };
    if o.clear().is_none() {
        let zero =
            found.whole.value() == Some(0.0) && found.whole.why_missing() == Some(Missing::NoVariation);
        page.paragraph(match zero {
            true => "There is no difference, exactly.",
            false => "The whole difference cannot be told from zero, so no shares of it are given.",
        });
    }
    let cells = |cells: [String; 4]| Row::Cells(cells.to_vec());
    let mut rows = vec![cells(
        ["", "part", "95% interval", "of the whole"].map(str::to_string),
    )];
    let mut nothing = Vec::new();
    for j in ranked(found) {
        let (share, told) = (&found.shares[j], &a.switches[j]);
        if share.phi.value() == Some(0.0) && share.interval.is_none() {
            nothing.push(told.key.as_str());
            continue;
        }
        let phi = part(share);
        let of_whole = share.of_whole.and_then(|s| s.value());
        rows.push(cells([
            told.title(),
            unit.signed(&phi),
            unit.interval(&phi, true),
            of_whole.map_or(String::new(), |s| {
                format!("{}{}%", if s < 0.0 { "-" } else { "" }, fixed(100.0 * s.abs(), 0))
            }),
        ]));
    }
    let whole = Number::of(&found.whole);
    rows.push(cells([
        "whole".to_string(),
        unit.signed(&whole),
        unit.interval(&whole, true),
        o.clear().map_or(String::new(), |_| "100%".to_string()),
    ]));
    page.table(&[Left, Right, Left, Right], &rows);
    if !nothing.is_empty() {
        let when = if a.drawn.is_some() {
            "in any order drawn"
        } else {
            "at all"
        };
        page.paragraph(&format!("Nothing {when}: {}.", nothing.join(", ")));
    }
    let mut strong: Vec<_> = (found.interactions.iter())
        .filter(|x| x.index.excludes_zero())
        .collect();
    let size = |e: &Estimate| e.value().map_or(0.0, f64::abs);
    strong.sort_by(|x, y| {
        size(&y.index)
            .total_cmp(&size(&x.index))
            .then(x.players.cmp(&y.players))
    });
    let words: Vec<String> = (strong.iter().take(INTERACTIONS_SHOWN))
        .map(|x| {
            let key = |j: usize| a.switches[j].key.as_str();
            let index = unit.full(&Number::of(&x.index), true);
            format!("{} with {} {index}", key(x.players.0), key(x.players.1))
        })
        .collect();
    if !words.is_empty() {
        page.paragraph(&format!(
            "Strongest interactions (beyond each alone): {}.",
            words.join("; ")
        ));
    } else if !found.interactions.is_empty() {
        page.paragraph("No interaction of two switches can be told from zero.");
    }
}
