//! Closed networks: customers who never leave. Rates per unit of time, results in the same unit.

use super::formulas::birth_death;

/// Mean values at one station of a closed network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Services completed in a unit of time.
    pub throughput: f64,
    /// Mean number there, in service or waiting.
    pub present: f64,
    /// Mean number waiting.
    pub queue: f64,
    /// Mean number of servers at work, as a share of them.
    pub utilisation: f64,
}

/// A station of a closed product-form network: one exponential service law, first come first served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shop {
    /// Servers.
    pub servers: usize,
    /// Mean service.
    pub service: f64,
    /// Visits relative to the other stations.
    pub visits: f64,
}

/// Machine repair, M/M/c//N: `machines` of which each breaks after an exponential time at rate `failure` and is mended by one of
/// `servers` at rate `repair` (Palm 1947; the finite-source queue). Mean values at the workshop.
pub fn machine_repair(machines: usize, servers: usize, failure: f64, repair: f64) -> Mean {
    let states = birth_death(
        machines,
        |n| failure * (machines - n) as f64,
        |n| repair * n.min(servers) as f64,
    );
    let over =
        |f: &dyn Fn(usize) -> usize| -> f64 { states.iter().enumerate().map(|(n, p)| f(n) as f64 * p).sum() };
    let busy = over(&|n| n.min(servers));
    let present = over(&|n| n);
    Mean {
        throughput: repair * busy,
        present,
        queue: present - busy,
        utilisation: busy / servers as f64,
    }
}

/// Visit ratios of a closed routing matrix, the first station visited once: v = v P.
pub fn visit_ratios(routing: &[Vec<f64>]) -> Vec<f64> {
    let n = routing.len();
    // v_1 = 1; the other balance equations are independent
    let row = |j: usize| -> Vec<f64> {
        let balance = |i: usize| f64::from(u8::from(i == j)) - routing[i][j];
        let first = |i: usize| f64::from(u8::from(i == 0));
        (0..n)
            .map(|i| if j == 0 { first(i) } else { balance(i) })
            .collect()
    };
    let a: Vec<Vec<f64>> = (0..n).map(row).collect();
    let b: Vec<f64> = (0..n).map(|j| f64::from(u8::from(j == 0))).collect();
    crate::methods::phase_type::solve(&a, &b)
}

/// Mean values of a closed network of `customers` by exact mean-value analysis with the marginal probabilities that stations of several
/// servers need (M. Reiser and S. S. Lavenberg, Mean-value analysis of closed multichain queuing networks, *Journal of the ACM* 27
/// (1980) 313-322; the product form: Gordon and Newell 1967).
pub fn mean_values(shops: &[Shop], customers: usize) -> Vec<Mean> {
    // p[i][j]: probability of j customers at station i with one customer fewer in the network than now
    let mut p: Vec<Vec<f64>> = shops.iter().map(|_| vec![1.0]).collect();
    let mut rate = 0.0;
    for n in 1..=customers {
        // By the arrival theorem, a customer who comes finds j others with the probability p(j | n - 1).
        let residence = |(shop, p): (&Shop, &Vec<f64>)| -> f64 {
            let within = (0..n).map(|j| (j + 1) as f64 * p[j] / (j + 1).min(shop.servers) as f64);
            shop.visits * shop.service * within.sum::<f64>()
        };
        rate = n as f64 / shops.iter().zip(&p).map(residence).sum::<f64>();
        for (shop, p) in shops.iter().zip(&mut p) {
            let flow = rate * shop.visits * shop.service;
            let mut next = vec![0.0; n + 1];
            for j in 1..=n {
                next[j] = flow * p[j - 1] / j.min(shop.servers) as f64;
            }
            next[0] = 1.0 - next[1..].iter().sum::<f64>();
            *p = next;
        }
    }
    let mean = |(shop, p): (&Shop, &Vec<f64>)| {
        let over =
            |f: &dyn Fn(usize) -> usize| -> f64 { p.iter().enumerate().map(|(j, p)| f(j) as f64 * p).sum() };
        Mean {
            throughput: rate * shop.visits,
            present: over(&|j| j),
            queue: over(&|j| j.saturating_sub(shop.servers)),
            utilisation: rate * shop.visits * shop.service / shop.servers as f64,
        }
    };
    shops.iter().zip(&p).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::super::formulas::erlang_b;
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Weight of `j` customers at a station in the product form.
    fn weight(shop: &Shop, j: usize) -> f64 {
        (1..=j)
            .map(|k| shop.visits * shop.service / k.min(shop.servers) as f64)
            .product()
    }

    /// Buzen's convolution (*Communications of the ACM* 16 (1973) 527-531): normalising constants G(0..=n).
    fn constants(shops: &[Shop], customers: usize) -> Vec<f64> {
        let mut g = vec![0.0; customers + 1];
        g[0] = 1.0;
        for shop in shops {
            g = (0..=customers)
                .map(|n| (0..=n).map(|j| weight(shop, j) * g[n - j]).sum())
                .collect();
        }
        g
    }

    /// The product form itself (Gordon and Newell, *Operations Research* 15 (1967) 254-265), summed over every state.
    fn by_states(shops: &[Shop; 3], customers: usize) -> [f64; 3] {
        let (mut total, mut present) = (0.0, [0.0; 3]);
        for i in 0..=customers {
            for j in 0..=customers - i {
                let state = [i, j, customers - i - j];
                let p: f64 = shops.iter().zip(state).map(|(shop, n)| weight(shop, n)).product();
                total += p;
                present
                    .iter_mut()
                    .zip(state)
                    .for_each(|(sum, n)| *sum += n as f64 * p);
            }
        }
        present.map(|sum| sum / total)
    }

    #[test]
    fn three_ways_to_one_answer() {
        let routing = vec![vec![0.0, 0.6, 0.4], vec![0.5, 0.0, 0.5], vec![1.0, 0.0, 0.0]];
        let v = visit_ratios(&routing);
        close(v[1], 0.6);
        close(v[2], 0.7);
        let shop = |servers, service, visits| Shop {
            servers,
            service,
            visits,
        };
        let shops = [shop(1, 0.6, v[0]), shop(2, 1.2, v[1]), shop(3, 2.0, v[2])];
        let means = mean_values(&shops, 10);
        let g = constants(&shops, 10);
        let present = by_states(&shops, 10);
        for i in 0..3 {
            close(means[i].throughput, g[9] / g[10] * v[i]);
            close(means[i].present, present[i]);
            // Little's law and what is in service
            close(
                means[i].queue + means[i].utilisation * shops[i].servers as f64,
                means[i].present,
            );
        }
        close(means.iter().map(|m| m.present).sum(), 10.0);
    }

    /// Equal stations of one server: N / (N + K - 1) of the rate of one, whatever the routing (balanced networks).
    #[test]
    fn balanced_networks() {
        let shop = Shop {
            servers: 1,
            service: 2.0,
            visits: 1.0,
        };
        for (stations, customers) in [(2, 1), (3, 5), (5, 12)] {
            let means = mean_values(&vec![shop; stations], customers);
            close(
                means[0].throughput,
                0.5 * customers as f64 / (customers + stations - 1) as f64,
            );
        }
    }

    #[test]
    fn machine_repair_two_ways() {
        // The machines at work are a station of N servers, so the same network in product form.
        let shops = [
            Shop {
                servers: 12,
                service: 10.0,
                visits: 1.0,
            },
            Shop {
                servers: 2,
                service: 1.5,
                visits: 1.0,
            },
        ];
        let (a, b) = (machine_repair(12, 2, 0.1, 1.0 / 1.5), mean_values(&shops, 12)[1]);
        close(a.throughput, b.throughput);
        close(a.queue, b.queue);
        // One machine: 1 / (10 + 1.5). One repairer: the share of time idle is Erlang's loss probability at load 1/ρ.
        close(machine_repair(1, 1, 0.1, 1.0 / 1.5).throughput, 1.0 / 11.5);
        let one = machine_repair(5, 1, 0.1, 1.0 / 1.5);
        close(1.0 - one.utilisation, erlang_b(5, 10.0 / 1.5));
    }
}
