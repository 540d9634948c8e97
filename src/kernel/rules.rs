//! The rules of the kernel one by one, each on the smallest world that shows it.

use super::*;
use crate::base::{NEVER, Time};
use crate::random::Draws;

/// Services by job id, what a completed job does next, and a diary of what happened.
#[derive(Default)]
struct Diary {
    services: Vec<Secs>,
    /// Jobs that ask the same team again (once) as soon as they are done, with this priority.
    again: Vec<(u32, u8)>,
    /// A job whose person, when it is done, gives up the bed of the same number and asks for it again.
    rebook: Option<(u32, PlacesId)>,
    /// Who, on being placed, asks for another bed (a companion's) at once: (request, companion).
    companion: Option<(u32, u32)>,
    blocked: Vec<u32>,
    script: Vec<(Time, Act)>,
    lines: Vec<String>,
}

/// Something the world does at a time.
#[derive(Clone, Copy)]
enum Act {
    Submit(Job),
    Withdraw(u32),
    Suspend(u32),
    Resume(u32),
    Unblock(u16),
    Release(u32),
    Capacity(u32),
    EndHold(u32),
    Request(u32, u32),
}

const TEAM: TeamId = TeamId(0);
const BEDS: PlacesId = PlacesId(0);

impl World for Diary {
    fn event(&mut self, k: &mut Kernel, event: Event) {
        match self.script[event.index as usize].1 {
            Act::Submit(job) => {
                k.submit(self, TEAM, job);
            }
            Act::Withdraw(job) => {
                let line = format!("{} withdraw {job}: {:?}", k.now(), k.withdraw(job));
                self.lines.push(line);
            }
            Act::Suspend(job) => assert!(k.suspend(job)),
            Act::Resume(job) => assert!(k.resume(self, job)),
            Act::Unblock(clinician) => assert!(k.unblock(self, TEAM, clinician)),
            Act::Release(request) => {
                assert!(k.release(self, BEDS, request));
                self.lines.push(format!("{} released {request}", k.now()));
            }
            Act::Capacity(units) => k.set_capacity(self, BEDS, units),
            Act::EndHold(job) => k.end_hold(self, job),
            Act::Request(request, size) => {
                let at_once = k.request(BEDS, request, size, 0, k.now());
                self.lines.push(format!("{} asks {request}: {at_once}", k.now()));
            }
        }
    }
    fn service_secs(&mut self, _: &Kernel, _: TeamId, _: u16, job: u32, _: u32) -> Secs {
        self.services[job as usize]
    }
    fn started(&mut self, k: &mut Kernel, _: TeamId, clinician: u16, job: u32) {
        self.lines.push(format!("{} {job} with {clinician}", k.now()));
    }
    fn blocks(&mut self, _: &Kernel, _: TeamId, _: u16, job: u32) -> bool {
        self.blocked.contains(&job)
    }
    fn completed(&mut self, k: &mut Kernel, team: TeamId, _: u16, job: u32, withdrawn: bool) {
        let note = if withdrawn { " (withdrawn)" } else { "" };
        self.lines.push(format!("{} {job} done{note}", k.now()));
        if let Some(at) = self.again.iter().position(|&(id, _)| id == job) {
            let (_, priority) = self.again.remove(at);
            k.submit(self, team, Job::new(job, priority, k.now()));
        }
        if let Some((id, places)) = self.rebook.filter(|&(id, _)| id == job) {
            k.release(self, places, id);
            let at_once = k.request(places, id, 1, 0, k.now());
            self.lines
                .push(format!("{} {id} has a bed again: {at_once}", k.now()));
        }
    }
    fn placed(&mut self, k: &mut Kernel, _: PlacesId, request: u32) {
        self.lines.push(format!("{} placed {request}", k.now()));
        if let Some((_, companion)) = self.companion.filter(|&(who, _)| who == request) {
            let at_once = k.request(BEDS, companion, 1, 0, k.now());
            self.lines
                .push(format!("{} asks {companion}: {at_once}", k.now()));
        }
    }
}

impl Diary {
    fn run(&mut self, k: &mut Kernel, script: &[(Time, Act)], until: Time) -> Vec<String> {
        self.script = script.to_vec();
        for (index, &(at, _)) in script.iter().enumerate() {
            k.schedule(at, phase::WORLD, Event::new(0, index as u32));
        }
        k.run(self, until);
        std::mem::take(&mut self.lines)
    }
}

fn kernel(rosters: &[Roster]) -> Kernel {
    let mut k = Kernel::new(0, Draws::new(1, 0), ());
    k.add_team(rosters, Pick::Lowest);
    k
}

fn job(id: u32) -> Act {
    Act::Submit(Job::new(id, 1, 0))
}

/// The counter-example of the tie rule: an urgent person who is done and asks again at once must not overtake
/// the routine person who was waiting when the clinician became free.
#[test]
fn a_freed_clinician_is_handed_to_the_queue_before_the_person_goes_on() {
    let mut k = kernel(&[Roster::Always]);
    let mut diary = Diary {
        services: vec![10, 10],
        again: vec![(0, 0)],
        ..Diary::default()
    };
    let urgent = Act::Submit(Job::new(0, 0, 0));
    let lines = diary.run(&mut k, &[(0, urgent), (1, job(1))], 100);
    assert_eq!(
        lines,
        [
            "0 0 with 0",
            "10 1 with 0",
            "10 0 done",
            "20 0 with 0",
            "20 1 done",
            "30 0 done"
        ]
    );
}

#[test]
fn a_freed_bed_is_handed_to_the_queue_before_the_person_goes_on() {
    let mut k = kernel(&[Roster::Always]);
    k.add_places(1, Fit::First);
    let mut diary = Diary {
        services: vec![10],
        rebook: Some((0, BEDS)),
        ..Diary::default()
    };
    let script = [(0, Act::Request(0, 1)), (0, job(0)), (1, Act::Request(7, 1))];
    let lines = diary.run(&mut k, &script, 100);
    let told = [
        "0 asks 0: true",
        "0 0 with 0",
        "1 asks 7: false",
        "10 0 done",
        "10 placed 7",
    ];
    assert_eq!(lines[..5], told);
    assert_eq!(lines[5], "10 0 has a bed again: false");
}

/// Two beds become free; the first who is told asks for another, and must not get the second's.
#[test]
fn all_who_can_be_placed_are_placed_before_anyone_is_told() {
    let mut k = kernel(&[Roster::Always]);
    k.add_places(0, Fit::First);
    let mut diary = Diary {
        companion: Some((1, 9)),
        ..Diary::default()
    };
    let script = [
        (0, Act::Request(1, 1)),
        (0, Act::Request(2, 1)),
        (5, Act::Capacity(2)),
    ];
    let lines = diary.run(&mut k, &script, 100);
    assert_eq!(lines[2..], ["5 placed 1", "5 asks 9: false", "5 placed 2"]);
}

#[test]
fn a_started_service_is_finished_in_overtime_and_then_the_clinician_goes_off() {
    let mut k = kernel(&[Roster::shifts(&[(0, 100), (200, 300)]).unwrap()]);
    let mut diary = Diary {
        services: vec![30, 5, 90],
        ..Diary::default()
    };
    let script = [(90, job(0)), (95, job(1)), (290, job(2))];
    assert_eq!(
        diary.run(&mut k, &script, 1_000),
        [
            "90 0 with 0",
            "120 0 done",
            "200 1 with 0",
            "205 1 done",
            "290 2 with 0",
            "380 2 done"
        ]
    );
    let m = k.team_measures(TEAM);
    assert_eq!(
        (m.busy_secs, m.on_duty_secs, m.overtime_secs),
        (30 + 5 + 90, 200, 20 + 80)
    );
    assert_eq!((m.queue_secs, m.jobs[1].wait_secs, m.max_queue), (105, 105, 1));
}

#[test]
fn overtime_ends_where_the_next_shift_begins() {
    let mut k = kernel(&[Roster::shifts(&[(0, 100), (150, 300)]).unwrap()]);
    let mut diary = Diary {
        services: vec![80, 1],
        ..Diary::default()
    };
    let lines = diary.run(&mut k, &[(90, job(0)), (91, job(1))], 1_000);
    assert_eq!(lines, ["90 0 with 0", "170 1 with 0", "170 0 done", "171 1 done"]);
    assert_eq!(k.team_measures(TEAM).overtime_secs, 50);
}

#[test]
fn duty_is_half_open() {
    let mut k = kernel(&[Roster::shifts(&[(10, 20)]).unwrap()]);
    let mut diary = Diary {
        services: vec![10, 1],
        ..Diary::default()
    };
    // free at the very second at which the shift ends: off, and no overtime
    let lines = diary.run(&mut k, &[(0, job(0)), (0, job(1))], 100);
    assert_eq!(lines, ["10 0 with 0", "20 0 done"]);
    assert_eq!(k.team_measures(TEAM).overtime_secs, 0);
    assert_eq!((k.waiting(TEAM), k.status(1)), (1, JobStatus::Queued));
}

#[test]
fn a_job_is_held_for_its_named_clinician_and_buddy_and_then_is_anybodys() {
    let named = |id, hold_until| {
        Act::Submit(Job {
            named: Some(1),
            buddy: Some(2),
            hold_until,
            ..Job::new(id, 1, 0)
        })
    };
    let mut k = kernel(&[Roster::Always, Roster::Always, Roster::Always]);
    let mut diary = Diary {
        services: vec![100, 40, 5, 5, 5, 5],
        ..Diary::default()
    };
    // 0 keeps the named one for 100 s, 1 the buddy for 40 s; clinician 0 is idle all the time
    let script = [
        (0, named(0, 0)),
        (0, named(1, 0)),
        (5, named(2, 30)),
        (20, named(3, 60)),
        (21, named(4, 45)),
    ];
    assert_eq!(
        diary.run(&mut k, &script, 99),
        [
            "0 0 with 1",
            "0 1 with 2",
            "30 2 with 0", // the hold is over
            "35 2 done",
            "40 3 with 2", // the buddy is free in time, and takes the first in the queue
            "40 1 done",
            "45 4 with 0", // a hold ends before anybody is freed in that second: 4 goes to the idle one
            "45 3 done",
            "50 4 done",
        ]
    );
}

#[test]
fn suspension_keeps_the_turn_and_is_no_waiting() {
    let mut k = kernel(&[Roster::Always]);
    let mut diary = Diary {
        services: vec![50, 1, 1],
        ..Diary::default()
    };
    let script = [
        (0, job(0)),
        (1, job(1)),
        (2, job(2)),
        (10, Act::Suspend(1)),
        (40, Act::Resume(1)),
    ];
    let lines = diary.run(&mut k, &script, 100);
    assert_eq!(
        lines,
        [
            "0 0 with 0",
            "50 1 with 0",
            "50 0 done",
            "51 2 with 0",
            "51 1 done",
            "52 2 done"
        ]
    );
    let m = k.team_measures(TEAM);
    assert_eq!((m.jobs[1].wait_secs, m.queue_secs), (9 + 10 + 49, 9 + 10 + 49));
}

#[test]
fn a_withdrawn_job_is_gone_from_the_queue_but_finished_in_service() {
    let mut k = kernel(&[Roster::Always]);
    let mut diary = Diary {
        services: vec![50, 1, 1],
        ..Diary::default()
    };
    let script = [
        (0, job(0)),
        (0, job(1)),
        (0, job(2)),
        (20, Act::Withdraw(1)),
        (20, Act::Withdraw(0)),
        (21, Act::Withdraw(1)),
    ];
    assert_eq!(
        diary.run(&mut k, &script, 100),
        [
            "0 0 with 0",
            "20 withdraw 1: Removed",
            "20 withdraw 0: InService",
            "21 withdraw 1: Absent",
            "50 2 with 0",
            "50 0 done (withdrawn)",
            "51 2 done",
        ]
    );
    let flow = k.team_measures(TEAM).jobs[1];
    assert_eq!((flow.submitted, flow.started, flow.completed), (3, 2, 2));
    assert_eq!(
        (
            flow.withdrawn,
            flow.withdrawn_in_service,
            flow.withdrawn_wait_secs
        ),
        (1, 1, 20)
    );
}

#[test]
fn a_blocked_clinician_serves_nobody_until_unblocked() {
    let mut k = kernel(&[Roster::Always]);
    let mut diary = Diary {
        services: vec![10, 1],
        blocked: vec![0],
        ..Diary::default()
    };
    let lines = diary.run(&mut k, &[(0, job(0)), (0, job(1)), (30, Act::Unblock(0))], 100);
    assert_eq!(lines, ["0 0 with 0", "30 1 with 0", "30 0 done", "31 1 done"]);
    let m = k.team_measures(TEAM);
    assert_eq!((m.busy_secs, m.blocked_secs), (11, 20));
}

#[test]
fn places_go_to_the_first_that_fits_or_strictly_in_order() {
    let script = [
        (0, Act::Request(0, 3)),
        (0, Act::Request(1, 2)),
        (1, Act::Request(2, 4)),
        (2, Act::Request(3, 1)),
        (10, Act::Release(1)),
        (20, Act::Capacity(8)),
    ];
    let run = |fit| {
        let mut k = kernel(&[Roster::Always]);
        k.add_places(5, fit);
        let lines = Diary::default().run(&mut k, &script, 100);
        (lines[3..].to_vec(), k.places_measures(BEDS).taken_secs)
    };
    assert_eq!(
        run(Fit::First),
        (
            ["2 asks 3: false", "10 placed 3", "10 released 1", "20 placed 2"]
                .map(String::from)
                .to_vec(),
            3 * 100 + 2 * 10 + 90 + 4 * 80
        )
    );
    assert_eq!(
        run(Fit::InOrder),
        (
            ["2 asks 3: false", "10 released 1", "20 placed 2", "20 placed 3"]
                .map(String::from)
                .to_vec(),
            3 * 100 + 2 * 10 + 4 * 80 + 80
        )
    );
}

#[test]
fn a_hold_may_be_ended_before_its_time() {
    let held = |id| {
        Act::Submit(Job {
            named: Some(1),
            hold_until: 1_000,
            ..Job::new(id, 1, 0)
        })
    };
    let mut k = kernel(&[Roster::Always, Roster::shifts(&[(0, 5)]).unwrap()]);
    let mut diary = Diary {
        services: vec![5; 3],
        ..Diary::default()
    };
    let script = [
        (10, held(0)),
        (10, held(1)),
        (11, Act::Suspend(1)),
        (20, Act::EndHold(0)),
        (30, Act::EndHold(1)),
        (40, Act::Resume(1)),
    ];
    assert_eq!(
        diary.run(&mut k, &script, 100),
        ["20 0 with 0", "25 0 done", "40 1 with 0", "45 1 done"]
    );
}

#[test]
fn rotating_shares_the_work_and_lowest_does_not() {
    let run = |pick| {
        let mut k = Kernel::new(0, Draws::new(1, 0), ());
        k.add_team(&vec![Roster::Always; 70], pick);
        let mut diary = Diary {
            services: vec![1; 140],
            ..Diary::default()
        };
        let script: Vec<_> = (0..140).map(|i| (i64::from(i) * 10, job(i))).collect();
        diary.run(&mut k, &script, 10_000)
    };
    assert!(
        run(Pick::Lowest)
            .iter()
            .all(|line| line.ends_with("with 0") || line.ends_with("done"))
    );
    let lines = run(Pick::Rotating);
    assert_eq!(
        [&lines[0], &lines[2 * 69], &lines[2 * 70]],
        ["0 0 with 0", "690 69 with 69", "700 70 with 0"]
    );
}

#[test]
fn measures_begin_again_with_what_is_there() {
    let mut k = kernel(&[Roster::Always]);
    let mut diary = Diary {
        services: vec![100, 10],
        ..Diary::default()
    };
    diary.run(&mut k, &[(0, job(0)), (0, job(1))], 60);
    k.reset_measures();
    diary.run(&mut k, &[], 105);
    let m = k.team_measures(TEAM);
    assert_eq!(
        (m.busy_secs, m.on_duty_secs, m.queue_secs, m.max_queue),
        (45, 45, 40, 1)
    );
    // the wait of a job that begins in the window counts whole
    assert_eq!(
        (m.jobs[1].submitted, m.jobs[1].started, m.jobs[1].wait_secs),
        (0, 1, 100)
    );
}

#[test]
fn a_hold_for_ever_is_never_released() {
    let mut k = kernel(&[Roster::Always, Roster::shifts(&[(1_000, 1_010)]).unwrap()]);
    let mut diary = Diary {
        services: vec![5],
        ..Diary::default()
    };
    let for_ever = Act::Submit(Job {
        named: Some(1),
        hold_until: NEVER,
        ..Job::new(0, 0, 0)
    });
    assert_eq!(
        diary.run(&mut k, &[(0, for_ever)], 2_000),
        ["1000 0 with 1", "1005 0 done"]
    );
}
