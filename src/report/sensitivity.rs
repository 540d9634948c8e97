//! A sensitivity analysis as data: what was varied, and what each outcome hangs on.

use crate::methods::morris::Screened;
use crate::methods::sobol::{self, Indices};
use crate::methods::tornado;
use crate::methods::turning::Turned;
use crate::observe::Better;
use crate::scenario::plan::Method;
use crate::stats::Estimate;

/// Level below which an adjusted p-value counts as clear.
pub const CLEAR: f64 = 0.05;

/// What was varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Varied {
    /// Its name: that of its table in the plan, or its path.
    pub name: String,
    /// What it is as the scenarios are; both values where they differ.
    pub now: String,
    /// Its range, or its values.
    pub range: String,
}

/// A sensitivity analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// Title of the plan.
    pub title: String,
    /// The question it is to answer.
    pub question: Option<String>,
    /// One scenario, whose outcomes are looked at; or two, the second minus the first.
    pub scenarios: Vec<String>,
    /// How.
    pub method: Method,
    /// Replications of each point.
    pub replications: u64,
    /// Points that were run, of all scenarios.
    pub points: usize,
    /// What was varied.
    pub varied: Vec<Varied>,
    /// Assumptions that could not be varied, with the reason.
    pub left_out: Vec<(String, String)>,
    /// By outcome.
    pub outcomes: Vec<Sensitive>,
}

/// What one outcome hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitive {
    /// As asked for: `name` or `name@group`.
    pub asked: String,
    /// Outcome.
    pub name: String,
    /// `all` or `dimension=level`.
    pub group: String,
    /// Words for a reader.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Direction that is good.
    pub better: Better,
    /// The level, or the paired difference, with all parameters as they are.
    pub base: Estimate,
    /// What was found; in words why nothing could be.
    pub found: Result<Found, String>,
}

/// What a method found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// One parameter at a time.
    Tornado(Tornado),
    /// Elementary effects.
    Morris(Vec<Effect>),
    /// Sobol' indices.
    Sobol(Shares),
}

/// What a tornado found, widest bar first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// Whether the sign of the base is clear (always true of a level, which has no sign to decide by).
    pub clear: bool,
    /// By parameter.
    pub rows: Vec<Swing>,
}

/// One parameter's bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// Which parameter.
    pub varied: usize,
    /// Its settings, in words.
    pub settings: Vec<String>,
    /// The outcome, or the difference, at each.
    pub values: Vec<Estimate>,
    /// Changes and width.
    pub bar: tornado::Bar,
    /// p-value of "no setting changes the outcome", adjusted over the parameters (Holm).
    pub p: Option<f64>,
    /// What it means for the decision; none where there is one scenario only.
    pub verdict: Option<Decision>,
    /// Where the difference changes its sign, nearest to the present value first.
    pub turns: Vec<Turn>,
}

/// What a parameter does to the sign of a difference within its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// At some setting the sign is clearly the other.
    Turns,
    /// At some setting the estimate has the other sign, but not clearly.
    MayTurn,
    /// The sign stays, but is not clear at some setting.
    CannotTell,
    /// The sign stays and is clear at every setting.
    Holds,
}

impl Decision {
    /// In tables.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Turns => "turns",
            Decision::MayTurn => "may turn",
            Decision::CannotTell => "cannot tell",
            Decision::Holds => "holds",
        }
    }
}

/// A value of a parameter at which a difference changes its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The value.
    pub at: f64,
    /// Lower end of its interval; `None` if it goes on to the end of what was looked at.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Whether the other sign lies above it (seen from the present value); `None` if that is not known.
    pub above: Option<bool>,
    /// The values that were run on either side, the nearest ones with a sign; the difference is taken as straight between
    /// neighbours.
    pub between: (f64, f64),
}

/// One parameter's elementary effects; the greatest μ* first.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Which parameter.
    pub varied: usize,
    /// μ, μ*, σ.
    pub found: Screened,
    /// p-value of "μ* is not above the noise", adjusted over the parameters (Holm).
    pub p: Option<f64>,
    /// How often moving it turned the sign of the difference; none where there is one scenario only.
    pub turned: Option<Turned>,
}

/// Sobol' indices of all parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Indices, by parameter.
    pub indices: Indices,
    /// Parameters, the greatest total index first.
    pub order: Vec<usize>,
    /// p-values of "the total index is 0", by parameter, adjusted (Holm).
    pub p: Vec<Option<f64>>,
    /// How often moving each parameter turned the sign of the difference; none where there is one scenario only.
    pub turned: Option<Vec<Turned>>,
    /// Points all over the ranges at which the difference has the other sign than at the base, of how many.
    pub reversed: Option<(usize, usize)>,
}

impl Sensitivity {
    /// Whether it is about the difference of two scenarios.
    pub fn differs(&self) -> bool {
        self.scenarios.len() > 1
    }

    /// Whether intervals of Sobol' indices are for other replications too.
    pub fn noise_in_intervals(&self) -> bool {
        self.replications >= sobol::LEAST_REPLICATIONS as u64
    }
}

/// The method as files and JSON call it.
pub fn word(method: Method) -> &'static str {
    match method {
        Method::Tornado => "tornado",
        Method::Morris => "morris",
        Method::Sobol => "sobol",
    }
}
