//! The stationary distribution of a network where it is known exactly, and draws from it.

use super::network::{Network, WhenFull};
use crate::base::{Calendar, NEVER};
use crate::random::{Law, Quantile};

/// How many customers a part of the network holds, in the long run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// Offered load in erlang: arrival rate × mean service (or stay).
    pub load: f64,
    /// Servers; none when nobody ever waits (stays at home).
    pub servers: Option<u16>,
    /// Arrival rate by class, per second: the share of each class among those present.
    pub rates: Vec<f64>,
}

/// Stations and, last, the stays at home.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levels {
    pub stations: Vec<Part>,
    /// By the station to be joined next.
    pub homes: Vec<Part>,
}

pub(super) fn exponential_mean(quantile: &Quantile) -> Option<f64> {
    match quantile.law() {
        Law::Exponential { mean } => Some(*mean),
        _ => None,
    }
}

pub(super) fn is_always(calendar: &Calendar) -> bool {
    calendar.is_open(0) && calendar.next_close(0) == NEVER
}

/// The product form of Jackson (Networks of waiting lines, Operations Research 5, 1957), extended to several
/// classes with equal service at each station (Baskett, Chandy, Muntz and Palacios 1975).
///
/// # Errors
/// Why the network does not have one, or not one that may be started from.
pub(super) fn levels(network: &Network) -> Result<Levels, &'static str> {
    let n = network.stations.len();
    if !network.is_fcfs() {
        return Err("a station does not serve first come, first served");
    }
    for station in &network.stations {
        if !is_always(&station.open) {
            return Err("a station is closed at times");
        }
        if station.capacity.is_some() || station.when_full == WhenFull::Block {
            return Err("a station has a limit");
        }
        if station.patience.is_some() {
            return Err("customers run out of patience");
        }
    }
    let blank = |servers| Part {
        load: 0.0,
        servers,
        rates: vec![0.0; network.classes.len()],
    };
    let mut stations: Vec<Part> = network.stations.iter().map(|s| blank(Some(s.servers))).collect();
    let mut homes: Vec<Part> = vec![blank(None); n];
    for (index, class) in network.classes.iter().enumerate() {
        if class.population > 0 {
            return Err("a class is closed");
        }
        let outside = match &class.gap {
            None => 0.0,
            Some(_) if !is_always(&class.arrivals_open) => {
                return Err("a class arrives at certain hours only");
            }
            Some(gap) => 1.0 / exponential_mean(gap).ok_or("a class does not arrive by a Poisson process")?,
        };
        let home = match &class.stay_home {
            None => 0.0,
            Some(stay) => exponential_mean(stay).ok_or("a stay at home is not exponential")?,
        };
        let rates = visit_rates(
            outside,
            &class.entry,
            &class.visits.iter().map(|v| &v.next[..]).collect::<Vec<_>>(),
        );
        for station in (0..n).filter(|&station| rates[station] > 0.0) {
            let mean =
                exponential_mean(&class.visits[station].service).ok_or("a service is not exponential")?;
            let known = class_mean(network, station, index);
            if known.is_some_and(|other| other != mean) {
                return Err("two classes are not served equally long at a station");
            }
            stations[station].load += rates[station] * mean;
            stations[station].rates[index] = rates[station];
            let from_inside = rates[station] - outside * class.entry[station];
            homes[station].load += from_inside * home;
            homes[station].rates[index] = from_inside * home;
        }
    }
    if stations
        .iter()
        .any(|part| part.load >= f64::from(part.servers.unwrap_or(u16::MAX)))
    {
        return Err("a station is offered more work than it can do");
    }
    Ok(Levels { stations, homes })
}

/// Mean service of the first class before `class` that visits the station.
fn class_mean(network: &Network, station: usize, class: usize) -> Option<f64> {
    let visitors = network.classes[..class].iter().filter(|c| {
        let from_outside = c.gap.is_some() && c.entry[station] > 0.0;
        from_outside || c.visits.iter().any(|visit| visit.next[station] > 0.0)
    });
    visitors
        .map(|c| exponential_mean(&c.visits[station].service))
        .next()
        .flatten()
}

/// Solves λ = outside × entry + λ P by Gaussian elimination with partial pivoting.
pub(super) fn visit_rates(outside: f64, entry: &[f64], next: &[&[f64]]) -> Vec<f64> {
    let n = entry.len();
    // row j: λ_j - Σ_i λ_i p_ij = outside × entry_j
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|j| {
            let mut row: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j)) - next[i][j]).collect();
            row.push(outside * entry[j]);
            row
        })
        .collect();
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))
            .unwrap_or(column);
        rows.swap(column, pivot);
        let lead = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(r, _)| *r != column) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(x, l)| *x -= factor * l);
        }
    }
    (0..n).map(|i| (rows[i][n] / rows[i][i]).max(0.0)).collect()
}

impl Part {
    /// The number present whose cumulative probability first reaches `u`: M/M/c, or Poisson without servers.
    /// From one number to the next the probability changes by load / min(number, servers); all are taken
    /// relative to the most likely number, so that nothing overflows.
    pub fn quantile(&self, u: f64) -> u64 {
        let servers = self.servers.map_or(f64::INFINITY, f64::from);
        let factor = |n: f64| self.load / n.min(servers);
        let mode = self.load.floor();
        let (mut lowest, mut weight, mut total) = (mode, 1.0, 1.0);
        while lowest > 0.0 && weight > 1e-18 {
            weight /= factor(lowest);
            lowest -= 1.0;
            total += weight;
        }
        let at_lowest = weight;
        let mut highest = mode;
        weight = 1.0;
        while weight > 1e-18 * total {
            highest += 1.0;
            weight *= factor(highest);
            total += weight;
        }
        let (mut n, mut weight, mut sum) = (lowest, at_lowest, at_lowest);
        while sum < u * total && n < highest {
            n += 1.0;
            weight *= factor(n);
            sum += weight;
        }
        n as u64
    }

    /// The class in whose share of those present `u` lies, classes in this order.
    pub fn class(&self, order: &[usize], u: f64) -> usize {
        let target = u * self.rates.iter().sum::<f64>();
        let mut sum = 0.0;
        let found = order.iter().copied().find(|&class| {
            sum += self.rates[class];
            sum >= target && self.rates[class] > 0.0
        });
        found.unwrap_or(order[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_equations() {
        // two stations; half of those leaving the first go to the second, a quarter of those come back
        let rates = visit_rates(3.0, &[1.0, 0.0], &[&[0.0, 0.5], &[0.25, 0.0]]);
        assert!((rates[0] - 3.0 / (1.0 - 0.125)).abs() < 1e-12);
        assert!((rates[1] - rates[0] / 2.0).abs() < 1e-12);
    }

    #[test]
    fn quantiles_of_the_geometric_law() {
        let part = Part {
            load: 0.5,
            servers: Some(1),
            rates: vec![1.0, 3.0],
        };
        // P(N = 0) = 1/2, P(N <= 1) = 3/4
        assert_eq!(
            [0.1, 0.49, 0.51, 0.74, 0.76].map(|u| part.quantile(u)),
            [0, 0, 1, 1, 2]
        );
        assert_eq!([0.2, 0.3].map(|u| part.class(&[0, 1], u)), [0, 1]);
        let poisson = Part {
            load: 2.0,
            servers: None,
            rates: vec![1.0],
        };
        // P(N = 0) = 0.1353, P(N <= 1) = 0.4060
        let many = Part {
            load: 6_400.0,
            servers: None,
            rates: vec![1.0],
        };
        assert!((6_398..=6_401).contains(&many.quantile(0.5)));
        assert!(
            (6_475..=6_485).contains(&many.quantile(0.841_345)),
            "one standard deviation of 80"
        );
        assert_eq!(
            [0.13, 0.14, 0.40, 0.41].map(|u| poisson.quantile(u)),
            [0, 1, 1, 2]
        );
    }
}
