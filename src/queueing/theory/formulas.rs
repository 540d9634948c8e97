//! Formulas of queueing theory. Rates per unit of time, results in the same unit.

/// Probability that all of `servers` are busy in M/G/c/c with `load` erlang offered (Erlang 1917), by the recursion
/// B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)).
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |b, c| load * b / (f64::from(c) + load * b))
}

/// Probability of waiting in M/M/c (Erlang 1917): C = B / (1 - ρ (1 - B)) with ρ = load / servers < 1.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let b = erlang_b(servers, load);
    b / (1.0 - load / f64::from(servers) * (1.0 - b))
}

/// Mean wait in M/M/c: C / (c μ - λ).
pub fn mmc_wait(servers: u32, arrival: f64, service: f64) -> f64 {
    erlang_c(servers, arrival / service) / (f64::from(servers) * service - arrival)
}

/// P(wait > t) in M/M/c, first come first served: C exp(-(c μ - λ) t).
pub fn mmc_wait_beyond(servers: u32, arrival: f64, service: f64, t: f64) -> f64 {
    erlang_c(servers, arrival / service) * libm::exp(-(f64::from(servers) * service - arrival) * t)
}

/// Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932): λ E\[S²\] / (2 (1 - ρ)), with E\[S²\] = m² (1 + cv²).
pub fn mg1_wait(arrival: f64, mean: f64, cv: f64) -> f64 {
    arrival * mean * mean * (1.0 + cv * cv) / (2.0 * (1.0 - arrival * mean))
}

/// Mean waits by class in M/G/1 with priorities and no interruption (Cobham 1954), most urgent first:
/// W_k = R / ((1 - σ_{k-1}) (1 - σ_k)), R = Σ λ E\[S²\] / 2, σ_k the load of classes up to k.
/// Each class: (arrival rate, mean service, coefficient of variation).
pub fn priority_waits(classes: &[(f64, f64, f64)]) -> Vec<f64> {
    let residual: f64 = classes
        .iter()
        .map(|(l, m, cv)| l * m * m * (1.0 + cv * cv) / 2.0)
        .sum();
    waits_from(residual, classes.iter().map(|(l, m, _)| l * m))
}

/// The same in M/M/c with one service rate (Cobham 1954): R = C / (c μ), loads per server.
pub fn mmc_priority_waits(servers: u32, arrivals: &[f64], service: f64) -> Vec<f64> {
    let all = f64::from(servers) * service;
    let residual = erlang_c(servers, arrivals.iter().sum::<f64>() / service) / all;
    waits_from(residual, arrivals.iter().map(|l| l / all))
}

fn waits_from(residual: f64, loads: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut below = 0.0;
    loads
        .map(|load| {
            let upto = below + load;
            let wait = residual / ((1.0 - below) * (1.0 - upto));
            below = upto;
            wait
        })
        .collect()
}

/// Long-run probabilities of the states 0..=last of a birth-death process:
/// p_n is proportional to Π birth(i) / death(i + 1).
pub fn birth_death(last: usize, birth: impl Fn(usize) -> f64, death: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    for n in 0..last {
        weights.push(weights[n] * birth(n) / death(n + 1));
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

/// Mean number waiting, given the probabilities of the number present.
pub fn queue_length(states: &[f64], servers: usize) -> f64 {
    states
        .iter()
        .enumerate()
        .skip(servers)
        .map(|(n, p)| (n - servers) as f64 * p)
        .sum()
}

/// Probabilities of the number present in M/M/c/K.
pub fn mmck(servers: usize, capacity: usize, arrival: f64, service: f64) -> Vec<f64> {
    birth_death(capacity, |_| arrival, |n| service * n.min(servers) as f64)
}

/// Probabilities of the number present in M/M/c+M (Palm 1957), cut off at `last`: those who wait give up at
/// rate `patience` each.
pub fn erlang_a(servers: usize, arrival: f64, service: f64, patience: f64, last: usize) -> Vec<f64> {
    let leaving = |n: usize| service * n.min(servers) as f64 + patience * n.saturating_sub(servers) as f64;
    birth_death(last, |_| arrival, leaving)
}

/// Probability that an arrival has to wait: the share of the time in which all servers are busy (Poisson arrivals see time averages,
/// Wolff 1982).
pub fn all_busy(states: &[f64], servers: usize) -> f64 {
    states.iter().skip(servers).sum()
}

/// Throughput of two exponential single servers in line of which the first always has work, with `buffer` places
/// between them and blocking after service: the number past the first server (one blocked included) is a
/// birth-death process on 0..=buffer + 2.
pub fn saturated_tandem(first: f64, second: f64, buffer: usize) -> f64 {
    second * (1.0 - birth_death(buffer + 2, |_| first, |_| second)[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6 * b.abs().max(1.0), "{a} is not {b}");
    }

    #[test]
    fn known_values() {
        close(erlang_b(2, 1.0), 0.2);
        close(mmc_wait(10, 9.0, 1.0), 0.668_732);
        close(mmc_wait(1, 0.8, 1.0), 4.0);
        close(mmc_wait_beyond(1, 0.5, 1.0, 0.0), 0.5);
        // M/M/1 is M/G/1 with cv 1; M/D/1 waits half as long
        close(mg1_wait(0.8, 1.0, 1.0), 4.0);
        close(mg1_wait(0.8, 1.0, 0.0), 2.0);
        // one class is no priority; the mean over classes weighted by load is conserved
        close(priority_waits(&[(0.8, 1.0, 1.0)])[0], 4.0);
        let two = mmc_priority_waits(1, &[0.3, 0.5], 1.0);
        close((0.3 * two[0] + 0.5 * two[1]) / 0.8, 4.0);
        // M/M/c/c is Erlang's loss system; K -> infinity is M/M/c
        close(mmck(2, 2, 1.0, 1.0)[2], 0.2);
        close(
            queue_length(&mmck(3, 400, 2.5, 1.0), 3),
            2.5 * mmc_wait(3, 2.5, 1.0),
        );
        // patience at the service rate: everybody is served by "their own" rate, so Poisson
        close(erlang_a(4, 3.0, 1.0, 1.0, 100)[0], libm::exp(-3.0));
        close(saturated_tandem(1.0, 1.0, 0), 2.0 / 3.0);
    }

    /// Erlang A by the closed formulas of Palm (1957) as Garnett, Mandelbaum and Reiman print them (2002): with
    /// A = (x e^y / y^x) γ(x, y), x = c μ / θ, y = λ / θ, γ the lower incomplete gamma function, B Erlang's loss probability and
    /// ρ = λ / (c μ): P(wait) = A B / (1 + (A - 1) B), P(gives up | waits) = 1 / (ρ A) + 1 - 1 / ρ.
    #[test]
    fn erlang_a_by_its_closed_formulas() {
        for (c, arrival, service, patience) in [
            (5, 0.446, 0.088, 1.0 / 60.0),
            (4, 4.4, 1.0, 0.5),
            (10, 8.0, 1.0, 0.1),
        ] {
            let (x, y) = (f64::from(c) * service / patience, arrival / patience);
            // A = Σ y^k / ((x + 1) ... (x + k)), the series of γ
            let (mut term, mut a) = (1.0, 1.0);
            for k in 1..5_000 {
                term *= y / (x + f64::from(k));
                a += term;
            }
            let b = erlang_b(c, arrival / service);
            let waits = a * b / (1.0 + (a - 1.0) * b);
            let rho = arrival / (f64::from(c) * service);
            let given_up = 1.0 / (rho * a) + 1.0 - 1.0 / rho;
            let states = erlang_a(c as usize, arrival, service, patience, 600);
            close(all_busy(&states, c as usize), waits);
            let queue = queue_length(&states, c as usize);
            close(patience * queue / arrival, waits * given_up);
        }
    }
}
