"""Runs every engine's M2 one after another, prints speed and waits side by side, and says whether the waits agree.

compare.py ENGINES [--people N] [--runs R]; exit 0 they agree, 1 they do not.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

STATIONS = ["GP", "DN", "CNS", "hospice", "social"]
RUST = ["careweave", "by_hand", "desque", "ixa"]
PYTHON = ["simpy", "ciw"]
ERROR_RATE = 0.001
Result = dict[str, Any]


def critical(freedom: float, comparisons: int) -> float:
    """Two-sided Student t with the error rate shared among the comparisons (Bonferroni)."""
    # by bisection of the tail, integrated: no package is needed for one number
    tail = ERROR_RATE / comparisons / 2
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def beyond(t: float) -> float:
        # substitution x = t + u / (1 - u) maps the tail to [0, 1); midpoint rule
        steps = 20_000
        total = 0.0
        for i in range(steps):
            u = (i + 0.5) / steps
            x = t + u / (1 - u)
            total += (1 + x * x / freedom) ** (-(freedom + 1) / 2) / (1 - u) ** 2
        return scale * total / steps

    low, high = 0.0, 1000.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) > tail else (low, middle)
    return high


def agree(ours: Result, theirs: Result) -> tuple[bool, float]:
    """Welch's test of the mean wait of each station and class, over runs; the largest |t| and whether all pass."""
    most, fine = 0.0, True
    columns = list(zip(zip(*(run["waits"] for run in ours["runs"])), zip(*(run["waits"] for run in theirs["runs"]))))
    for a, b in columns:
        va, vb = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
        t = abs(statistics.mean(a) - statistics.mean(b)) / math.sqrt(va + vb)
        freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
        most = max(most, t)
        fine = fine and t < critical(freedom, len(columns) * (len(RUST + PYTHON) - 1))
    return fine, most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", help="the built program")
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=10, help="runs of each engine (at least 2)")
    asked = parser.parse_args()
    sizes = [str(asked.people), str(asked.runs)]
    here = Path(__file__).parent
    results = []
    for name in RUST + PYTHON:
        first = [asked.engines, name] if name in RUST else [sys.executable, str(here / "m2.py"), name]
        printed = subprocess.run([*first, *sizes], check=True, capture_output=True, text=True).stdout
        results.append(json.loads(printed))
    ours = results[0]
    per = lambda r: [run["seconds"] / run["events"] * 1e9 for run in r["runs"]]
    print(f"M2, {asked.people} people, {asked.runs} runs each; time is that of one core, the median run and the best")
    print(f"{'engine':10} {'version':14} {'ns/event':>9} {'best':>8} {'M ev/s':>8} {'times ours':>10} {'peak MB':>8}")
    for r in results:
        ns, best = statistics.median(per(r)), min(per(r))
        ratio = ns / statistics.median(per(ours))
        memory = r["memory_kb"] / 1024
        print(f"{r['engine']:10} {r['version']:14} {ns:9.1f} {best:8.1f} {1e3 / ns:8.2f} {ratio:10.2f} {memory:8.1f}")
    print("\nmean wait in hours, urgent/routine, and the largest |t| of the ten differences from Careweave's")
    print(f"{'engine':10}" + "".join(f"{name:>15}" for name in STATIONS) + f"{'|t|':>7}")
    different = []
    for r in results:
        mean = [statistics.mean(column) for column in zip(*(run["waits"] for run in r["runs"]))]
        cells = "".join(f"{mean[2 * s]:9.3f}/{mean[2 * s + 1]:.3f}" for s in range(len(STATIONS)))
        fine, t = agree(ours, r) if r is not ours else (True, math.nan)
        print(f"{r['engine']:10}{cells}" + ("" if r is ours else f"{t:7.1f}") + ("" if fine else "  DIFFERS"))
        different += [] if fine else [r["engine"]]
    if different:
        print(f"\nThe waits of {', '.join(different)} differ from Careweave's (error rate {ERROR_RATE} over all comparisons).")
        return 1
    print(f"\nAll agree (Welch's test over runs, error rate {ERROR_RATE} over all comparisons).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
