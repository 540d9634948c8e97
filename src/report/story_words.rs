//! The sentences of a person's story.

use super::story::parts;
pub(super) use super::story::place_words as at;
use crate::base::{DAY, HOUR, MINUTE, Secs};
use crate::model::{Role, Team, Work};
use crate::pathway::causes::NeedKind;
use crate::pathway::event_log::{Doing, Held, NeedEnded};
use crate::pathway::needs::Ending;
use crate::pathway::objects::{CaseStage, HandoffStage, Matter, PrescriptionPurpose, Task};

/// Places away from home, as they stand in the summary.
pub(super) const WARDS: [(Held, &str); 3] = [
    (Held::Department, "emergency department without admission"),
    (Held::Hospital, "hospital"),
    (Held::Bed, "hospice"),
];

/// A length of time for people.
pub(super) fn length(secs: Secs) -> String {
    let tenths = |unit: Secs| secs as f64 / unit as f64;
    match secs {
        s if s < MINUTE => format!("{s} sec"),
        s if s < HOUR => format!("{:.0} min", tenths(MINUTE)),
        s if s < 2 * DAY => format!("{:.1} hours", tenths(HOUR)),
        _ => format!("{:.1} days", tenths(DAY)),
    }
}

/// A team as it is spoken of: the person's own GP, the social worker.
fn the(role: Role) -> String {
    match role {
        Role::SocialWorker => "social services".to_string(),
        Role::HomeCare => "the care agencies".to_string(),
        Role::HospiceAtHome => "hospice-at-home".to_string(),
        other => format!("the {}", other.words()),
    }
}

/// With a capital first letter.
fn capital(text: &str) -> String {
    super::words::capital(text)
}

/// Something is asked of a team, as far as the person would know.
pub(super) fn asked(team: &Team, work: Work, task: Task) -> Option<String> {
    let who = the(team.role);
    let how = if work == Work::Call { "a call" } else { "a visit" };
    match task {
        Task::Symptom => Some(format!("Asks {who} for help; {how} is agreed.")),
        Task::Demand if work == Work::Call => Some(format!("Asks {who} for a consultation.")),
        Task::Demand => Some(format!("Asks {who} for a visit.")),
        Task::Administer => Some(format!("A visit by {who} is arranged, to give the medicine.")),
        _ => None,
    }
}

/// A contact.
pub(super) fn contact(team: &Team, work: Work, task: Task) -> String {
    let who = the(team.role);
    match (task, work) {
        (Task::Symptom, Work::Call) => format!("Speaks with {who} about the symptom."),
        (Task::Symptom, _) => format!("{} comes about the symptom.", capital(&who)),
        (Task::Demand, Work::Call) => format!("Speaks with {who}."),
        (Task::Demand, _) => format!("{} visits.", capital(&who)),
        (Task::Planned, Work::Call) => format!("Planned telephone call by {who}."),
        (Task::Planned, _) if team.role == Role::Gp => format!("Planned review by {who}."),
        (Task::Planned, _) => format!("Planned visit by {who}."),
        (Task::Conversation, _) => format!("An advance care plan is talked over with {who}."),
        (Task::CarersAssessment, _) => format!("{} assesses what the carer needs.", capital(&who)),
        (Task::Hna, _) => format!("Holistic needs assessment with {who}."),
        (task, _) if task.is_first() => format!("First assessment by {who}."),
        (Task::Social, _) => "A social worker comes to assess what care is needed.".to_string(),
        (Task::Administer, _) => format!("{} comes and gives the medicine.", capital(&who)),
        (Task::Triage, _) => format!("Speaks with {who}."),
        (Task::Review, _) => format!("{} reviews how they are.", capital(&who)),
        (Task::Round, _) => "The virtual ward's daily round.".to_string(),
        (Task::Driver, _) => format!("{} sees to the syringe driver.", capital(&who)),
        _ => format!("Contact with {who}."),
    }
}

/// A stage of a hand-off; `first`: the first one told of.
pub(super) fn handoff(from: Role, matter: Matter, stage: HandoffStage, first: bool) -> Option<String> {
    let (sender, what) = (capital(&the(from)), referral(matter));
    let sent = match matter {
        // The agreement to pay is told of by the case.
        Matter::Sourcing => String::new(),
        Matter::SocialCare => format!("{sender} asks social services for care. "),
        Matter::HospiceBed => format!("{sender} asks the hospice for a bed. "),
        _ => format!("{sender} refers them to {}. ", receiver(matter)),
    };
    let sent = if first { sent } else { String::new() };
    let rest = match stage {
        HandoffStage::Travelling if first => "",
        HandoffStage::Travelling => &format!("{} is sent again.", capital(what)),
        HandoffStage::ToGp => &format!("{} has to go round by the GP.", capital(what)),
        HandoffStage::ToHub => &format!("{} goes by the single point of access.", capital(what)),
        HandoffStage::AtHub => &format!("{} lies with the single point of access.", capital(what)),
        HandoffStage::AtGp => &format!("{} lies with the GP, to be passed on.", capital(what)),
        HandoffStage::Lost => &format!("{} goes astray, and nobody notices.", capital(what)),
        HandoffStage::Returned => &format!("{} is sent back.", capital(what)),
        HandoffStage::Authorising => &format!("{} needs a budget holder's leave.", capital(what)),
        HandoffStage::Disputed => &format!("Who is to pay for {what} is disputed."),
        // The case itself says how it goes on.
        HandoffStage::Done if matches!(matter, Matter::SocialCare | Matter::Sourcing) => "",
        HandoffStage::Done => &format!("{} is accepted.", capital(what)),
    };
    let said = format!("{sent}{rest}");
    let said = said.trim_end();
    (!said.is_empty()).then(|| said.to_string())
}

fn receiver(matter: Matter) -> &'static str {
    match matter {
        Matter::Nursing => "district nursing",
        Matter::Specialist => "the specialist palliative nurses",
        Matter::SocialCare => "social services",
        Matter::HospiceBed => "the hospice",
        Matter::HospiceAtHome => "hospice-at-home",
        Matter::Sourcing => "the care agencies",
        Matter::VirtualWard => "the virtual ward",
        Matter::NightSitter => "the night sitters",
        Matter::ContinuingService => "the continuing-care service",
        Matter::FastTrack => "those who decide the fast track",
        Matter::Support => "the support workers",
        Matter::Matron => "the community matrons",
        Matter::Manager => "the joint care managers",
    }
}

fn referral(matter: Matter) -> &'static str {
    match matter {
        Matter::Nursing => "the referral to district nursing",
        Matter::Specialist => "the referral to the specialist nurses",
        Matter::SocialCare => "the request for care",
        Matter::HospiceBed => "the request for a hospice bed",
        Matter::HospiceAtHome => "the referral to hospice-at-home",
        Matter::Sourcing => "the agreed care",
        Matter::VirtualWard => "the referral to the virtual ward",
        Matter::NightSitter => "the request for a night sitter",
        Matter::ContinuingService => "the referral to the continuing-care service",
        Matter::FastTrack => "the fast-track application",
        Matter::Support => "the referral to the support workers",
        Matter::Matron => "the referral to the community matrons",
        Matter::Manager => "the referral to the joint care managers",
    }
}

/// A stage of a prescription, where there is something to tell; that it has come is told of by the need.
pub(super) fn prescription(purpose: PrescriptionPurpose, stage: u8) -> Option<String> {
    let what = match purpose {
        PrescriptionPurpose::Symptom(_) => "A medicine for the symptom",
        PrescriptionPurpose::Anticipatory => "A supply of anticipatory medicines",
        PrescriptionPurpose::Repeat => "The repeat prescription of the regular medicines",
    };
    match stage {
        0 => Some(format!("{what} is asked for.")),
        3 => Some(
            "The pharmacy does not have the medicine in stock; it has to be got from elsewhere.".to_string(),
        ),
        _ => None,
    }
}

/// A stage of a case with social care.
pub(super) fn case(stage: CaseStage) -> Option<&'static str> {
    Some(match stage {
        CaseStage::Assessment => "Social services have the request: a social worker is to assess the person.",
        CaseStage::Application => {
            "A fast-track application is written: care paid by the health service, without means test."
        }
        CaseStage::Decision => "The fast-track application is with those who decide.",
        CaseStage::Brokerage => "The fast track is approved; care is looked for.",
        CaseStage::Forms => "The means test begins: forms go to the family.",
        CaseStage::Finance => "The forms are back; the financial assessment begins.",
        CaseStage::Private => {
            "Too well off for the council to pay: the family has to arrange and pay for care."
        }
        CaseStage::Panel => "The request waits for the funding panel.",
        CaseStage::Agreement => "The council agrees to pay; the request goes to the care agencies.",
        CaseStage::Sourcing => "Hours of home care are looked for.",
        CaseStage::Service => "Waits for a package of the continuing-care service.",
        CaseStage::Starting => "Hours are found; the first visit is to come.",
        CaseStage::CareHome => "A room in a care home is looked for.",
        _ => return None,
    })
}

/// A place, where the needs and remarks do not tell of it.
pub(super) fn place(doing: Doing, held: Held) -> Option<&'static str> {
    match (doing, held) {
        (Doing::Queued, Held::Bed) => Some("Waits for a hospice bed."),
        (Doing::Withdrawn, Held::Bed) => Some("The hospice bed is no longer waited for."),
        (Doing::Ended, Held::Bed) => Some("Leaves the hospice."),
        (Doing::Queued, Held::AtHome) => Some("Waits for a place with hospice-at-home."),
        (Doing::Begun, Held::AtHome) => Some("Hospice-at-home begins to come."),
        (Doing::Ended, Held::AtHome) => Some("Hospice-at-home ends."),
        (Doing::Queued, Held::VirtualWard) => Some("Waits for a place in the virtual ward."),
        (Doing::Begun, Held::VirtualWard) => Some("The virtual ward takes over at home."),
        (Doing::Ended, Held::VirtualWard) => Some("The virtual ward ends."),
        (Doing::Queued, Held::NightSitter) => Some("Waits for a night sitter."),
        (Doing::Begun, Held::NightSitter) => Some("A night sitter comes."),
        (Doing::Begun, Held::ContinuingCare) => Some("The continuing-care service begins."),
        (Doing::Ended, Held::ContinuingCare) => Some("The continuing-care service ends."),
        _ => None,
    }
}

/// A need that has ended, with its wait; those unmet at the end are for the summary. `admitted`: at this moment
/// the person is admitted to hospital; `brought`: the prescription that has come, where a medicine has.
pub(super) fn need_ended(
    need: &NeedEnded,
    admitted: bool,
    brought: Option<PrescriptionPurpose>,
) -> Option<String> {
    let met = match need.kind {
        NeedKind::Symptom if admitted => "It will be treated in hospital",
        NeedKind::Symptom => "The symptom is under control",
        NeedKind::Medicine => match brought {
            Some(PrescriptionPurpose::Repeat) => "The repeat prescription is in the home",
            Some(PrescriptionPurpose::Anticipatory) => "The anticipatory medicines are in the home",
            _ => "The medicine for the symptom is in the home",
        },
        NeedKind::Nursing => "Nursing visits have begun",
        NeedKind::PersonalCare | NeedKind::CareAgain => "The care that was needed is there",
        NeedKind::SpecialistReview => "Specialist palliative care has now seen them, as was needed",
        NeedKind::Plan => "They are on the practice's register",
        NeedKind::Discharge => "Leaves hospital",
        NeedKind::HospiceBed => "Admitted to the hospice",
        NeedKind::Carer => "The carer's own needs have been assessed",
    };
    let what = match (need.ending, need.kind) {
        (Ending::Died | Ending::Censored, _) => return None,
        (Ending::Met, _) => met,
        (Ending::Natural, _) => "The symptom passes by itself",
        (_, NeedKind::Symptom) => "The symptom is over",
        (_, NeedKind::PersonalCare | NeedKind::CareAgain) => {
            "The care that was waited for is no longer needed"
        }
        (_, NeedKind::Discharge) => "Going home from hospital is called off",
        (_, NeedKind::HospiceBed) => "The hospice bed is no longer needed",
        _ => "What was waited for is no longer needed",
    };
    let whole: Secs = need.by_cause.iter().sum();
    if whole == 0 {
        return Some(format!("{what}."));
    }
    Some(format!(
        "{what}, after {} ({}).",
        length(whole),
        parts(&need.by_cause)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_the_unit_that_suits_them() {
        assert_eq!(length(20), "20 sec");
        assert_eq!(length(48 * MINUTE), "48 min");
        assert_eq!(length(90 * MINUTE), "1.5 hours");
        assert_eq!(length(9 * DAY + 10 * HOUR), "9.4 days");
    }

    #[test]
    fn a_referral_is_told_of_once_and_then_what_becomes_of_it() {
        let first = handoff(Role::Gp, Matter::Nursing, HandoffStage::Lost, true);
        let words = "The GP refers them to district nursing. The referral to district nursing goes astray, and nobody notices.";
        assert_eq!(first.as_deref(), Some(words));
        let again = handoff(Role::Gp, Matter::Nursing, HandoffStage::Travelling, false);
        assert_eq!(
            again.as_deref(),
            Some("The referral to district nursing is sent again.")
        );
        assert_eq!(
            handoff(Role::SocialWorker, Matter::Sourcing, HandoffStage::Done, false),
            None
        );
    }
}
