use careweave::*;
use std::time::Instant;
fn main() {
    let names = ["networked", "good_network", "integrated_map_external_theta", "integrated_no_pool", "integrated"];
    let n: u64 = std::env::args().nth(1).map_or(2, |a| a.parse().unwrap());
    let sets: Vec<String> = std::env::args().skip(2).collect();
    let models: Vec<_> = names.iter().map(|name| {
        let (c, found, _) = scenario::read(&scenario::BuiltIn, name, &sets);
        let c = c.unwrap_or_else(|| panic!("{found:?}"));
        let scenario::Kind::Pathway(p) = &c.kind else { panic!() };
        compile::pathway(name, name, p)
    }).collect();
    let p = pathway::Pathway::new(models, 1).unwrap();
    let t = Instant::now();
    let mut mem = experiment::Memory::default();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let plan = experiment::Plan { count: experiment::Count::Fixed(n), shard: None, threads: 2, stop: &stop };
    experiment::run(&plan, p.catalogue(), &|r| p.replicate(r), &mut mem, &mut ()).unwrap();
    let wall = t.elapsed().as_secs_f64();
    let e = experiment::estimate(p.catalogue(), &mut experiment::Prefix::new(&mut mem, n)).unwrap();
    for row in e.overall_rows(p.catalogue()) {
        if row.group == "all" && !row.outcome.contains("_by_") {
            println!("{:32} {:50} {:?} [{:?} {:?}]", row.scenario, row.outcome, row.value, row.lower_95_ci, row.upper_95_ci);
        } else if row.group == "all" && row.value.unwrap_or(0.0) > 0.0 && row.scenario=="networked" { println!("{:32} {:50} {:?}", row.scenario, row.outcome, row.value); }
    }
    eprintln!("wall {wall:.2}s for {n} replications");
}
