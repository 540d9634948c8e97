//! The built-in queueing scenarios, from file to simulation, against the formulas of queueing theory.
//!
//! A value passes within 4.5 standard errors (60 replications, fixed seed), so a right program fails
//! one of these checks in about 30,000; there are 20.

use careweave::compile::queueing::network;
use careweave::queueing::Network;
use careweave::queueing::theory::formulas::*;
use careweave::queueing::theory::formulas_closed::{Shop, machine_repair, mean_values, visit_ratios};
use careweave::queueing::theory::{Case, Quantity};
use careweave::scenario::{BuiltIn, Kind, read};

const HOUR: f64 = 3_600.0;

fn built_in(name: &str) -> Network {
    let (checked, found, _) = read(&BuiltIn, name, &["run.horizon = { days = 600 }".to_owned()]);
    match checked.map(|checked| checked.kind) {
        Some(Kind::Queueing(net)) => network(&net).expect("a network"),
        _ => panic!("{name}: {found:?}"),
    }
}

fn agrees(name: &'static str, expected: Vec<(Quantity, f64)>) {
    let case = Case {
        name,
        reference: "",
        network: built_in(name),
        replications: 60,
        expected,
    };
    for check in case.run(1) {
        assert!(check.passes(), "{name}: {check:?}");
    }
}

fn wait(station: usize, class: usize) -> Quantity {
    Quantity::MeanWait { station, class }
}

#[test]
fn mm1_mmc_and_mg1_wait_as_the_formulas_say() {
    agrees("mm1", vec![(wait(0, 0), mmc_wait(1, 0.8, 1.0) * HOUR)]);
    agrees("mmc", vec![(wait(0, 0), mmc_wait(5, 4.0, 1.0) * HOUR)]);
    agrees(
        "mg1",
        vec![
            (wait(0, 0), mg1_wait(0.8, 1.0, 1.5) * HOUR),
            (wait(0, 0), 6.5 * HOUR),
        ],
    );
}

#[test]
fn a_full_station_and_impatient_customers_lose_the_share_theory_gives() {
    let states = mmck(3, 8, 3.0, 1.0);
    agrees(
        "mmck",
        vec![(Quantity::LostShare { station: 0, class: 0 }, states[8])],
    );
    let queue = queue_length(&erlang_a(4, 4.4, 1.0, 0.5, 300), 4);
    let gives_up = Quantity::RenegedShare { station: 0, class: 0 };
    agrees(
        "reneging",
        vec![
            (gives_up, 0.5 * queue / 4.4),
            (Quantity::QueueLength { station: 0 }, queue),
        ],
    );
}

#[test]
fn urgent_customers_overtake_as_cobham_says() {
    // Classes in the order of their names: routine, urgent.
    let waits = priority_waits(&[(0.3, 1.0, 1.0), (0.5, 1.0, 1.0)]);
    agrees(
        "priority",
        vec![(wait(0, 1), waits[0] * HOUR), (wait(0, 0), waits[1] * HOUR)],
    );
}

#[test]
fn each_station_of_a_jackson_network_is_a_queue_of_its_own() {
    // Stations in the order of their names: clinic, scan, triage.
    agrees(
        "jackson",
        vec![
            (wait(0, 0), mmc_wait(3, 2.0, 1.0 / 1.2) * HOUR),
            (wait(1, 0), mmc_wait(2, 1.0, 1.0 / 1.5) * HOUR),
            (wait(2, 0), mmc_wait(1, 2.5, 1.0 / 0.3) * HOUR),
        ],
    );
}

#[test]
fn a_saturated_tandem_with_blocking_has_two_thirds_of_a_servers_rate() {
    agrees(
        "tandem",
        vec![
            (Quantity::Throughput { station: 1 }, saturated_tandem(1.0, 1.0, 0)),
            (Quantity::Throughput { station: 1 }, 2.0 / 3.0),
            (Quantity::Utilisation { station: 1 }, 2.0 / 3.0),
        ],
    );
}

#[test]
fn customers_who_never_leave_share_themselves_out_as_theory_says() {
    let mean = machine_repair(12, 2, 0.1, 1.0 / 1.5);
    agrees(
        "machine_repair",
        vec![
            (Quantity::Throughput { station: 0 }, mean.throughput),
            (Quantity::QueueLength { station: 0 }, mean.queue),
            (wait(0, 0), mean.queue / mean.throughput * HOUR),
        ],
    );
    // Stations in the order of their names: clinic, scan, triage; visit ratios relative to the clinic.
    let ratios = visit_ratios(&[vec![0.0, 0.5, 0.5], vec![0.0, 0.0, 1.0], vec![0.6, 0.4, 0.0]]);
    let shops = [(2, 1.2), (3, 2.0), (1, 0.6)].into_iter().zip(ratios);
    let shops: Vec<Shop> = shops
        .map(|((servers, service), visits)| Shop {
            servers,
            service,
            visits,
        })
        .collect();
    let means = mean_values(&shops, 10);
    let present = |station: usize| (Quantity::Present { station }, means[station].present);
    agrees("closed", (0..3).map(present).collect());
}
