"""Sub-model 2 in Ciw: a network of queues with schedules, priorities and reneging (death), written from README.md.

Requests of several units at one place are beyond Ciw, so this is the sub-model with more hours of home care than anybody
asks for: nobody waits for hours, everything else is as it is.
"""

from collections.abc import Callable
from typing import Any

import ciw
import numpy as np

from inputs import DAY, PRIORITIES, WEEK, YEAR, World, clock, duration, scenario
from sums import Needs, Sums

WELL, ASKING, TRANSFER, LOST, RETURNED, DISPUTE, SOCIAL_WORK, FORMS, PANEL, START = range(1, 11)
CAUSES = {ASKING: "not_sought", TRANSFER: "transfer", LOST: "lost_referral", RETURNED: "returned_referral"}
CAUSES |= {DISPUTE: "dispute", FORMS: "financial_assessment", PANEL: "panel", START: "package_capacity"}
EXIT = -1
Person = Any  # Ciw's individual, on which each stage writes what the next ones need


class Law(ciw.dists.Distribution):
    """A length that may depend on the time and the person. Ciw copies laws; this one stays itself."""

    def __init__(self, draw: Callable[[float, Person], float]) -> None:
        self.draw = draw

    def sample(self, t: float | None = None, ind: Person = None) -> float:
        return float(self.draw(t or 0.0, ind))

    def __deepcopy__(self, memo: object) -> "Law":
        return self


class Route(ciw.routing.NodeRouting):
    """Where somebody goes next."""

    def __init__(self, node: int, care: "Care") -> None:
        self.at, self.care = node, care

    def next_node(self, ind: Person) -> Any:
        return self.simulation.nodes[self.care.next_node(self.at, ind, self.simulation.current_time)]

    def next_node_for_jockeying(self, ind: Person) -> Any:
        self.care.queued(ind, self.simulation.current_time)
        self.care.close(ind, ind.death, "died")
        return self.simulation.nodes[EXIT]


class Care:
    """README.md, section 3, without a limit to the hours of home care."""

    def __init__(self, seed: list[int]) -> None:
        self.s = s = scenario("care.toml")
        self.world = World(s, np.random.default_rng(seed))
        self.rng, law = self.world.rng, self.world.law
        ciw.seed(seed[0] * 10_000 + seed[1])
        self.needs, self.busy = Needs("personal_care"), 0.0
        sc, theta, course = s["social_care"], s["interface"]["external"], s["course"]
        keys = ("family_asks", "forms_returned", "financial_assessment", "self_funded", "dispute", "start")
        self.laws = {key: law(sc[key]) for key in keys}
        self.laws |= {"transfer": law(theta["transfer_delay"]), "chased": law(s["planning"]["chased_after"])}
        self.laws |= {key: law(course[key]) for key in ("care_hours_factor", "help_seeking")}
        self.laws |= {"capital": law(sc["means_test"]["capital"]["third"])}
        spells = s["trajectories"]["straight"]["spell"]
        self.laws |= {state: law(spells[state]) for state in ("stable", "deteriorating", "dying")}
        self.team = s["teams"]["social_worker"]
        self.laws |= {key: law(self.team["contact"][key]) for key in ("assessment", "admin")}
        self.laws |= {"travel": law(self.team["travel"])}
        self.office = self.world.hours[self.team["calendar"]]
        self.target = duration(s["planning"]["assessment_target"]["social_worker"])
        self.sessions = self.world.sessions(self.team)

    def network(self) -> Any:
        (stream,) = self.team["background"].values()
        assert stream["priority"] == "soon", "one class of priority in the queue"
        gap = self.office.per_week / (stream["volume"]["number"]["a_year"] * WEEK / YEAR)
        length, self.others_target = self.world.law(stream["length"]), duration(stream["target"])
        others = lambda t, _: self.office.add_open(t, self.rng.exponential(gap)) - t
        falls_ill = lambda t, _: self.rng.exponential(1 / self.world.people_per_second)
        nodes = range(1, 11)
        stages = {node: Law(lambda t, ind, node=node: self.stage(node, t, ind)) for node in nodes}
        visit = Law(lambda t, ind: self.worked(t, length()))
        death = Law(lambda t, ind: max(0.0, ind.death - t))
        only = lambda node, law: [law if n == node else None for n in nodes]
        never = Law(lambda t, ind: 0.0)
        return ciw.create_network(
            arrival_distributions={"person": only(WELL, Law(falls_ill)), "others": only(SOCIAL_WORK, Law(others))},
            service_distributions={
                "person": [stages[n] for n in nodes],
                "others": [visit if n == SOCIAL_WORK else never for n in nodes],
            },
            number_of_servers=[self.schedule() if n == SOCIAL_WORK else float("inf") for n in nodes],
            reneging_time_distributions={"person": only(SOCIAL_WORK, death), "others": [None for _ in nodes]},
            service_disciplines=[self.first_due if n == SOCIAL_WORK else ciw.disciplines.FIFO for n in nodes],
            routing={
                "person": ciw.routing.NetworkRouting([Route(n, self) for n in nodes]),
                "others": ciw.routing.NetworkRouting([ciw.routing.Leave() for _ in nodes]),
            },
        )

    def schedule(self) -> Any:
        """How many may begin work, from change to change, until the end of the run."""
        changes: dict[float, int] = {}
        for begin, last, _ in (session for worked in self.sessions for session in worked):
            changes[begin] = changes.get(begin, 0) + 1
            changes[last] = changes.get(last, 0) - 1
        times = sorted(t for t, change in changes.items() if change)
        there = np.cumsum([changes[t] for t in times])
        return ciw.Schedule(numbers_of_servers=[0, *map(int, there[:-1])], shift_end_dates=times)

    def first_due(self, waiting: list[Person], _: float) -> Person:
        """Earliest due, then longest there."""
        due = {"others": lambda ind: self.others_target, "person": lambda ind: 0.0 if ind.piece else self.target}
        return min(waiting, key=lambda ind: ind.arrival_date + due[ind.customer_class](ind))

    def stage(self, node: int, t: float, ind: Person) -> float:
        """How long somebody stays at a node, at most until death."""
        if node == WELL:
            return self.falls_ill(t, ind)
        if node == SOCIAL_WORK:
            return self.visit(t, ind)
        stay = min(self.length(node, t, ind), ind.death - t)
        self.put(ind, CAUSES[node], stay)
        return stay

    def falls_ill(self, t: float, ind: Person) -> float:
        """Until care is needed; who never needs any is done then."""
        laws, course = self.laws, self.s["course"]["care_hours"]
        stable, last, dying = laws["stable"](), laws["deteriorating"](), laws["dying"]()
        factor, threshold = laws["care_hours_factor"](), self.s["social_care"]["threshold_hours"]
        ind.death, ind.by, ind.attempt, ind.piece = t + stable + last + dying, {}, 0, 0
        ind.agreed, ind.private = False, laws["capital"]() > self.s["social_care"]["means_test"]["upper"]
        ind.readiness = laws["help_seeking"]()
        ind.needs_care = course["dying"] * factor >= threshold
        until = stable if course["deteriorating"] * factor >= threshold else stable + last
        ind.onset = t + until
        return until

    def length(self, node: int, t: float, ind: Person) -> float:
        """Length of a stage for which nobody's time is needed."""
        laws, practice = self.laws, self.world.practice
        if node == ASKING:
            return practice.next_open(t + ind.readiness * laws["family_asks"]()) - t
        if node == TRANSFER:
            ind.transfer = laws["transfer"]()
            return ind.transfer
        if node == LOST:
            return laws["chased"]()
        if node == RETURNED:
            return ind.transfer
        if node == DISPUTE:
            return practice.next_open(t + laws["dispute"]()) - t
        if node == FORMS:
            back = practice.next_open(t + laws["forms_returned"]())
            assessed = self.office.next_open(self.world.working_days.add_open(back, laws["financial_assessment"]()))
            return (practice.next_open(assessed + laws["self_funded"]()) if ind.private else assessed) - t
        if node == PANEL:
            panel, every = self.s["social_care"]["panel"], duration(self.s["social_care"]["panel"]["every"])
            first = ["mon", "tue", "wed", "thu", "fri"].index(panel["day"]) * DAY + clock(panel["hours"].split("-")[1])
            return first + ((t - first) // every + 1) * every - t
        return laws["start"]()

    def visit(self, t: float, ind: Person) -> float:
        """The social worker's visit, or a piece of its writing up."""
        self.queued(ind, t)
        record = self.team["record_minutes"] * 60
        travel = 0.0 if ind.piece else self.laws["travel"]()
        if ind.piece:
            rest = self.laws["admin"]() + record
        else:
            rest = self.laws["assessment"]() + self.s["interface"]["external"]["triage_minutes"] * 60 + record
        if t + travel + rest <= ind.death:
            self.put(ind, "travel", travel)
            self.put(ind, "treatment", rest)
        else:
            self.put(ind, "treatment", ind.death - t)
        return self.worked(t, travel + rest)

    def queued(self, ind: Person, t: float) -> None:
        """The wait in the team's queue, which is over."""
        open_hours = self.office.open_between(ind.arrival_date, t)
        self.put(ind, "closed_hours", t - ind.arrival_date - open_hours)
        self.put(ind, "assessment_queue", open_hours)

    def worked(self, t: float, seconds: float) -> float:
        self.busy += self.world.within(t, t + seconds)
        return seconds

    def put(self, ind: Person, cause: str, seconds: float) -> None:
        ind.by[cause] = ind.by.get(cause, 0.0) + seconds

    def next_node(self, node: int, ind: Person, t: float) -> int:
        if node == WELL:
            return ASKING if ind.needs_care else EXIT
        if t >= ind.death - 1e-6:
            return self.close(ind, ind.death, "died")
        if node == SOCIAL_WORK:
            ind.piece += 1
            return SOCIAL_WORK if ind.piece < 3 else FORMS
        if node == FORMS:
            return START if ind.private else PANEL
        if node == PANEL:
            if self.world.chance(self.s["social_care"]["panel"]["defers"]):
                return PANEL
            ind.agreed, ind.attempt = True, 0
            return self.sent(ind)
        if node == START:
            return self.close(ind, t, "met")
        if node in (LOST, RETURNED):
            ind.attempt += 1
        if node in (ASKING, LOST, RETURNED):
            return self.sent(ind)
        theta = self.s["interface"]["external"]
        if node == TRANSFER and ind.attempt < 4 and self.world.chance(theta["returned"]):
            return RETURNED
        if node == TRANSFER and not ind.agreed and self.world.chance(theta["cost_refusal"]):
            return DISPUTE
        return START if ind.agreed else SOCIAL_WORK

    def sent(self, ind: Person) -> int:
        """A hand-off leaves: on its way, or lost."""
        lost = ind.attempt < 4 and self.world.chance(self.s["interface"]["external"]["lost"])
        return LOST if lost else TRANSFER

    def close(self, ind: Person, t: float, how: str) -> int:
        if self.world.measured(ind.onset):
            self.needs.ended(t - ind.onset, ind.by, how)
        return EXIT

    def result(self) -> Sums:
        planned = sum(self.world.within(b, e) for worked in self.sessions for b, _, e in worked)
        own = {"utilisation_social_worker": self.busy, "utilisation_social_worker.of": planned}
        return own | self.needs.sums()


def replication(model: str, seed: int, number: int, wrong: str = "") -> Sums:
    """One replication; Ciw has no deliberate mistakes to make."""
    assert model == "care" and not wrong
    care = Care([seed, number])
    ciw.Simulation(care.network()).simulate_until_max_time(care.world.end)
    return care.result()
