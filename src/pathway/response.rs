//! Purposes of the response draws: what care does, keyed by exogenous anchors (model.md §4).
//!
//! The numbers are part of the meaning of a seed: never reuse or renumber one.

#![allow(missing_docs)] // each constant is named after the decision it draws

pub const SERVICE: u16 = 100; // + task (up to 16): see `service`
pub const SEEK: u16 = 120;
pub const NEVER_SOUGHT: u16 = 121;
pub const ROUTE: u16 = 122;
pub const VISIT_OR_CALL: u16 = 123;
pub const ADVICE: u16 = 124;
pub const AT_HOME: u16 = 125;
pub const INJECTION: u16 = 126;
pub const CARER_GIVES: u16 = 127;
pub const SUCCESS: u16 = 128;
pub const ONSET: u16 = 129;
pub const THRESHOLD: u16 = 131;
pub const AVERTED: u16 = 132;
pub const ADMITTED: u16 = 133;
pub const DEPARTMENT: u16 = 134;
pub const INFORMAL: u16 = 135;
pub const BAG: u16 = 136;
pub const WARD: u16 = 137;
pub const CRISIS_STAY: u16 = 138;
pub const PLAN_SEEN: u16 = 139;
pub const TRANSFER: u16 = 150;
pub const ROUNDTRIP: u16 = 151;
pub const LOST: u16 = 152;
pub const CHASED: u16 = 153;
pub const RETURNED: u16 = 154;
pub const AUTHORISED: u16 = 155;
pub const DISPUTED: u16 = 156;
pub const DUPLICATE: u16 = 157;
pub const COMBINED: u16 = 158;
pub const LETTER: u16 = 170;
pub const LETTER_ACTED: u16 = 171;
pub const DIRECT: u16 = 172;
pub const NOTICES: u16 = 173; // + role (up to 12): see `by_role`
pub const CRISIS_RECOGNISES: u16 = 186;
pub const MISJUDGES: u16 = 187; // + role (up to 12): see `by_role`
pub const NEWS: u16 = 200;
pub const REFERS_NURSE: u16 = 201;
pub const REFERS_SPECIALIST: u16 = 202;
pub const ANTICIPATORY: u16 = 203;
pub const DEMAND: u16 = 204;
pub const USUAL: u16 = 205;
pub const FIRST_DUE: u16 = 206;
pub const STOCK: u16 = 220;
pub const DISPENSING: u16 = 221;
pub const SECOND: u16 = 222;
pub const COLLECTED: u16 = 223;
pub const WAIVED: u16 = 224;
pub const INDEPENDENT: u16 = 225;
pub const REPEAT: u16 = 226;
pub const SUPPLY: u16 = 227;
pub const CONTROLLED: u16 = 228;
pub const SUBSTITUTED: u16 = 229;
pub const FAMILY_ASKS: u16 = 240;
pub const CONTACT_ASKS: u16 = 241; // + role (up to 12): see `by_role`
pub const URGENT: u16 = 254;
pub const FAST_TRACK: u16 = 255;
pub const FAST_APPROVED: u16 = 256;
pub const CASE_DELAY: u16 = 257; // + stage (up to 16)
pub const PANEL: u16 = 274;
pub const CARE_HOME: u16 = 275;
pub const REABLEMENT: u16 = 276;
pub const BREAKDOWN: u16 = 277;
pub const EQUIPMENT: u16 = 290;
pub const DISCHARGE: u16 = 291;
pub const NURSING_REFERRAL: u16 = 292;
pub const NURSING_CONDITION: u16 = 293;
pub const PALLIATIVE_TEAM: u16 = 294;
pub const TEAM_REFERS: u16 = 295;
pub const DYING_DISCHARGE: u16 = 296;
pub const ACUTE_AVERTED: u16 = 297;
pub const HOSPICE: u16 = 310;
pub const HOSPICE_STAY: u16 = 311;
pub const FROM_HOSPITAL: u16 = 312;
pub const AT_HOME_HOSPICE: u16 = 313;
pub const LAST_OFFICES: u16 = 320;
pub const LEAVE: u16 = 330;
pub const SICK: u16 = 331;
pub const DISCHARGE_LETTER: u16 = 400;
pub const ACTS_ON_ADMISSIONS: u16 = 401;
pub const RISK_TOOL: u16 = 402;
pub const NURSE_AGAIN: u16 = 403;
pub const SPECIALIST_AGAIN: u16 = 404;
pub const ANTICIPATORY_AGAIN: u16 = 405;
pub const GSF_SYMPTOM: u16 = 406;
pub const HANDED_OVER: u16 = 407;
pub const CARER_OFFERED: u16 = 408;
pub const CARER_ACCEPTS: u16 = 409;
pub const FINDS_OVERDUE: u16 = 410;
pub const FINDS_LOST: u16 = 411;
pub const ACP_OFFERED: u16 = 412;
pub const ACP_WILLING: u16 = 413;
pub const ACP_RECORDED: u16 = 414;
pub const ACP_COPY: u16 = 415;
pub const ACP_SUMMARY_MADE: u16 = 416;
pub const ACP_SUMMARY_SEEN: u16 = 417;
pub const REVIEWED: u16 = 418;
pub const BEREAVED: u16 = 419;
pub const BEREAVED_AFTER: u16 = 420;
pub const ANTICIPATORY_ASKED: u16 = 421; // by attempt: 0 district nurse, 1 specialist nurse
pub const SUPPORT_REFERRED: u16 = 450;
pub const OFFER_ACCEPTED: u16 = 451;
pub const MATCHED: u16 = 452;
pub const HNA_HELD: u16 = 453;
pub const HNA_BY_CNS: u16 = 454;
pub const HNA_AT_HOME: u16 = 455;
pub const ONWARD: u16 = 456; // + kind (5)
pub const ELSEWHERE: u16 = 461;
pub const CARER_TAUGHT: u16 = 462;
pub const TOUCHPOINT: u16 = 463;
pub const LINE: u16 = 464;
pub const MATRON_ROUTE: u16 = 465;
pub const DELEGATED: u16 = 466;
pub const OVERDUE_FOUND: u16 = 467;
pub const MATRON_REFERRED: u16 = 469;
pub const TRANSITION_SUPPORT: u16 = 470;
pub const MANAGER_REFERRED: u16 = 471;
pub const MANAGER_FAST_TRACK: u16 = 472;
pub const MANAGER_SETTLES: u16 = 473;
pub const COMES_BACK: u16 = 474;
pub const CLAIMS: u16 = 476;
pub const ONE_AGREED: u16 = 477;
pub const TRIAGE_TIME: u16 = 520; // 520 to 525: length of visits with these tasks, see `service`
pub const HUB_TIME: u16 = 521;
pub const REVIEW_TIME: u16 = 522;
pub const ROUND_TIME: u16 = 523;
pub const CHART_TIME: u16 = 524;
pub const DRIVER_TIME: u16 = 525;
pub const ACCESS_CALLS: u16 = 526;
pub const ACCESS_EMERGENCY: u16 = 527;
pub const PASS_ON: u16 = 528;
pub const EMBEDDED_TAKES: u16 = 530;
pub const EMBEDDED_REVIEW: u16 = 531;
pub const CARER_INVITED: u16 = 532;
pub const WARD_STEP_UP: u16 = 534;
pub const WARD_ACUTE: u16 = 535;
pub const WARD_AFTER_CONTACT: u16 = 536;
pub const WARD_STEP_DOWN: u16 = 537;
pub const WARD_ROUND_VISIT: u16 = 538;
pub const SITTER_DYING: u16 = 540;
pub const SITTER_STRAINED: u16 = 541;
pub const SITTER_AFTER_CRISIS: u16 = 542;
pub const SITTER_AVERTS: u16 = 543;
pub const SERVICE_REFERRED: u16 = 544;
pub const HELPLINE_CALLS: u16 = 546;
pub const HELPLINE_AVERTS: u16 = 547;
pub const FRONT_DOOR: u16 = 548;
pub const FRONT_DOOR_REFERS: u16 = 549;
pub const CHART: u16 = 550;
pub const DRIVER: u16 = 551;

pub const TURNOVER: u16 = 560;
pub const SECESSION: u16 = 561;
pub const SWEPT: u16 = 562;
pub const SETTLED: u16 = 563;
pub const RECORD: u16 = 564;
pub const SCRIPT_ASKED: u16 = 565;

pub const INFORMS: u16 = 600;
pub const LANGUAGE_INFORMED: u16 = 601;
pub const ACCEPTS: u16 = 602;

/// Later roles and tasks have blocks of their own above the first ones' (1000 to 1199).
const MORE_TASKS: u16 = 1000; // + task - 16
const MORE_NOTICES: u16 = 1040; // + role - 12
const MORE_MISJUDGES: u16 = 1080; // + role - 12
const MORE_CONTACT_ASKS: u16 = 1120; // + role - 12

/// Purpose of a draw that each role has of its own: the first twelve roles lie in a row from `first`.
pub fn by_role(first: u16, role: crate::model::Role) -> u16 {
    match (role as u16, first) {
        (r, _) if r < 12 => first + r,
        (r, NOTICES) => MORE_NOTICES + r - 12,
        (r, MISJUDGES) => MORE_MISJUDGES + r - 12,
        (r, CONTACT_ASKS) => MORE_CONTACT_ASKS + r - 12,
        _ => unreachable!("no purpose of each role begins at {first}"),
    }
}

/// Purpose of the length of a visit with this task.
pub fn service(task: super::objects::Task) -> u16 {
    use super::objects::Task;
    match task {
        Task::Triage => return TRIAGE_TIME,
        Task::Hub => return HUB_TIME,
        Task::Review => return REVIEW_TIME,
        Task::Round => return ROUND_TIME,
        Task::Chart => return CHART_TIME,
        Task::Driver => return DRIVER_TIME,
        _ => {}
    }
    match task as u16 {
        t if t < 16 => SERVICE + t,
        t => MORE_TASKS + t - 16,
    }
}
