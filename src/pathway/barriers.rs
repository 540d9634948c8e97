//! What stands between a crisis and a hospital ward besides a responder: helpline, sitter, virtual ward, the team at the door
//! of the emergency department; and the beginning and end of all services at home (model.md §9, §12).

use crate::base::Time;
use crate::model::{Role, Severity};

use super::objects::{Item, SymptomKind};
use super::outcomes_access::Note;
use super::response::{FRONT_DOOR, FRONT_DOOR_REFERS, HELPLINE_AVERTS, SITTER_AVERTS, WARD_STEP_UP};
use super::world::{K, World};

impl World<'_> {
    /// A symptom crisis that no responder averted: somebody else at home may. Acute illness is never averted here.
    /// `attempt` is that of the symptom when the crisis came.
    pub(super) fn averted_at_home(&mut self, k: &mut K, number: u32, attempt: u16) -> bool {
        let s = self.symptoms[number as usize];
        if s.kind == SymptomKind::Acute || !self.m.access.any() {
            return false;
        }
        let now = k.now();
        let access = &self.m.access;
        let p = access.sitting.as_ref().map_or(0.0, |x| x.averts);
        let sitter =
            self.sitter_there(s.person, now) && self.chance(s.person, SITTER_AVERTS, s.anchor, attempt, p);
        if sitter {
            return self.averted(k, number, Note::AvertedSitter, "the sitter gets help");
        }
        let p = access.helpline.as_ref().map_or(0.0, |x| x.averts);
        if self.would_call_helpline(number, attempt, now)
            && self.chance(s.person, HELPLINE_AVERTS, s.anchor, attempt, p)
        {
            let secs = self.m.access.helpline.as_ref().map_or(0, |x| x.call_secs);
            self.note(Note::HelplineCalls, 1, now);
            self.note(Note::HelplineSecs, secs, now);
            return self.averted(
                k,
                number,
                Note::AvertedHelpline,
                "the hospice helpline sends help",
            );
        }
        let p = access.ward.as_ref().map_or(0.0, |x| x.from_crisis);
        if self.chance(s.person, WARD_STEP_UP, s.anchor, attempt, p)
            && self.ward_takes_in(k, s.person, Note::WardAfterCrisis)
        {
            return self.averted(k, number, Note::AvertedWard, "taken onto the virtual ward");
        }
        false
    }

    fn averted(&mut self, k: &mut K, number: u32, by: Note, how: &str) -> bool {
        let person = self.symptoms[number as usize].person;
        self.note(by, 1, k.now());
        self.tell(k.now(), person, || format!("A crisis: {how}."));
        self.responds(k, person);
        self.sitter_after_crisis(k, number);
        self.dose(k, number);
        true
    }

    /// An admission after a symptom crisis that the team at the door turns into going home with help.
    pub(super) fn sent_home_at_the_door(
        &mut self,
        k: &mut K,
        person: u32,
        anchor: u32,
        attempt: u16,
        severity: Severity,
    ) -> bool {
        let Some(door) = &self.m.access.front_door else {
            return false;
        };
        let now = k.now();
        let p = door.home_again[severity as usize];
        if !self.m.calendars[door.calendar].is_open(now)
            || !self.chance(person, FRONT_DOOR, anchor, attempt, p)
        {
            return false;
        }
        self.note(Note::FrontDoorHome, 1, now);
        self.note(Note::FrontDoorSecs, door.secs, now);
        self.tell(now, person, || {
            "The team at the emergency department's door arranges help at home.".to_string()
        });
        if let Some(from) = self.team(Role::Hospital, person)
            && self.people[person as usize].palliative()
            && self.chance(person, FRONT_DOOR_REFERS, anchor, attempt, door.refers)
        {
            self.refer_to_nursing(k, person, from, anchor);
            if self.person(person).specialist_need {
                self.refer_to_specialist(k, person, from, anchor);
            }
            self.send_word(k, person, from, Role::Gp, true);
        }
        true
    }

    /// What a contact leads to besides its purpose.
    pub(super) fn after_contact(&mut self, k: &mut K, it: &Item, role: Role) {
        if role == Role::EmbeddedNurse {
            self.specialist_sees(k, it.person);
        }
        if matches!(role, Role::Gp | Role::Cns | Role::EmbeddedNurse | Role::Paramedic) {
            self.considers_ward(k, it.person, it.team, role);
        }
        self.sees_strain(k, it.person, it.team, role);
    }

    /// A ward or death ends what was there at home.
    pub(super) fn leave_home_services(&mut self, k: &mut K, person: u32) {
        self.leave_ward(k, person);
        self.end_sitting(k, person);
        self.driver_stops(person);
    }

    /// The end of the run: what is still there at home is counted up to now.
    pub(super) fn count_home_services(&mut self, person: u32, now: Time) {
        self.count_ward_days(person, now);
        self.count_sitting(person, now);
    }
}
