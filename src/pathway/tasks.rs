//! What kinds of work have in common: whether they need the person, are about one symptom, have a length known beforehand.

use super::objects::Task;

/// Whether the work is with the person, and so cannot be done while the person is in a ward. A responder's visit is
/// over or on its way when it is written down, and a visit after death needs nobody living.
pub(super) fn needs_the_person(task: Task) -> bool {
    !matches!(
        task,
        Task::Script
            | Task::Roundtrip
            | Task::Paper
            | Task::Respond
            | Task::Social
            | Task::WriteUp
            | Task::TeamTime
            | Task::Flagged
            | Task::Conversation
            | Task::CarersAssessment
            | Task::Hub
    )
}

/// Whether the length of the work is known when it is ordered, and held as its link.
pub(super) fn link_is_seconds(task: Task) -> bool {
    matches!(
        task,
        Task::Paper
            | Task::Respond
            | Task::TeamTime
            | Task::Flagged
            | Task::Conversation
            | Task::CarersAssessment
    )
}

/// Whether the work is about one symptom, and so is called off when something else is done about that.
pub(super) fn of_symptom(task: Task) -> bool {
    matches!(
        task,
        Task::Symptom | Task::Administer | Task::Triage | Task::Chart
    )
}
