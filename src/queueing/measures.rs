//! What one run of a network has counted: integers only, over the window of [`super::Stop`].

use super::histogram::LogHistogram;
use crate::base::Secs;
use crate::kernel::TeamMeasures;

/// Everything counted in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Length of the window, in seconds.
    pub window_secs: Secs,
    /// Kernel events in the whole run, warm-up included.
    pub events: u64,
    /// By station.
    pub stations: Vec<StationMeasures>,
    /// By class, over the whole network.
    pub classes: Vec<ClassMeasures>,
}

/// One station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StationMeasures {
    /// Servers and queue, as the kernel counts them.
    pub servers: TeamMeasures,
    /// Integral of the number of customers there (waiting, in service or blocked), in customer-seconds.
    pub present_secs: Secs,
    /// By class.
    pub visits: Vec<VisitMeasures>,
}

/// One class at one station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitMeasures {
    /// Customers who were let in.
    pub arrivals: u64,
    /// Services begun.
    pub starts: u64,
    /// Customers who left after service.
    pub completions: u64,
    /// Customers turned away because the station was full.
    pub lost: u64,
    /// Customers who ran out of patience.
    pub reneged: u64,
    /// Seconds waited by those whose service began.
    pub wait_secs: Secs,
    /// Seconds waited by those who reneged.
    pub reneged_wait_secs: Secs,
    /// Seconds at the station (waiting, in service, blocked) of those who left after service.
    pub sojourn_secs: Secs,
    /// Waits of those whose service began.
    pub waits: LogHistogram,
}

/// One class in the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassMeasures {
    /// Customers who came from outside, also those not let in.
    pub arrivals: u64,
    /// Customers who left after their last service.
    pub departures: u64,
    /// Customers lost at a full station.
    pub lost: u64,
    /// Customers who reneged.
    pub reneged: u64,
    /// Seconds from arrival to departure (stays at home included) of those who left after their last
    /// service; counted from second 0 for those of a stationary start.
    pub sojourn_secs: Secs,
    /// Integral of the number in the network, stays at home included, in customer-seconds.
    pub present_secs: Secs,
}
