//! How long the warm-up must be: one sentence, a table, JSON.

use serde_json::{Value, json};

use super::layout::{Align, Page, Row};
use super::numbers::fixed;
use crate::base::Secs;
use crate::methods::mser::NoTruncation;
use crate::stats::Estimate;

/// The level of the test whether a bias is left after the present warm-up, over all outcomes together.
pub const ALPHA: f64 = 0.025;
/// The level of the test whether what MSER-5 leaves out is biased, over all outcomes together: with the other, 5% for "too short".
pub const ALPHA_CHOSEN: f64 = 0.025;

/// Characters of a label in the table.
const LABEL: usize = 44;

/// All that is told of a scenario's warm-up.
#[derive(Clone, Debug, PartialEq)]
pub struct Warmup {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Seed.
    pub seed: u64,
    /// Replications.
    pub replications: u64,
    /// Length of an interval, seconds.
    pub interval: Secs,
    /// Number of intervals.
    pub intervals: usize,
    /// Half-width of the moving average, in intervals.
    pub window: usize,
    /// The scenario's present warm-up, seconds.
    pub present: Secs,
    /// The contrast by which a bias left after it is looked for: intervals (from, until), (from, until); `None` if too few
    /// intervals follow it.
    pub contrast: Option<[(usize, usize); 2]>,
    /// When the scenario itself changes during these intervals, seconds.
    pub changes: Option<Secs>,
    /// By outcome.
    pub outcomes: Vec<WarmupOutcome>,
}

/// What is told of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmupOutcome {
    /// Name in tables.
    pub name: String,
    /// Label for people.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Value by interval, all replications together; `None` where nobody is at risk.
    pub values: Vec<Option<f64>>,
    /// Welch's moving average, from the first interval; empty where a value is missing.
    pub smooth: Vec<f64>,
    /// Intervals that MSER-5 leaves out, or why none can be given.
    pub mser: Result<usize, Unknown>,
    /// Fewest and most when any one replication is left out.
    pub range: Option<(usize, usize)>,
    /// What MSER-5 leaves out less the rest.
    pub left_out: Option<Contrast>,
    /// The first interval at which the moving average has reached the mean of the second half.
    pub welch: Option<usize>,
    /// What follows the present warm-up at once less the rest.
    pub remaining: Option<Contrast>,
}

/// A difference between two parts of the series, over replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The difference.
    pub difference: Estimate,
    /// Its p, adjusted by Holm over the outcomes.
    pub p_holm: Option<f64>,
    /// The level below which it is clear.
    pub level: f64,
}

impl Contrast {
    /// Whether there is a difference.
    pub fn is_clear(&self) -> bool {
        self.p_holm.is_some_and(|p| p < self.level)
    }
}

/// Why nothing can be said of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// In so many intervals nobody is at risk.
    Gaps(usize),
    /// MSER-5 gives no cut.
    Mser(NoTruncation),
}

/// Whether the present warm-up is long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// It is, as far as can be told.
    Yes,
    /// It is not.
    No,
    /// It cannot be told.
    CannotTell,
}

impl WarmupOutcome {
    /// Intervals that the warm-up must have for this outcome: what MSER-5 leaves out, where that differs from the rest; 0 where
    /// no initial bias can be seen. `None`: cannot tell.
    pub fn needs(&self) -> Option<usize> {
        let cut = self.mser.ok()?;
        Some(match self.left_out.is_some_and(|c| c.is_clear()) {
            true => cut,
            false => 0,
        })
    }
}

impl Warmup {
    /// The outcome that needs the longest, and how many intervals.
    pub fn longest(&self) -> Option<(&WarmupOutcome, usize)> {
        let told = self.outcomes.iter().filter_map(|o| Some((o, o.needs()?)));
        // The first of equals.
        told.reduce(|best, one| if one.1 > best.1 { one } else { best })
    }

    /// The warm-up needed, seconds; `None` where no outcome tells.
    pub fn needed(&self) -> Option<Secs> {
        self.longest().map(|(_, n)| n as i64 * self.interval)
    }

    /// Outcomes of which nothing can be told.
    pub fn untold(&self) -> impl Iterator<Item = &WarmupOutcome> {
        self.outcomes.iter().filter(|o| o.needs().is_none())
    }

    /// Outcomes that are still biased after the present warm-up.
    pub fn biased(&self) -> impl Iterator<Item = &WarmupOutcome> {
        let clear = |o: &&WarmupOutcome| o.remaining.is_some_and(|c| c.is_clear());
        self.outcomes.iter().filter(clear)
    }

    /// Whether the present warm-up is long enough.
    pub fn enough(&self) -> Enough {
        let short = self.needed().is_some_and(|needed| self.present < needed);
        match () {
            () if short || self.biased().next().is_some() => Enough::No,
            () if self.longest().is_none() || self.contrast.is_none() => Enough::CannotTell,
            () => Enough::Yes,
        }
    }

    /// The unit in which times are told, and its seconds.
    pub fn unit(&self) -> (&'static str, Secs) {
        use crate::base::{DAY, HOUR, WEEK};
        [("weeks", WEEK), ("days", DAY), ("hours", HOUR), ("minutes", 60)]
            .into_iter()
            .find(|(_, secs)| self.interval % secs == 0 || 2 * self.interval == *secs)
            .unwrap_or(("seconds", 1))
    }

    pub(super) fn time(&self, secs: Secs) -> String {
        let (_, unit) = self.unit();
        let x = secs as f64 / unit as f64;
        fixed(x, usize::from(x.fract() != 0.0))
    }

    fn intervals_as_time(&self, intervals: usize) -> String {
        self.time(intervals as i64 * self.interval)
    }

    /// The answer in one sentence or two.
    pub fn answer(&self) -> String {
        let unit = self.unit().0;
        let needed = match self.longest() {
            None => "How long the warm-up must be cannot be told from these series.".to_string(),
            Some((_, 0)) => "No outcome shows an initial bias: no warm-up is needed for them.".to_string(),
            Some((o, n)) => format!(
                "The warm-up must be {} {unit} long; what decides is \"{}\"{}.",
                self.intervals_as_time(n),
                o.label,
                match o.range {
                    Some((low, high)) => format!(
                        " ({} to {} {unit} when any one replication is left out)",
                        self.intervals_as_time(low),
                        self.intervals_as_time(high)
                    ),
                    None => String::new(),
                }
            ),
        };
        let own = match self.present {
            0 => "The scenario has no warm-up".to_string(),
            secs => format!("The scenario's own is {} {unit}", self.time(secs)),
        };
        let enough = match self.enough() {
            Enough::Yes => format!(
                "{own}: long enough{}.",
                match self.untold().count() {
                    0 => String::new(),
                    n => format!(
                        ", as far as can be told ({n} of {} outcomes settle too late for MSER-5, without a clear bias)",
                        self.outcomes.len()
                    ),
                }
            ),
            Enough::No => {
                let biased: Vec<String> = self.biased().map(|o| format!("\"{}\"", o.label)).collect();
                match biased.is_empty() {
                    true => format!("{own}: too short."),
                    false => format!(
                        "{own}: too short; what follows it is still biased for {}.",
                        biased.join(", ")
                    ),
                }
            }
            Enough::CannotTell => format!("{own}; whether that is long enough cannot be told."),
        };
        format!("{needed} {enough}")
    }

    /// The answer and the table, no line longer than `width`.
    pub fn text(&self, width: usize) -> String {
        let unit = self.unit().0;
        let mut page = Page::new(width);
        page.heading("Warm-up");
        page.paragraph(&self.answer());
        page.gap();
        page.paragraph(&format!(
            "{}: {} replications (seed {}) from the empty start, {} intervals of {} {unit}.",
            self.title.trim_end_matches('.'),
            self.replications,
            self.seed,
            self.intervals,
            self.time(self.interval),
        ));
        if let Some(at) = self.changes {
            page.paragraph(&format!(
                "The scenario itself changes after {} {unit}: what follows is no steady state, and what is said here of the \
                 time after it means little.",
                self.time(at)
            ));
        }
        page.gap();
        let cells = |row: [String; 6]| Row::Cells(row.to_vec());
        let head = ["", "MSER-5", "range", "bias", "Welch", "bias left"];
        let mut rows = vec![cells(head.map(str::to_string))];
        for o in &self.outcomes {
            let time = |n: usize| self.intervals_as_time(n);
            let mser = o.mser.map_or("?".to_string(), time);
            let range = o.range.map_or(String::new(), |(a, b)| match a == b {
                true => time(a),
                false => format!("{}-{}", time(a), time(b)),
            });
            let clear = |c: &Option<Contrast>| match c {
                Some(c) if c.is_clear() => "yes",
                Some(_) => "no",
                None => "",
            };
            let left = o.remaining.map_or(String::new(), |c| {
                let star = if c.is_clear() { " *" } else { "" };
                match (c.difference.value(), c.difference.half_width()) {
                    (Some(d), Some(h)) => format!("{} ± {}{star}", signed(d), size(h)),
                    _ => star.to_string(),
                }
            });
            let welch = o.welch.map_or("?".to_string(), time);
            let label: String = match o.label.chars().count() > LABEL {
                true => o.label.chars().take(LABEL - 1).chain(['…']).collect(),
                false => o.label.clone(),
            };
            rows.push(cells([
                label,
                mser,
                range,
                clear(&o.left_out).to_string(),
                welch,
                left,
            ]));
        }
        use Align::{Left, Right};
        page.table(&[Left, Right, Left, Left, Right, Left], &rows);
        page.gap();
        page.paragraph(&format!(
            "Times in {unit}. MSER-5 (White, Cobb and Spratt 2000) over all replications together; range: when any one replication is \
             left out. It counts only where a cut chosen on every other replication leaves out what differs from the rest in those \
             between (bias: yes). Welch: where the moving average \
             (window {} either side) first reaches the mean of the second half, a help in reading the plot and no test. Bias left: the \
             first quarter of what follows the present warm-up less the rest, with 95% interval, * where it is clear. Both tests are \
             paired over replications and adjusted by Holm, 2.5% each over all outcomes together. Where no bias is seen, one as \
             large as the interval of \"bias left\" is not excluded.",
            self.window
        ));
        for o in self.untold() {
            page.point(&format!("Cannot tell for \"{}\": {}.", o.label, self.why(o)));
        }
        page.finish()
    }

    /// Why nothing can be told of an outcome.
    pub fn why(&self, o: &WarmupOutcome) -> String {
        let unit = self.unit().0;
        match o.mser {
            Ok(_) => String::new(),
            Err(Unknown::Gaps(n)) => format!(
                "nobody is at risk in {n} of {} intervals (or it is recorded for the window as a whole); take longer ones or more \
                 replications",
                self.intervals
            ),
            Err(Unknown::Mser(NoTruncation::TooShort { needed })) => format!(
                "MSER-5 needs at least {needed} intervals; take shorter ones or a longer `run.measured`"
            ),
            Err(Unknown::Mser(NoTruncation::NotFinite)) => "a value is not finite".to_string(),
            Err(Unknown::Mser(NoTruncation::SecondHalf(n))) => format!(
                "MSER-5 would leave out {} of {} {unit}, more than half: it is still settling, or has a trend; take a longer \
                 `run.measured`",
                self.intervals_as_time(n),
                self.intervals_as_time(self.intervals)
            ),
        }
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        let contrast = |c: &Option<Contrast>| {
            c.map(|c| json!({ "difference": c.difference, "p_holm": c.p_holm, "clear": c.is_clear() }))
        };
        let outcomes = self.outcomes.iter().map(|o| {
            json!({
                "outcome": o.name, "label": o.label, "unit": o.unit,
                "mser5_intervals": o.mser.ok(), "cannot_tell": o.mser.is_err().then(|| self.why(o)),
                "leaving_one_out": o.range, "welch_intervals": o.welch, "needed_intervals": o.needs(),
                "bias_left_out": contrast(&o.left_out), "bias_remaining": contrast(&o.remaining),
            })
        });
        let enough = match self.enough() {
            Enough::Yes => json!(true),
            Enough::No => json!(false),
            Enough::CannotTell => Value::Null,
        };
        json!({
            "answer": self.answer(), "scenario": self.scenario, "seed": self.seed, "replications": self.replications,
            "interval_seconds": self.interval, "intervals": self.intervals,
            "needed_seconds": self.needed(), "decided_by": self.longest().filter(|l| l.1 > 0).map(|l| &l.0.name),
            "present_seconds": self.present, "long_enough": enough,
            "outcomes": outcomes.collect::<Vec<_>>(),
        })
    }
}

fn signed(x: f64) -> String {
    format!("{}{}", if x < 0.0 { "-" } else { "+" }, size(x.abs()))
}

/// To two significant digits or so.
fn size(x: f64) -> String {
    let places = match x {
        x if x >= 10.0 => 0,
        x if x >= 1.0 => 1,
        x if x >= 0.1 => 2,
        x if x >= 0.01 => 3,
        _ => 4,
    };
    fixed(x, places)
}
