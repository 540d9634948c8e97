//! What is always so in the world of people, in words, each with the section of docs/model.md that says it whole.

use crate::model::Role;

/// What a person in need comes to, by the role that meets it: need, first role, what happens.
pub(super) const WAYS: [(&str, Role, &str); 17] = [
    ("symptom", Role::Gp, "asks for help in hours"),
    ("symptom", Role::DistrictNurse, "is on the caseload"),
    ("symptom", Role::OohClinician, "asks for help out of hours"),
    ("symptom", Role::OohNurse, "asks for help out of hours"),
    (
        "symptom",
        Role::Hospital,
        "crisis: 999, emergency department, admission",
    ),
    ("medicine", Role::Gp, "prescription"),
    ("medicine", Role::Pharmacy, "dispensing, stock, collection"),
    (
        "nursing",
        Role::DistrictNurse,
        "referral, assessment, planned visits",
    ),
    (
        "specialist review",
        Role::Cns,
        "referral, assessment, planned reviews",
    ),
    (
        "to be recognised and planned for",
        Role::Gp,
        "register, planned contacts, advance care plan",
    ),
    (
        "personal care",
        Role::SocialWorker,
        "assessment, means test, panel",
    ),
    ("personal care", Role::HomeCare, "sourcing of hours, package"),
    ("fast track", Role::ContinuingCare, "application, decision"),
    (
        "to leave hospital",
        Role::Hospital,
        "process, equipment, nursing and care in place",
    ),
    ("hospice bed", Role::HospiceWard, "referral, admission"),
    ("support at home", Role::HospiceAtHome, "referral, place"),
    (
        "needs assessment and coordination",
        Role::SupportWorker,
        "referral, assessment, touchpoints, chasing",
    ),
];

/// Optional parts of a scenario: table and the section of docs/model.md that tells its rules.
pub(super) const PARTS: [(&str, &str); 17] = [
    ("relationships", "8"),
    ("transition", "8"),
    ("access_point", "20"),
    ("embedded", "20"),
    ("virtual_ward", "20"),
    ("night_sitting", "20"),
    ("continuing_care_service", "20"),
    ("helpline", "20"),
    ("emergency_front_door", "20"),
    ("coordination.hna", "23"),
    ("coordination.support_worker", "23"),
    ("coordination.community_matron", "23"),
    ("coordination.joint_care_manager", "23"),
    ("trust", "19"),
    ("equity", "19"),
    ("confidence", "19"),
    ("later", "21"),
];

/// The processes of the world, in short.
pub(super) const LOGIC: [(&str, &str); 10] = [
    (
        "Illness",
        "It is made first, for everybody, from the seed alone and knows nothing of care: diagnosis and courses of treatment, then a \
         palliative phase as a semi-Markov walk through stable, deteriorating and unstable, then a last deterioration, dying and death \
         at a fixed moment; symptom episodes and acute events as Poisson processes within each spell; candidates of carer breakdown \
         and falls, of which care decides whether they happen. Sudden deaths are in the model too. Death is exogenous: care does not \
         change its time (docs/model.md, sections 2 and 3)",
    ),
    (
        "Needs",
        "They arise with the illness or with care (symptom, medicine, nursing, specialist review, plan, personal care, discharge, hospice bed, \
         care again, carer). Each is a chain of steps; at its end every second from onset to closure is put down to exactly one cause \
         (section 6)",
    ),
    (
        "Recognition",
        "Every role has its own view of a person's state, learnt at contacts or by word; people come onto a practice's register by \
         letter, by being noticed at a contact, through other services, after crises, by tools and meetings (sections 7 and 22)",
    ),
    (
        "Hand-offs",
        "Hand-offs between two teams pass the interface of that ordered pair: the sender's minutes, perhaps a round by the GP, delay, loss until \
         chased, return, dispute over cost, authorisation; what the receiver sees of the record; and the minutes of a second system. \
         Inside one organisation each part is the external one times a ratio. An organisation has no other effect: redrawing the map \
         alone changes nothing (section 8)",
    ),
    (
        "Work",
        "Work is items with a person, a kind, a priority and a due time in the queue of one team; a clinician on duty takes the first, \
         travels, sees the person, writes the record. Everybody else's patients wait in the same queues (section 5)",
    ),
    (
        "Symptoms",
        "They lead to help being sought or not, a route by the hour and by who is known, treatment at once or with a medicine to be got, \
         control, or a crisis: ambulance, emergency department, admission (section 9)",
    ),
    (
        "Prescribing",
        "Request, signature, the practice's collection rule, dispensing in pharmacy hours with stock, collection or delivery; \
         anticipatory medicines in the home shorten it (section 10)",
    ),
    (
        "Social care",
        "Request, assessment, means test, panel at fixed times, sourcing of whole hours from the agencies, start; fast track, \
         re-ablement and urgent start are other ways in (section 11)",
    ),
    (
        "Hospital and hospice",
        "Admission, clinical stay, then conditions of discharge in parallel: process, equipment, nursing, care; hospice beds by priority, \
         then turn (sections 12 and 13)",
    ),
    (
        "Death",
        "Death withdraws everything under way and closes every need; what is told by looking back from death is recorded then. No rule of care \
         reads the time of death (section 14)",
    ),
];

/// What mimics complex processes.
pub(super) const ALGORITHMS: [(&str, &str); 8] = [
    (
        "Dispatching",
        "A clinician who comes free, or on duty, takes from the team's queue the item with the least (priority, due time, ticket) that \
         is not held for somebody else; the freed clinician is handed to the queue before the person served goes on. Nobody is \
         interrupted.",
    ),
    (
        "Rosters",
        "Shifts of a group of clinicians are dealt out around the week; a week is lost to leave and a day to sickness by draws keyed by \
         team and clinician, equal in all scenarios; nobody begins a visit in the wind-down of a session.",
    ),
    (
        "Hand-off",
        "minutes of the sender; round by the GP with probability `gp_roundtrip`; lost with probability `lost` until chased; \
         `transfer_delay`; returned with probability `returned` and sent again (after four times carried across in person); dispute with \
         probability `cost_refusal`; authorisation with probability `authorisation`; accepted.",
    ),
    (
        "Planned contacts",
        "due = last contact + a week / the rate for the state that the role knows; news of a worse state brings it forward, never back.",
    ),
    (
        "Means test and panel",
        "capital against the upper and lower limits decides who pays; decisions fall at the panel's fixed times and may be deferred; \
         hours are taken from a weekly capacity, fast track first, then urgent and discharges.",
    ),
    (
        "Attribution of waiting",
        "at closure of a need the chain of steps is followed back from the closing one; the parts add up to the whole, asserted at every \
         closure.",
    ),
    (
        "Stationary start",
        "first suspicions are drawn from the longest illness before the start on, so that the illness is stationary from the first second.",
    ),
    (
        "Pairing",
        "every chance event is one uniform number keyed by (seed, replication, person, purpose, anchor, attempt); a scenario that \
         changes a law keeps each person's quantile (item 5.2).",
    ),
];
