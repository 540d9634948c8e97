"""Both sub-models in SimPy, one process for each person, need, clinician and prescription, written from README.md."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
import simpy
from simpy.resources.container import ContainerGet, ContainerPut
from simpy.resources.resource import SortedQueue

from inputs import DAY, PRIORITIES, SEVERITIES, WEEK, YEAR, Table, World, clock, duration, scenario
from sums import Needs, Story, Sums

Process = Generator[simpy.Event, Any, Any]


@dataclass(order=True)
class Job:
    """Something a clinician is asked to do. The first in (priority, due, number) is taken first."""

    priority: int
    due: float
    number: int
    begin: Callable[[], float] = field(compare=False)
    done: simpy.Event = field(compare=False)
    withdrawn: bool = field(default=False, compare=False)


class Team:
    """Clinicians with sessions, one queue, everybody else's contacts."""

    def __init__(self, sim: "Simulation", name: str, shown: str) -> None:
        self.sim, self.env, self.spec, self.shown = sim, sim.env, sim.s["teams"][name], shown
        self.calendar = self.spec["calendar"]
        self.queue = simpy.PriorityStore(self.env)
        self.numbers = count()
        self.busy = self.planned = 0.0
        for sessions in sim.world.sessions(self.spec):
            self.planned += sum(sim.world.within(begin, end) for begin, _, end in sessions)
            self.env.process(self.clinician(sessions))
        for stream in self.spec["background"].values():
            self.env.process(self.everybody_else(stream))

    def clinician(self, sessions: list[tuple[float, float, float]]) -> Process:
        env = self.env
        for begin, last, _ in sessions:
            if env.now < begin:
                yield self.sim.at(begin)
            off = self.sim.at(last)
            while env.now < round(last):
                get = self.queue.get()
                yield get | off
                if not get.triggered:
                    get.cancel()
                    break
                job = get.value
                if not job.withdrawn:
                    since = env.now
                    yield self.sim.after(job.begin())
                    self.busy += self.sim.world.within(since, env.now)
                    job.done.succeed()

    def ask(self, priority: int, due: float, begin: Callable[[], float]) -> Job:
        job = Job(priority, due, next(self.numbers), begin, self.env.event())
        self.queue.put(job)
        return job

    def everybody_else(self, stream: Table) -> Process:
        hours, rng = self.sim.world.hours[self.calendar], self.sim.world.rng
        length = self.sim.world.law(stream["length"])
        priority, target = PRIORITIES[stream["priority"]], duration(stream["target"])
        gap = hours.per_week / (stream["volume"]["number"]["a_year"] * WEEK / YEAR)
        while True:
            yield self.sim.at(hours.add_open(self.env.now, rng.exponential(gap)))
            self.ask(priority, self.env.now + target, length)

    def sums(self) -> Sums:
        return {f"utilisation_{self.shown}": self.busy, f"utilisation_{self.shown}.of": self.planned}


class Simulation:
    """What both sub-models need."""

    def __init__(self, name: str, seed: list[int], wrong: str = "") -> None:
        self.s, self.env, self.wrong = scenario(name), simpy.Environment(), wrong
        self.world = World(self.s, np.random.default_rng(seed))
        self.rng = self.world.rng
        self.counts: Sums = {}
        spells = self.s["trajectories"]["straight"]["spell"]
        self.spells = [self.world.law(spells[state]) for state in ("stable", "deteriorating", "dying")]
        self.readiness = self.world.law(self.s["course"]["help_seeking"])
        self.env.process(self.arrivals())

    def at(self, moment: float) -> simpy.Event:
        """The next whole second at a moment: whole seconds add up exactly, so that nine o'clock is nine o'clock."""
        return self.env.timeout(max(0.0, round(moment) - self.env.now))

    def after(self, seconds: float) -> simpy.Event:
        return self.at(self.env.now + seconds)

    def arrivals(self) -> Process:
        while True:
            yield self.after(self.rng.exponential(1 / self.world.people_per_second))
            self.env.process(self.person())

    def person(self) -> Process:
        raise NotImplementedError

    def tally(self, name: str, value: float = 1.0) -> None:
        """Counts a flow, if it is in the measured window."""
        if self.world.measured(self.env.now):
            self.counts[name] = self.counts.get(name, 0.0) + value

    def until(self, process: Process, deadline: float, story: Story, at_deadline: str) -> Process:
        """Runs a need's process to its end (the need is then met) or to the deadline, whichever is first."""
        running = self.env.process(process)
        yield running | self.at(deadline)
        if running.is_alive:
            running.interrupt()
            story.close(self.env.now, at_deadline)
        elif running.value != "left":
            story.close(self.env.now, "met")
        else:
            yield self.at(deadline)
            story.close(self.env.now, at_deadline)

    def served(self, team: Team, stories: list[Story], cause: str, job_of: tuple[int, float], lengths: Any) -> Process:
        """Waits in a team's queue, then for the visit to end; withdrawn if interrupted."""
        travel = 0.0

        def begin() -> float:
            nonlocal travel
            for story in stories:
                story.change(self.env.now, "treatment")
            travel, rest = lengths()
            return travel + rest

        for story in stories:
            story.change(self.env.now, cause, team.calendar)
        job = team.ask(*job_of, begin)
        try:
            yield job.done
        except simpy.Interrupt:
            job.withdrawn = True
            raise
        for story in stories:
            story.visited(self.env.now, travel)


class Visit(Simulation):
    """Sub-model 1: README.md, section 2."""

    def __init__(self, seed: list[int], wrong: str = "") -> None:
        super().__init__("visit.toml", seed, wrong)
        s, law = self.s, self.world.law
        self.symptoms, self.medicines = Needs("symptom"), Needs("medicine")
        self.gp, self.ooh = Team(self, "gp", "gp@elder"), Team(self, "ooh_clinician", "ooh_clinician")
        sy, rx = s["symptoms"], s["prescribing"]
        self.length = [law(s["course"]["episode_length"][severity]) for severity in SEVERITIES]
        self.seek = [law(sy["seek"][severity]) for severity in SEVERITIES]
        self.laws = {key: law(sy[key]) for key in ("retry", "advice_onset", "dose_onset")}
        keys = ("dispensing", "second_pharmacy", "collected", "delivered", "repeat_asked_before")
        self.laws |= {key: law(rx[key]) for key in keys}
        self.shares = [s["course"]["severity"]["stable"][severity] for severity in SEVERITIES]
        self.target = [duration(s["planning"]["symptom_target"][severity]) for severity in SEVERITIES]
        self.collection_days = s["styles"]["plain"]["collection_rule"]["working_days"]
        self.collection_days += wrong == "collection rule off by one day"
        self.work = {}
        for team in (self.gp, self.ooh):
            contact = {kind: law(spec) for kind, spec in team.spec["contact"].items()}
            self.work[team.shown] = (contact, law(team.spec["travel"]), team.spec["record_minutes"] * 60)

    def lengths(self, team: Team, kind: str) -> tuple[float, float]:
        """(travel, contact and record) of a piece of work."""
        contact, travel, record = self.work[team.shown]
        return (travel() if kind == "visit" else 0.0), contact[kind]() + record

    def person(self) -> Process:
        env, world = self.env, self.world
        death = env.now + sum(spell() for spell in self.spells)
        carer, readiness = not world.chance(self.s["age_bands"]["all"]["lives_alone"]), self.readiness()
        env.process(self.repeats(death, carer))
        a_week = self.s["trajectories"]["straight"]["episodes_a_week"]["stable"]
        while True:
            yield self.after(self.rng.exponential(WEEK / a_week))
            if env.now >= round(death):
                return
            env.process(self.episode(death, carer, readiness))

    def episode(self, death: float, carer: bool, readiness: float) -> Process:
        severity = int(self.rng.choice(3, p=self.shares))
        natural = self.env.now + self.length[severity]()
        story = Story(self.world, self.symptoms, self.env.now, "not_sought")
        self.tally("share_symptoms_never_sought.of")
        help_sought = self.help(story, severity, death, carer, readiness)
        yield from self.until(help_sought, min(natural, death), story, "died" if death <= natural else "passed")

    def help(self, story: Story, severity: int, death: float, carer: bool, readiness: float) -> Process:
        """From onset to control; interrupted at the natural end. Ends with "left" if no more help is sought."""
        try:
            return (yield from self.attempts(story, severity, death, carer, readiness))
        except simpy.Interrupt:
            return "over"

    def attempts(self, story: Story, severity: int, death: float, carer: bool, readiness: float) -> Process:
        env, world, sy = self.env, self.world, self.s["symptoms"]
        how_bad = SEVERITIES[severity]
        if world.chance(sy["never_sought"][how_bad]):
            self.tally("share_symptoms_never_sought")
            return "left"
        for attempt in range(sy["most_attempts"]):
            story.change(env.now, "not_sought")
            yield self.after(readiness * (self.seek[severity]() if attempt == 0 else self.laws["retry"]()))
            team = self.gp
            if not world.practice.is_open(env.now):
                route = sy["route_out_of_hours"][how_bad]
                if world.chance(route["ooh_clinician"] / (route["ooh_clinician"] + route["wait"])):
                    team = self.ooh
                else:
                    story.change(env.now, "closed_hours")
                    yield self.at(world.practice.next_open(env.now))
            home = self.s["styles"]["plain"]["home_visit"] if team is self.gp else sy["visit"]["ooh_clinician"]
            kind = "visit" if world.chance(home) else "call"
            turn = ([3, 2, 1][severity], env.now + self.target[severity])
            yield from self.served(team, [story], "staff_capacity", turn, lambda: self.lengths(team, kind))
            onset = "advice_onset"
            if not world.chance(sy["advice_enough"][how_bad]):
                onset = "dose_onset"
                bag = self.s["prescribing"]["out_of_hours_supply"] if team is self.ooh else 0.0
                if not world.chance(sy["at_home"][how_bad]) and not world.chance(bag):
                    at_once = team is self.ooh or severity == 2
                    yield self.prescribed(story, how_bad, "at once" if at_once else "rule", death, carer)
            story.change(env.now, "treatment")
            yield self.after(self.laws[onset]())
            if world.chance(sy["success"][how_bad]):
                return "controlled"
        return "left"

    def prescribed(self, symptom: Story | None, how_bad: str, signing: str, death: float, carer: bool) -> simpy.Event:
        """Starts a prescription, which goes on when the symptom is over; the event is the medicine in the home."""
        own = Story(self.world, self.medicines, self.env.now, "prescriber")
        stories = [own] if symptom is None else [own, symptom]
        self.tally("count_prescriptions")
        home = self.env.event()
        chain = self.chain(stories, how_bad, signing, carer, home)
        self.env.process(self.until(chain, death, own, "died"))
        return home

    def chain(self, stories: list[Story], how_bad: str, signing: str, carer: bool, home: simpy.Event) -> Process:
        env, world, rx = self.env, self.world, self.s["prescribing"]

        def stage(cause: str, until: float) -> simpy.Event:
            for story in stories:
                story.change(env.now, cause)
            return self.at(until)

        try:
            requested = env.now
            controlled = world.chance(rx["controlled"][how_bad])
            if signing == "desk":
                turn = (3, env.now + duration(self.s["planning"]["script_target"]["routine"]))
                yield from self.served(self.gp, stories, "prescriber", turn, lambda: self.lengths(self.gp, "script"))
            if signing != "at once":
                due = world.working_days.add_open(requested, self.collection_days * DAY)
                yield stage("collection_rule", max(env.now, world.practice.next_open(due)))
            yield stage("pharmacy", world.pharmacy.add_open(env.now, self.laws["dispensing"]()))
            self.tally("share_first_pharmacy.of")
            if world.chance(rx["in_stock_controlled" if controlled else "in_stock"]):
                self.tally("share_first_pharmacy")
            else:
                yield stage("pharmacy", world.pharmacy.add_open(env.now, self.laws["second_pharmacy"]()))
            yield stage("collection", env.now + self.laws["collected" if carer else "delivered"]())
            home.succeed()
        except simpy.Interrupt:
            return

    def repeats(self, death: float, carer: bool) -> Process:
        env, every = self.env, duration(self.s["prescribing"]["repeat_every"])
        supply_until = env.now + self.rng.random() * every
        while True:
            wanted = max(env.now, supply_until - self.laws["repeat_asked_before"]())
            yield self.at(self.world.practice.next_open(wanted))
            if env.now >= round(death):
                return
            yield self.prescribed(None, "mild", "desk", death, carer)
            supply_until = max(supply_until, env.now) + every

    def result(self) -> Sums:
        teams = self.gp.sums() | self.ooh.sums()
        return self.counts | teams | self.symptoms.sums() | self.medicines.sums()


class HoursWanted(ContainerGet):
    """A request for weekly hours, in the order (priority, time)."""

    def __init__(self, agencies: "Agencies", hours: int, priority: int) -> None:
        self.key = (priority, next(agencies.numbers))
        super().__init__(agencies, hours)


class Agencies(simpy.Container):
    """Weekly hours of home care. Unlike SimPy's own container, a request that fits may overtake one that does not."""

    GetQueue = SortedQueue

    def __init__(self, sim: Simulation) -> None:
        self.sim, self.numbers = sim, count()
        self.places = sim.s["teams"]["home_care"]["places"]
        self.taken = self.since = 0.0
        super().__init__(sim.env, capacity=self.places, init=self.places)
        for stream in sim.s["teams"]["home_care"]["background"].values():
            sim.env.process(self.everybody_else(stream))

    def _do_get(self, event: ContainerGet) -> bool | None:
        self.meter()
        return super()._do_get(event) or self.sim.wrong != "nobody may be overtaken"

    def _do_put(self, event: ContainerPut) -> bool | None:
        self.meter()
        return super()._do_put(event)

    def meter(self) -> None:
        """Hours taken since the last change, in the measured window."""
        now = self._env.now
        self.taken += (self.places - self.level) * self.sim.world.within(self.since, now)
        self.since = now

    def everybody_else(self, stream: Table) -> Process:
        rng, law = self.sim.rng, self.sim.world.law
        size, stay = law(stream["size"]), law(stream["length"])
        priority, gap = PRIORITIES[stream["priority"]], YEAR / stream["volume"]["number"]["a_year"]
        while True:
            yield self.sim.after(rng.exponential(gap))
            self._env.process(self.package(max(1, round(size())), priority, stay()))

    def package(self, hours: int, priority: int, stay: float) -> Process:
        yield HoursWanted(self, hours, priority)
        yield self.sim.after(stay)
        yield self.put(hours)

    def sums(self) -> Sums:
        whole = self.places * (self.sim.world.measured_until - self.sim.world.warm_up)
        return {"utilisation_home_care": self.taken, "utilisation_home_care.of": whole}


@dataclass
class Client:
    """Somebody who needs care at home."""

    factor: float
    dying_from: float
    death: float
    readiness: float
    capital: float
    held: int = 0
    hours: float = 0.0
    started: float = float("inf")


class Care(Simulation):
    """Sub-model 2: README.md, section 3."""

    def __init__(self, seed: list[int], wrong: str = "") -> None:
        super().__init__("care.toml", seed, wrong)
        s, law = self.s, self.world.law
        self.needs = Needs("personal_care")
        self.team, self.agencies = Team(self, "social_worker", "social_worker"), Agencies(self)
        sc, theta, course = s["social_care"], s["interface"]["external"], s["course"]
        keys = ("family_asks", "forms_returned", "financial_assessment", "self_funded", "dispute", "start")
        self.laws = {key: law(sc[key]) for key in keys}
        self.laws |= {"transfer": law(theta["transfer_delay"]), "chased": law(s["planning"]["chased_after"])}
        self.laws |= {"factor": law(course["care_hours_factor"])}
        self.laws |= {"capital": law(sc["means_test"]["capital"]["third"])}
        contact, self.record = self.team.spec["contact"], self.team.spec["record_minutes"] * 60
        self.laws |= {key: law(contact[key]) for key in ("assessment", "admin")}
        self.laws |= {"travel": law(self.team.spec["travel"])}
        self.triage = theta["triage_minutes"] * 60
        self.panel_at = ["mon", "tue", "wed", "thu", "fri"].index(sc["panel"]["day"]) * DAY
        self.panel_at += clock(sc["panel"]["hours"].split("-")[1])
        self.defers = 0.0 if wrong == "the panel never defers" else sc["panel"]["defers"]

    def needed(self, client: Client, at: float) -> float:
        """Weekly hours needed from the deterioration on."""
        hours = self.s["course"]["care_hours"]["dying" if at >= client.dying_from else "deteriorating"]
        return min(hours * client.factor, self.s["social_care"]["most_hours"])

    def person(self) -> Process:
        env, threshold = self.env, self.s["social_care"]["threshold_hours"]
        stable, last, dying = (spell() for spell in self.spells)
        ill = env.now + stable
        death = ill + last + dying
        client = Client(self.laws["factor"](), ill + last, death, self.readiness(), self.laws["capital"]())
        yield self.after(stable)
        if self.needed(client, ill) < threshold:
            yield self.at(client.dying_from)
        if self.needed(client, client.dying_from) >= threshold:
            story = Story(self.world, self.needs, env.now, "not_sought")
            yield from self.until(self.case(client, story), death, story, "died")
        yield self.at(death)
        if client.held:
            yield self.agencies.put(client.held)
        self.hours_met(client, ill)

    def hours_met(self, client: Client, ill: float) -> None:
        """Hours of care needed and given at home in the measured window."""
        for begin, end in ((ill, client.dying_from), (client.dying_from, client.death)):
            needed = self.needed(client, begin)
            given = min(client.hours, needed) * self.world.within(max(begin, client.started), max(end, client.started))
            of = needed * self.world.within(begin, end)
            self.counts["share_care_hours_met"] = self.counts.get("share_care_hours_met", 0.0) + given
            self.counts["share_care_hours_met.of"] = self.counts.get("share_care_hours_met.of", 0.0) + of

    def case(self, client: Client, story: Story) -> Process:
        """From need to the first visit; interrupted by death."""
        try:
            yield from self.stages(client, story)
        except simpy.Interrupt:
            return

    def stages(self, client: Client, story: Story) -> Process:
        env, world, laws = self.env, self.world, self.laws
        practice, office = world.practice, world.hours[self.team.calendar]

        yield self.at(practice.next_open(env.now + client.readiness * laws["family_asks"]()))
        yield from self.hand_off(story, disputable=True)
        turn = (PRIORITIES["soon"], env.now + duration(self.s["planning"]["assessment_target"]["social_worker"]))
        visit = lambda: (laws["travel"](), laws["assessment"]() + self.triage + self.record)
        yield from self.served(self.team, [story], "assessment_queue", turn, visit)
        for _ in range(2):
            turn = (PRIORITIES["soon"], env.now)
            writing = lambda: (0.0, laws["admin"]() + self.record)
            yield from self.served(self.team, [story], "assessment_queue", turn, writing)
        story.change(env.now, "financial_assessment")
        yield self.at(practice.next_open(env.now + laws["forms_returned"]()))
        yield self.at(office.next_open(world.working_days.add_open(env.now, laws["financial_assessment"]())))
        if client.capital > self.s["social_care"]["means_test"]["upper"]:
            yield self.at(practice.next_open(env.now + laws["self_funded"]()))
        else:
            story.change(env.now, "panel")
            every = duration(self.s["social_care"]["panel"]["every"])
            while True:
                yield self.at(self.panel_at + ((env.now - self.panel_at) // every + 1) * every)
                if not world.chance(self.defers):
                    break
            yield from self.hand_off(story, disputable=False)
        story.change(env.now, "package_capacity")
        hours = max(1.0, self.needed(client, env.now))
        wanted = HoursWanted(self.agencies, int(np.ceil(hours)), PRIORITIES["soon"])
        try:
            yield wanted
        except simpy.Interrupt:
            client.held = wanted.amount if wanted.triggered else 0
            wanted.cancel()
            raise
        client.held = wanted.amount
        yield self.at(env.now + laws["start"]())
        client.hours, client.started = hours, env.now

    def hand_off(self, story: Story, disputable: bool) -> Process:
        env, theta = self.env, self.s["interface"]["external"]
        for attempt in range(5):
            if attempt < 4 and self.world.chance(theta["lost"]):
                story.change(env.now, "lost_referral")
                yield self.after(self.laws["chased"]())
                continue
            story.change(env.now, "transfer")
            transfer = self.laws["transfer"]()
            yield self.after(transfer)
            if attempt == 4 or not self.world.chance(theta["returned"]):
                break
            story.change(env.now, "returned_referral")
            yield self.after(transfer)
        if disputable and self.world.chance(theta["cost_refusal"]):
            story.change(env.now, "dispute")
            yield self.at(self.world.practice.next_open(env.now + self.laws["dispute"]()))

    def result(self) -> Sums:
        self.agencies.meter()
        return self.counts | self.team.sums() | self.agencies.sums() | self.needs.sums()


def replication(model: str, seed: int, number: int, wrong: str = "") -> Sums:
    """One replication of a sub-model; `wrong` names a deliberate mistake (README.md, section 6)."""
    sim = {"visit": Visit, "care": Care}[model]([seed, number], wrong)
    sim.env.run(until=sim.world.end)
    return sim.result()
