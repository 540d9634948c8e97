"""What one replication leaves: sums and counts, which add up over replications; and what is estimated from them."""

from collections import Counter

import numpy as np

from inputs import DAY, HOUR, World

Sums = dict[str, float | np.ndarray]

# Waits until a need is met are counted in bins of this width, up to the horizon of the restricted mean.
BINS = {"symptom": (HOUR / 8, 168 * HOUR), "medicine": (DAY / 40, 90 * DAY), "personal_care": (DAY / 40, 90 * DAY)}
UNIT = {"symptom": ("hours", HOUR), "medicine": ("days", DAY), "personal_care": ("days", DAY)}


class Needs:
    """All needs of one kind that arose in the measured window."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.n = self.died = self.met = 0
        self.total = self.restricted = 0.0
        self.by: Counter[str] = Counter()
        self.waits: list[float] = []

    def ended(self, wait: float, by: dict[str, float], how: str) -> None:
        """One need is over: met, died, or neither (it passed, or the run ended)."""
        self.n += 1
        self.met += how == "met"
        self.died += how == "died"
        self.total += wait
        self.restricted += min(wait, BINS[self.kind][1])
        self.by.update(by)
        if how == "met":
            self.waits.append(wait)

    def sums(self) -> Sums:
        width, horizon = BINS[self.kind]
        waits, _ = np.histogram(self.waits, np.arange(0, horizon + width, width))
        parts = {"n": self.n, "met": self.met, "died": self.died, "total": self.total}
        parts |= {"restricted": self.restricted, "waits": waits}
        parts |= {f"by_{cause}": seconds for cause, seconds in self.by.items()}
        return {f"{self.kind}.{name}": value for name, value in parts.items()}


class Story:
    """One need's time, put down to one cause after another."""

    def __init__(self, world: World, kind: Needs, now: float, cause: str) -> None:
        self.world, self.kind, self.onset, self.since = world, kind, now, now
        self.cause, self.calendar, self.open = cause, None, True
        self.by: dict[str, float] = {}

    def put(self, cause: str, seconds: float) -> None:
        self.by[cause] = self.by.get(cause, 0.0) + seconds

    def change(self, now: float, cause: str, calendar: str | None = None) -> None:
        """From now on the wait is for `cause`; in a queue only while the team is open, else for closed hours."""
        if not self.open:
            return
        waited = now - self.since
        if self.calendar is not None:
            shut = waited - self.world.hours[self.calendar].open_between(self.since, now)
            self.put("closed_hours", shut)
            waited -= shut
        self.put(self.cause, waited)
        self.since, self.cause, self.calendar = now, cause, calendar

    def visited(self, now: float, travel: float) -> None:
        """A visit is over: so much of it was travel."""
        if self.open:
            self.put("travel", travel)
            self.put(self.cause, now - self.since - travel)
            self.since = now

    def close(self, now: float, how: str) -> None:
        self.change(now, "over")
        if self.open and self.world.measured(self.onset):
            self.kind.ended(now - self.onset, self.by, how)
        self.open = False


def pooled(sums: list[Sums]) -> Sums:
    """Sums over replications; what a replication has not got counts as 0."""
    total: Sums = {}
    for one in sums:
        for name, value in one.items():
            total[name] = total.get(name, 0.0) + value
    return total


def estimate(name: str, t: Sums, replications: int) -> float:
    """An outcome by the name that Careweave gives it, from pooled sums."""
    if name.startswith("share_") and name in t or name.startswith("utilisation_"):
        return t[name] / t[f"{name}.of"]
    if name.startswith("count_") and name in t:
        return t[name] / replications
    kind = next(kind for kind in UNIT if kind in name)
    n, (word, unit) = t[f"{kind}.n"], UNIT[kind]
    if name == f"count_needs_{kind}":
        return n / replications
    if name == f"share_died_waiting_{kind}":
        return t[f"{kind}.died"] / n
    if name == f"share_needs_met_{kind}":
        return t[f"{kind}.met"] / n
    if name == f"mean_{word}_in_need_{kind}":
        return t[f"{kind}.total"] / n / unit
    if name == f"restricted_mean_wait_{kind}_{word}":
        return t[f"{kind}.restricted"] / n / unit
    if name.startswith(f"mean_{word}_{kind}_by_"):
        cause = name.removeprefix(f"mean_{word}_{kind}_by_")
        return t.get(f"{kind}.by_{cause}", 0.0) / n / unit
    share = {"median": 0.5, "p90": 0.9}[name.split("_")[0]]
    met = np.cumsum(t[f"{kind}.waits"])
    i = int(np.searchsorted(met, share * n))
    if i == len(met):
        return float("nan")
    below = met[i - 1] if i else 0.0
    return (i + (share * n - below) / (met[i] - below)) * BINS[kind][0] / unit


def jackknife(name: str, sums: list[Sums]) -> tuple[float, float]:
    """Estimate and standard error, leaving out one replication after another."""
    total, n = pooled(sums), len(sums)
    whole = estimate(name, total, n)
    parts = [estimate(name, {k: total[k] - one.get(k, 0.0) for k in total}, n - 1) for one in sums]
    return whole, float(np.sqrt((n - 1) * np.var(parts)))
