"""Model M2 in SimPy or Ciw: m2.py ENGINE PEOPLE RUNS prints one line of JSON. One time unit is one hour."""

import json
import math
import random
import resource
import sys
import time
from collections.abc import Callable, Generator
from importlib.metadata import version
from typing import Any

# servers, mean service in hours, coefficient of variation, entry, routing; the rest of a row leaves
ROWS = [
    (8, 1.534, 0.50, 0.60, [0.15, 0.35, 0.15, 0.10, 0.20]),
    (20, 2.438, 0.50, 0.10, [0.25, 0.40, 0.10, 0.05, 0.15]),
    (6, 1.778, 0.75, 0.15, [0.20, 0.30, 0.20, 0.15, 0.10]),
    (12, 5.498, 1.50, 0.05, [0.10, 0.30, 0.20, 0.25, 0.10]),
    (10, 2.672, 1.00, 0.10, [0.25, 0.35, 0.10, 0.05, 0.20]),
]
CLASSES = [("urgent", 0.25), ("routine", 0.75)]
SECOND = 1 / 3600
Run = tuple[int, list[float]]


def lognormal(mean: float, cv: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    variance = math.log(1 + cv * cv)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def in_simpy(people: int, seed: int) -> Run:
    """A process for each person, a PriorityResource for each station."""
    import simpy

    rng = random.Random(seed)
    env = simpy.Environment()
    stations = [simpy.PriorityResource(env, capacity=row[0]) for row in ROWS]
    laws = [lognormal(row[1], row[2]) for row in ROWS]
    leaves = len(ROWS)
    onward = [row[4] + [1 - sum(row[4])] for row in ROWS]
    places = range(leaves + 1)
    sums = [[0.0, 0] for _ in range(2 * leaves)]
    events = 0

    def person(klass: int) -> Generator[simpy.Event, Any, None]:
        nonlocal events
        events += 1
        at = rng.choices(range(leaves), [row[3] for row in ROWS])[0]
        while at != leaves:
            since = env.now
            turn = stations[at].request(priority=klass)
            yield turn
            total = sums[2 * at + klass]
            total[0] += env.now - since
            total[1] += 1
            yield env.timeout(round(rng.lognormvariate(*laws[at]) / SECOND) * SECOND)
            # waited for, so that whoever waits has the server before somebody urgent who comes straight back to this
            # station: `with` would let them overtake, and urgent waits would be up to a third shorter
            yield stations[at].release(turn)
            events += 1
            at = rng.choices(places, onward[at])[0]

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for _ in range(people):
            yield env.timeout(round(rng.expovariate(1) / SECOND) * SECOND)
            env.process(person(int(rng.random() >= CLASSES[0][1])))

    env.process(arrivals())
    env.run()
    return events, [wait / starts for wait, starts in sums]


def in_ciw(people: int, seed: int) -> Run:
    """A network of queues with two classes of priority; laws are in hours and not rounded."""
    import ciw

    ciw.seed(seed)
    names = [name for name, _ in CLASSES]
    services = [ciw.dists.Lognormal(*lognormal(row[1], row[2])) for row in ROWS]
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(share * row[3]) for row in ROWS] for name, share in CLASSES},
        service_distributions={name: services for name in names},
        routing={name: [row[4] for row in ROWS] for name in names},
        number_of_servers=[row[0] for row in ROWS],
        priority_classes={name: level for level, name in enumerate(names)},
    )
    simulation = ciw.Simulation(network)
    # everybody who comes is followed until they leave, as in the other engines
    simulation.simulate_until_max_customers(people, method="Finish")
    sums = [[0.0, 0] for _ in range(2 * len(ROWS))]
    for record in simulation.get_all_records(only=["service"]):
        total = sums[2 * (record.node - 1) + names.index(record.customer_class)]
        total[0] += record.waiting_time
        total[1] += 1
    return people + sum(starts for _, starts in sums), [wait / starts for wait, starts in sums]


def main() -> None:
    engine, people, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    one: Callable[[int, int], Run] = {"simpy": in_simpy, "ciw": in_ciw}[engine]
    done = []
    for seed in range(runs):
        start = time.process_time()
        events, waits = one(people, seed)
        done.append({"events": events, "seconds": time.process_time() - start, "waits": waits})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"engine": engine, "version": version(engine), "memory_kb": memory, "runs": done}))


if __name__ == "__main__":
    main()
