//! Which measures, waiting times, groups and outcomes exist, and where each value lies in a record.

use std::fmt;

use super::bins::Bins;
use super::layout::Layout;
use super::outcome::{Kind, Outcome};

/// Most outcomes tested together (Holm).
pub const MAX_HEADLINES: usize = 12;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u32);

        impl $name {
            /// Position in the catalogue's list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A group of people; `GroupId::ALL` is everybody.
    GroupId
}
id! {
    /// A recorded integer.
    MeasureId
}
id! {
    /// A recorded waiting time with competing ends.
    WaitId
}
id! {
    /// An outcome.
    OutcomeId
}

impl GroupId {
    /// Everybody.
    pub const ALL: GroupId = GroupId(0);
}

/// A group of people by one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Attribute, such as `deprivation`; `all` for everybody.
    pub dimension: String,
    /// Its value, such as `1`; empty for everybody.
    pub level: String,
}

impl fmt::Display for Group {
    /// `all`, or `dimension=level`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level.is_empty() {
            true => write!(f, "{}", self.dimension),
            false => write!(f, "{}={}", self.dimension, self.level),
        }
    }
}

/// Whether a measure is kept for every group or for everybody together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Everybody together only (a team's hours).
    Overall,
    /// Everybody together and each group (a person's days).
    ByGroup,
}

/// A recorded integer per arm (and group).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Name, unique among measures and waits.
    pub name: String,
    /// Kept by group or not.
    pub breadth: Breadth,
    pub(super) start: usize,
}

/// A waiting time from entry to the first of several causes, as histograms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Name, unique among measures and waits.
    pub name: String,
    /// Kept by group or not.
    pub breadth: Breadth,
    /// Time bins.
    pub bins: Bins,
    /// Names of the ends that compete, such as `started`, `died`; the first is the one waited for.
    pub causes: Vec<String>,
    pub(super) start: usize,
}

impl Wait {
    /// Values of one group: entries, then a histogram per cause, then one of the censored.
    pub fn width(&self) -> usize {
        1 + (self.causes.len() + 1) * self.bins.len()
    }

    /// Offset within one group's values of the count in `bin` of ends by `cause`.
    pub fn event_offset(&self, cause: usize, bin: usize) -> usize {
        1 + cause * self.bins.len() + bin
    }

    /// Offset within one group's values of the count in `bin` of the censored.
    pub fn censored_offset(&self, bin: usize) -> usize {
        self.event_offset(self.causes.len(), bin)
    }
}

/// All that is recorded and worked out; immutable once built by `CatalogueBuilder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    pub(super) arms: Vec<String>,
    pub(super) groups: Vec<Group>,
    pub(super) measures: Vec<Measure>,
    pub(super) waits: Vec<Wait>,
    pub(super) outcomes: Vec<Outcome>,
    /// Values of one arm; arms follow one another.
    pub(super) stride: usize,
    pub(super) layout: Layout,
}

impl Catalogue {
    /// Names of the arms, in order; the first is what others are compared with.
    pub fn arms(&self) -> &[String] {
        &self.arms
    }

    /// Groups; the first is everybody.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Measures.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// Waiting times.
    pub fn waits(&self) -> &[Wait] {
        &self.waits
    }

    /// Outcomes.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The outcome of that name.
    pub fn outcome(&self, name: &str) -> Option<OutcomeId> {
        self.outcomes
            .iter()
            .position(|o| o.name == name)
            .map(|i| OutcomeId(i as u32))
    }

    /// The group shown as that name (`all`, `deprivation=1`).
    pub fn group(&self, name: &str) -> Option<GroupId> {
        self.groups
            .iter()
            .position(|g| g.to_string() == name)
            .map(|i| GroupId(i as u32))
    }

    /// The group at an index of [`Catalogue::groups`].
    ///
    /// # Panics
    /// If there is none.
    pub fn group_id(&self, index: usize) -> GroupId {
        assert!(index < self.groups.len());
        GroupId(index as u32)
    }

    /// The wait at an index of [`Catalogue::waits`].
    ///
    /// # Panics
    /// If there is none.
    pub fn wait_id(&self, index: usize) -> WaitId {
        assert!(index < self.waits.len());
        WaitId(index as u32)
    }

    /// The outcome at an index of [`Catalogue::outcomes`].
    ///
    /// # Panics
    /// If there is none.
    pub fn outcome_id(&self, index: usize) -> OutcomeId {
        assert!(index < self.outcomes.len());
        OutcomeId(index as u32)
    }

    /// The measure of that name.
    pub fn measure(&self, name: &str) -> Option<MeasureId> {
        self.measures
            .iter()
            .position(|m| m.name == name)
            .map(|i| MeasureId(i as u32))
    }

    /// The waiting time of that name.
    pub fn wait(&self, name: &str) -> Option<WaitId> {
        self.waits
            .iter()
            .position(|w| w.name == name)
            .map(|i| WaitId(i as u32))
    }

    /// Order of the values in a record.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Position of a measure's value. A measure kept overall only has its value under `GroupId::ALL`.
    pub fn at(&self, arm: usize, measure: MeasureId, group: GroupId) -> usize {
        let m = &self.measures[measure.index()];
        debug_assert!(arm < self.arms.len() && group.index() < self.breadth_groups(m.breadth));
        arm * self.stride + m.start + group.index()
    }

    /// Position of the first value (the entries) of a wait.
    pub fn wait_at(&self, arm: usize, wait: WaitId, group: GroupId) -> usize {
        let w = &self.waits[wait.index()];
        debug_assert!(arm < self.arms.len() && group.index() < self.breadth_groups(w.breadth));
        arm * self.stride + w.start + group.index() * w.width()
    }

    /// Number of groups that values of this breadth are kept for.
    pub fn breadth_groups(&self, breadth: Breadth) -> usize {
        match breadth {
            Breadth::Overall => 1,
            Breadth::ByGroup => self.groups.len(),
        }
    }

    /// Whether an outcome is shown for every group or for everybody only.
    pub fn breadth(&self, outcome: &Outcome) -> Breadth {
        let measure = |m: &MeasureId| self.measures[m.index()].breadth;
        match &outcome.kind {
            Kind::Ratio { num, den, .. } => match (measure(num), measure(den)) {
                (Breadth::ByGroup, Breadth::ByGroup) => Breadth::ByGroup,
                _ => Breadth::Overall,
            },
            Kind::Mean { num, .. } => measure(num),
            Kind::Incidence { wait, .. } | Kind::Centile { wait, .. } | Kind::RestrictedMean { wait, .. } => {
                self.waits[wait.index()].breadth
            }
            Kind::Gap { .. } | Kind::Relative { .. } | Kind::RiskRatio { .. } | Kind::Slope { .. } => {
                Breadth::Overall
            }
        }
    }
}
