"""The inputs that all programs share: the scenario files, their laws, opening hours and duty. Times are seconds."""

import math
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
HOUR, DAY, WEEK, YEAR = 3600.0, 86400.0, 604800.0, 365.25 * 86400.0
UNITS = {"s": 1.0, "min": 60.0, "hour": HOUR, "open_hour": HOUR, "day": DAY, "working_day": DAY, "week": WEEK}
DURATIONS = {"minutes": 60.0, "hours": HOUR, "days": DAY, "weeks": WEEK, "years": YEAR}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PRIORITIES = {"emergency": 0, "urgent": 1, "soon": 2, "routine": 3}
SEVERITIES = ["mild", "moderate", "severe"]

Table = dict[str, Any]
Draw = Callable[[], float]


def merged(below: Table, above: Table) -> Table:
    """One file over another: tables merge key by key, everything else replaces."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def scenario(name: str) -> Table:
    """A scenario file with what it extends."""
    table = tomllib.loads((HERE / name).read_text())
    return merged(scenario(table["extends"]), table) if "extends" in table else table


def duration(table: Table) -> float:
    """A length such as `{ days = 2 }`."""
    ((unit, value),) = table.items()
    return value * DURATIONS[unit]


def law(table: Table, rng: np.random.Generator) -> Draw:
    """Draws from a law such as `{ gamma = { mean = 12, sd = 6, unit = "min" } }`; amounts have no unit."""
    ((kind, p),) = table.items()
    scale = UNITS[p["unit"]] if "unit" in p else 1.0
    if kind == "fixed":
        return lambda: p["value"] * scale
    if kind == "gamma":
        shape, theta = (p["mean"] / p["sd"]) ** 2, p["sd"] ** 2 / p["mean"] * scale
        return lambda: rng.gamma(shape, theta)
    if kind == "lognormal" and "mean" in p:
        variance = math.log(1 + (p["sd"] / p["mean"]) ** 2)
        mu, sigma = math.log(p["mean"] * scale) - variance / 2, math.sqrt(variance)
    elif kind == "lognormal":
        mu = math.log(p["median"] * scale)
        sigma = math.log(p["iqr"][1] / p["iqr"][0]) / (2 * 0.6744897501960817)
    else:
        raise ValueError(f"no law {kind}")
    return lambda: rng.lognormal(mu, sigma)


def moments(table: Table) -> tuple[float, float]:
    """E[X] and E[X²] of a law by mean and standard deviation."""
    ((_, p),) = table.items()
    scale = UNITS[p["unit"]]
    return p["mean"] * scale, (p["mean"] ** 2 + p["sd"] ** 2) * scale**2


def clock(text: str) -> float:
    """Seconds of `"18:30"`."""
    hours, minutes = text.split(":")
    return int(hours) * HOUR + int(minutes) * 60


def intervals(hours: str) -> list[tuple[float, float]]:
    """Intervals of a day such as `"08:30-12:30, 14:00-18:00"`."""
    return [tuple(clock(end) for end in part.strip().split("-")) for part in hours.split(",")]


def week(spec: Table | str) -> list[tuple[float, float]]:
    """Open intervals of a week, joined where they touch."""
    if spec == "always":
        return [(0.0, WEEK)]
    joined: list[tuple[float, float]] = []
    for number, day in enumerate(DAYS):
        group = "weekdays" if number < 5 else "weekend"
        hours = spec.get(day) or spec.get(group) or spec.get("every_day")
        for begin, end in intervals(hours) if hours else []:
            begin, end = begin + number * DAY, end + number * DAY
            if joined and joined[-1][1] == begin:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((begin, end))
    return joined


class Hours:
    """Opening hours as a plain list of open intervals, to beyond the end of the run."""

    def __init__(self, spec: Table | str, closed: set[int], until: float) -> None:
        if isinstance(spec, str) or spec.get("bank_holidays") == "open":
            closed = set()
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.before: list[float] = []
        total = 0.0
        for number in range(math.ceil(until / WEEK) + 2):
            for begin, end in week(spec):
                for b, e in pieces(number * WEEK + begin, number * WEEK + end, closed):
                    self.starts.append(b)
                    self.ends.append(e)
                    self.before.append(total)
                    total += e - b
        self.per_week = sum(end - begin for begin, end in week(spec))

    def rank(self, t: float) -> float:
        """Open seconds before `t`."""
        i = bisect_right(self.starts, t) - 1
        return 0.0 if i < 0 else self.before[i] + min(t, self.ends[i]) - self.starts[i]

    def is_open(self, t: float) -> bool:
        i = bisect_right(self.starts, t) - 1
        return i >= 0 and t < self.ends[i]

    def next_open(self, t: float) -> float:
        """`t` if open, else the next opening; a year after the run, where no outcome looks, doors stay open."""
        return t if self.is_open(t) or t >= self.starts[-1] else self.starts[bisect_left(self.starts, t)]

    def add_open(self, t: float, seconds: float) -> float:
        """When so many open seconds have passed; the next opening, if that is at closing time."""
        t = self.next_open(t)
        rank = self.rank(t) + seconds
        i = bisect_right(self.before, rank) - 1
        return max(t, self.starts[i] + rank - self.before[i])

    def open_between(self, a: float, b: float) -> float:
        return self.rank(b) - self.rank(a)


def pieces(begin: float, end: float, closed: set[int]) -> Iterator[tuple[float, float]]:
    """An interval without the closed days in it."""
    if not closed:
        yield begin, end
        return
    while begin < end:
        upto = min(end, (begin // DAY + 1) * DAY)
        if int(begin // DAY) not in closed:
            yield begin, upto
        begin = upto


class World:
    """What every program reads of a scenario: windows, opening hours, counting in working days."""

    def __init__(self, s: Table, rng: np.random.Generator) -> None:
        self.s, self.rng = s, rng
        self.warm_up = duration(s["run"]["warm_up"])
        self.measured_until = self.warm_up + duration(s["run"]["measured"])
        self.end = self.measured_until + duration(s["run"]["cool_down"])
        self.closed = {(day - s["start_date"]).days for day in s["bank_holidays"] if isinstance(day, date)}
        beyond = self.end + 52 * WEEK
        self.hours = {name: Hours(spec, self.closed, beyond) for name, spec in s["calendars"].items()}
        self.practice = self.hours[s["locality"]["practice_calendar"]]
        self.pharmacy = self.hours[s["locality"]["pharmacy_calendar"]]
        self.working_days = Hours({"weekdays": "00:00-24:00"}, self.closed, beyond)
        group = s["groups"]["illness"]
        people = s["practices"]["elder"]["list_size"]
        self.people_per_second = people / 1000 * group["per_1000_a_year"] / YEAR

    def law(self, table: Table) -> Draw:
        return law(table, self.rng)

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def measured(self, t: float) -> bool:
        return self.warm_up <= t < self.measured_until

    def within(self, a: float, b: float) -> float:
        """Seconds of an interval that lie in the measured window."""
        return max(0.0, min(b, self.measured_until) - max(a, self.warm_up))

    def sessions(self, team: Table) -> list[list[tuple[float, float, float]]]:
        """For each clinician (begin, last moment to begin a visit, end) of every session worked: README, section 1."""
        (group,) = team["clinicians"].values()
        rota = week(group["rota"])
        starts = {begin for begin, _ in rota}
        holidays = set() if group["rota"].get("bank_holidays") == "open" else self.closed
        wind_down = self.wind_down(team)
        everybody = []
        for _ in range(group["count"]):
            worked, day_sick = [], (-1, False)
            for number in range(math.ceil(self.end / WEEK) + 2):
                if self.chance(team.get("leave", 0)):
                    continue
                for begin, end in rota:
                    day = int((number * WEEK + begin) // DAY)
                    if day_sick[0] != day:
                        day_sick = (day, self.chance(team.get("sickness", 0)))
                    if day in holidays or day_sick[1]:
                        continue
                    length = end - begin
                    last = length if end % WEEK in starts else max(length - wind_down, length / 4)
                    at = number * WEEK + begin
                    worked.append((at, at + last, at + length))
            everybody.append(worked)
        return everybody

    def wind_down(self, team: Table) -> float:
        """E[S²] / 2 E[S] of everybody else's contacts, by volume."""
        first = second = 0.0
        for stream in team["background"].values():
            mean, square = moments(stream["length"])
            volume = stream["volume"]["number"]["a_year"]
            first, second = first + volume * mean, second + volume * square
        return second / (2 * first)
