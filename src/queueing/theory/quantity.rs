//! What theory gives and a run measures.

use crate::base::HOUR;
use crate::queueing::measures::Measures;
use crate::queueing::network::Network;

/// A quantity that theory gives and a run measures. Stations and classes by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Mean wait before service of those served, in seconds.
    MeanWait {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those served who waited at least so many seconds.
    WaitedAtLeast {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
        /// Seconds; the lower bound of a bucket of [`crate::queueing::LogHistogram`].
        secs: i64,
    },
    /// Mean time from arrival to departure, in seconds.
    MeanSojourn {
        /// Class.
        class: usize,
    },
    /// Mean number in the whole network, stays at home included.
    InNetwork {
        /// Class.
        class: usize,
    },
    /// Mean number waiting.
    QueueLength {
        /// Station.
        station: usize,
    },
    /// Mean number waiting, in service or blocked.
    Present {
        /// Station.
        station: usize,
    },
    /// Busy share of the servers.
    Utilisation {
        /// Station.
        station: usize,
    },
    /// Blocked share of the servers.
    Blocked {
        /// Station.
        station: usize,
    },
    /// Share of those who came and were turned away.
    LostShare {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those let in who ran out of patience.
    RenegedShare {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those let in who could not be served at once.
    Delayed {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those who came to the network and never came to this station.
    NotReached {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// The integral of the number in the network over the sum of the times spent there: 1 where a run begins and ends empty.
    Little {
        /// Class.
        class: usize,
    },
    /// Services completed in an hour.
    Throughput {
        /// Station.
        station: usize,
    },
}

impl Quantity {
    /// Numerator and denominator in one replication.
    pub fn of(self, measures: &Measures) -> (i64, i64) {
        let station = |index: usize| &measures.stations[index];
        let visit = |index: usize, class: usize| &measures.stations[index].visits[class];
        let window = measures.window_secs;
        match self {
            Quantity::MeanWait { station, class } => (
                visit(station, class).wait_secs,
                visit(station, class).starts as i64,
            ),
            Quantity::WaitedAtLeast { station, class, secs } => {
                let v = visit(station, class);
                let buckets = v.waits.counts().iter().enumerate();
                let beyond = buckets.filter(|&(b, _)| crate::queueing::LogHistogram::bounds(b).0 >= secs);
                (beyond.map(|(_, &count)| count as i64).sum(), v.starts as i64)
            }
            Quantity::MeanSojourn { class } => (
                measures.classes[class].sojourn_secs,
                measures.classes[class].departures as i64,
            ),
            Quantity::InNetwork { class } => (measures.classes[class].present_secs, window),
            Quantity::QueueLength { station: s } => (station(s).servers.queue_secs, window),
            Quantity::Present { station: s } => (station(s).present_secs, window),
            Quantity::Utilisation { station: s } => {
                (station(s).servers.busy_secs, station(s).servers.on_duty_secs)
            }
            Quantity::Blocked { station: s } => {
                (station(s).servers.blocked_secs, station(s).servers.on_duty_secs)
            }
            Quantity::LostShare { station, class } => {
                let v = visit(station, class);
                (v.lost as i64, (v.lost + v.arrivals) as i64)
            }
            Quantity::RenegedShare { station, class } => (
                visit(station, class).reneged as i64,
                visit(station, class).arrivals as i64,
            ),
            Quantity::Delayed { station, class } => {
                let v = visit(station, class);
                let at_once = v.waits.counts().first().map_or(0, |&count| count as i64);
                (v.arrivals as i64 - at_once, v.arrivals as i64)
            }
            Quantity::NotReached { station, class } => {
                let came = measures.classes[class].arrivals as i64;
                (came - visit(station, class).arrivals as i64, came)
            }
            Quantity::Little { class } => (
                measures.classes[class].present_secs,
                measures.classes[class].sojourn_secs,
            ),
            Quantity::Throughput { station: s } => {
                let completions: u64 = station(s).visits.iter().map(|v| v.completions).sum();
                (completions as i64 * 3_600, window)
            }
        }
    }

    /// What whole seconds may do to it: a second to a time (each arrival and completion is rounded to the nearest
    /// second, and those of one second count as simultaneous), and as much, in hours, to what is a number or a
    /// share (service and gaps in the suite have means of the order of an hour).
    pub fn rounding(self) -> f64 {
        match self {
            Quantity::Little { .. } => 0.0,
            Quantity::MeanWait { .. } | Quantity::MeanSojourn { .. } => 1.0,
            _ => 1.0 / 3_600.0,
        }
    }

    /// In words, with its unit, and by what a value must be multiplied for it: times in hours.
    pub fn label(self, network: &Network) -> (String, f64) {
        let single = network.stations.len() == 1;
        let at = |station: usize| match single {
            true => String::new(),
            false => format!(" at {}", network.stations[station].name),
        };
        let of = |class: usize| match network.classes.len() {
            1 => String::new(),
            _ => format!(", {}", network.classes[class].name),
        };
        let hours = 1.0 / HOUR as f64;
        match self {
            Quantity::MeanWait { station, class } => {
                (format!("mean wait{}{}, hours", at(station), of(class)), hours)
            }
            Quantity::WaitedAtLeast { station, class, secs } => {
                let who = format!("{}{}", at(station), of(class));
                let text = match secs {
                    1 => format!("share who wait{who}"),
                    secs => format!("share who wait {secs} s or more{who}"),
                };
                (text, 1.0)
            }
            Quantity::MeanSojourn { class } => {
                (format!("mean time in the network{}, hours", of(class)), hours)
            }
            Quantity::InNetwork { class } => (format!("mean number in the network{}", of(class)), 1.0),
            Quantity::QueueLength { station } => (format!("mean number waiting{}", at(station)), 1.0),
            Quantity::Present { station } => (format!("mean number present{}", at(station)), 1.0),
            Quantity::Utilisation { station } => (format!("utilisation{}", at(station)), 1.0),
            Quantity::Blocked { station } => (format!("share of servers blocked{}", at(station)), 1.0),
            Quantity::LostShare { station, class } => {
                (format!("share lost{}{}", at(station), of(class)), 1.0)
            }
            Quantity::RenegedShare { station, class } => (
                format!("share who leave or die waiting{}{}", at(station), of(class)),
                1.0,
            ),
            Quantity::Delayed { station, class } => {
                (format!("share who wait{}{}", at(station), of(class)), 1.0)
            }
            Quantity::NotReached { station, class } => (
                format!(
                    "share who die before {}{}",
                    network.stations[station].name,
                    of(class)
                ),
                1.0,
            ),
            Quantity::Little { class } => (format!("number over time / sum of times{}", of(class)), 1.0),
            Quantity::Throughput { station } => (format!("throughput{}, an hour", at(station)), 1.0),
        }
    }
}
