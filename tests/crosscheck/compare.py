"""Runs Careweave, SimPy and Ciw on the same inputs and tests whether their outcomes are equivalent (README.md, section 5)."""

import argparse
import csv
import importlib
import math
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scipy import stats

from inputs import HERE
from sums import Sums, jackknife

# Ciw cannot ask for several units at once: it is compared with more hours than anybody needs.
UNLIMITED = ["--set", "teams.home_care.places=1000000"]
NOT_IN_CIW = {"utilisation_home_care", "share_care_hours_met"}
# Deliberate mistakes, and the outcome that must then not be called equivalent. The last is too small for --quick.
MISTAKES = [
    ("visit", "collection rule off by one day", "mean_days_medicine_by_collection_rule"),
    ("care", "the panel never defers", "mean_days_personal_care_by_panel"),
    ("care", "nobody may be overtaken", "mean_days_personal_care_by_package_capacity"),
]
MODELS = ("visit", "care")
CAREWEAVE_SEED, PYTHON_SEED = 20_251, 20_252


@dataclass(frozen=True)
class Size:
    """Replications by program, and by how much margins are widened."""

    careweave: int
    visit: int
    care: int
    ciw: int
    mistakes: int
    mistakes_made: int
    timed: int
    wider: float


FULL = Size(careweave=1_000, visit=64, care=200, ciw=80, mistakes=24, mistakes_made=3, timed=5, wider=1)
QUICK = Size(careweave=200, visit=6, care=20, ciw=6, mistakes=4, mistakes_made=2, timed=1, wider=3)


@dataclass(frozen=True)
class Estimate:
    value: float
    error: float
    replications: int


@dataclass(frozen=True)
class Verdict:
    """One outcome of two programs."""

    outcome: str
    ours: Estimate
    theirs: Estimate
    margin: float
    half: float

    @property
    def difference(self) -> float:
        return self.ours.value - self.theirs.value

    @property
    def word(self) -> str:
        """Two one-sided tests at 5% each are the 90% interval within the margin."""
        if abs(self.difference) + self.half < self.margin:
            return "equivalent"
        return "DIFFERENT" if abs(self.difference) - self.half > self.margin else "not shown"

    @property
    def power(self) -> float:
        """Probability of `equivalent` if there is no difference at all."""
        error = math.hypot(self.ours.error, self.theirs.error)
        return max(0.0, 2 * stats.norm.cdf(self.margin / error - stats.norm.ppf(0.95)) - 1) if error else 1.0


def tested(outcome: str, ours: Estimate, theirs: Estimate, margin: dict[str, float], wider: float) -> Verdict:
    """90% interval of the difference by Welch's approximation."""
    reference = (ours.value + theirs.value) / 2
    width = wider * (margin["absolute"] if "absolute" in margin else margin["relative"] * reference)
    a, b = ours.error**2, theirs.error**2
    freedom = (a + b) ** 2 / (a**2 / (ours.replications - 1) + b**2 / (theirs.replications - 1)) if a + b else 1.0
    half = stats.t.ppf(0.95, freedom) * math.sqrt(a + b) if a + b else 0.0
    return Verdict(outcome, ours, theirs, width, float(half))


def careweave(program: str, model: str, replications: int, extra: list[str]) -> dict[str, Estimate]:
    """Our outcomes, with the standard errors of their 95% intervals."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [program, "run", str(HERE / f"{model}.toml"), "--replications", str(replications)]
        command += ["--seed", str(CAREWEAVE_SEED), "--quiet", "--out", str(out), *extra]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        rows = list(csv.DictReader((out / "overall.csv").open()))
    t = stats.t.ppf(0.975, replications - 1)
    found = {}
    for row in rows:
        if row["group"] == "all" and row["value"]:
            ends = [row["lower_95_ci"], row["upper_95_ci"]]
            error = (float(ends[1]) - float(ends[0])) / 2 / t if all(ends) else 0.0
            found[row["outcome"]] = Estimate(float(row["value"]), error, replications)
    return found


def one(job: tuple[str, str, int, str]) -> Sums:
    """One replication of a Python program, in a process of its own."""
    module, model, number, wrong = job
    return importlib.import_module(module).replication(model, PYTHON_SEED, number, wrong)


def python(pool: ProcessPoolExecutor, module: str, model: str, replications: int, wrong: str = "") -> list[Sums]:
    return list(pool.map(one, [(module, model, i, wrong) for i in range(replications)]))


def compared(ours: dict[str, Estimate], sums: list[Sums], margins: dict, wider: float) -> list[Verdict]:
    verdicts = []
    for outcome, margin in margins.items():
        value, error = jackknife(outcome, sums)
        verdicts.append(tested(outcome, ours[outcome], Estimate(value, error, len(sums)), margin, wider))
    return verdicts


def table(title: str, name: str, verdicts: list[Verdict]) -> Iterator[str]:
    """As Markdown."""
    of = verdicts[0]
    yield f"\n**{title}** ({of.ours.replications} replications of Careweave, {of.theirs.replications} of {name})\n"
    yield f"| outcome | Careweave | {name} | difference, 90% interval | margin | power | |"
    yield "|---|---|---|---|---|---|---|"
    for v in verdicts:
        low, high = v.difference - v.half, v.difference + v.half
        values = f"{v.ours.value:.5g} | {v.theirs.value:.5g} | {low:+.2g} to {high:+.2g} | ±{v.margin:.2g}"
        yield f"| `{v.outcome}` | {values} | {v.power:.3f} | {v.word} |"


def mistakes(pool: ProcessPoolExecutor, ours: dict, margins: dict, size: Size) -> Iterator[tuple[str, bool]]:
    """A program with a deliberate mistake must not be called equivalent."""
    for model, mistake, outcome in MISTAKES[: size.mistakes_made]:
        sums = python(pool, "in_simpy", model, size.mistakes, mistake)
        (verdict,) = compared(ours[model], sums, {outcome: margins[model][outcome]}, size.wider)
        values = f"Careweave {verdict.ours.value:.4g}, SimPy {verdict.theirs.value:.4g}, margin ±{verdict.margin:.2g}"
        yield f"- {model}, *{mistake}*: `{outcome}` {values}: {verdict.word}", verdict.word != "equivalent"


def timed(program: str, size: Size) -> Iterator[str]:
    """Wall seconds of the same number of replications, one after another in one process."""
    yield f"\n**Wall seconds** of {size.timed} replications, one core, starting the program included for Careweave only\n"
    yield "| sub-model | Careweave | SimPy | Ciw |"
    yield "|---|---|---|---|"
    for model in MODELS:
        row = []
        start = time.perf_counter()
        careweave(program, model, size.timed, ["--threads", "1"])
        row.append(time.perf_counter() - start)
        for module in ("in_simpy", "in_ciw"):
            start = time.perf_counter()
            if module == "in_simpy" or model == "care":
                for number in range(size.timed):
                    one((module, model, number, ""))
                row.append(time.perf_counter() - start)
        yield f"| {model} | " + " | ".join(f"{s:.2f}" for s in row) + (" |" if len(row) == 3 else " | not built |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the careweave program")
    parser.add_argument("--quick", action="store_true", help="about a minute: few replications, margins three times as wide")
    parser.add_argument("--jobs", type=int, default=None, help="processes; as many as there are cores if left out")
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL
    margins = tomllib.loads((HERE / "margins.toml").read_text())
    in_ciw = {outcome: margin for outcome, margin in margins["care"].items() if outcome not in NOT_IN_CIW}
    said = subprocess.run([asked.program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    print(f"{said}; SimPy {version('simpy')}, Ciw {version('ciw')}, Python {sys.version.split()[0]}", flush=True)
    everything = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        ours = {model: careweave(asked.program, model, size.careweave, []) for model in MODELS}
        unlimited = careweave(asked.program, "care", size.careweave, UNLIMITED)
        for title, name, module, model, n, own, which in [
            ("Sub-model 1: visit and prescription", "SimPy", "in_simpy", "visit", size.visit, ours["visit"], margins["visit"]),
            ("Sub-model 2: from need to care", "SimPy", "in_simpy", "care", size.care, ours["care"], margins["care"]),
            ("Sub-model 2 without a limit to hours", "Ciw", "in_ciw", "care", size.ciw, unlimited, in_ciw),
        ]:
            verdicts = compared(own, python(pool, module, model, n), which, size.wider)
            everything += verdicts
            print("\n".join(table(title, name, verdicts)), flush=True)
        print("\n**Deliberate mistakes**, which must not be called equivalent\n")
        caught = []
        for line, noticed in mistakes(pool, ours, margins, size):
            print(line, flush=True)
            caught.append(noticed)
    print("\n".join(timed(asked.program, size)))
    failed = [v.outcome for v in everything if v.word != "equivalent"]
    together = 1 - sum(1 - v.power for v in everything)
    print(f"\n{len(everything) - len(failed)} of {len(everything)} equivalent; power for all of them at least {max(0.0, together):.2f}.")
    if failed:
        print("Not equivalent: " + ", ".join(failed))
    if not all(caught):
        print("A deliberate mistake was not noticed.")
    return 1 if failed or not all(caught) else 0


if __name__ == "__main__":
    sys.exit(main())
