//! What a draw is for: one pinned number per purpose, so that no two draws share a key.
//!
//! Numbers are part of every key and are never reused or changed: a changed number changes results.
//! 1 to 99 belong to the course of illness (made before care), 100 and above to responses.

/// Declares the purposes in ascending order of their numbers; a number out of order, and so one used
/// twice, does not compile.
macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)+) => {
        $($(#[$doc])* pub const $name: u16 = $number;)+

        /// Name and number of every purpose, in order of the numbers.
        pub const ALL: &[(&str, u16)] = &[$((stringify!($name), $number)),+];

        const _: () = {
            let mut i = 1;
            while i < ALL.len() {
                assert!(ALL[i - 1].1 < ALL[i].1, "purposes ascend and none is used twice");
                i += 1;
            }
        };
    };
}

purposes! {
    /// Gap before the next first suspicion; subject: practice and group, anchor: ordinal of the person.
    FIRST_SUSPICION = 1;

    /// Length of the diagnosis phase, and whether the person presents late.
    DIAGNOSIS = 2;
    /// Lengths of a course of treatment and of living with the illness after it; anchor: 0, 1, 2.
    TREATMENT = 3;
    /// Whether treatment is taken up again after living with the illness; anchor: 0, 1.
    RETURN_TO_TREATMENT = 4;
    /// First palliative state.
    FIRST_STATE = 5;
    /// Length of a palliative spell and the state after it; anchor: ordinal of the spell.
    SPELL = 6;
    /// Lengths of the last deterioration and of dying.
    FINAL_SPELLS = 7;
    /// Whether a sudden death follows an emergency admission, and the time between the two.
    SUDDEN_ADMISSION = 8;

    /// Age band.
    AGE = 20;
    /// Deprivation quintile.
    DEPRIVATION = 21;
    /// Ethnicity group.
    ETHNICITY = 22;
    /// Living in a care home.
    CARE_HOME = 23;
    /// Living alone.
    ALONE = 24;
    /// Having a carer although living alone, and the carer's hours a week.
    CARER = 25;
    /// Capital band.
    CAPITAL = 26;
    /// Another long-term condition.
    OTHER_CONDITION = 27;
    /// Preferred place of care and death, and the place preferred after a change.
    PREFERRED_PLACE = 28;
    /// Whether the preference changes, and when within the palliative phase.
    PREFERENCE_CHANGE = 29;
    /// Readiness to seek help.
    HELP_SEEKING = 30;
    /// Need of a specialist palliative review.
    SPECIALIST_NEED = 31;
    /// The person's own multiplier of care hours.
    CARE_FACTOR = 32;
    /// Whether language is a barrier.
    LANGUAGE = 33;
    /// How often the person asks the GP, and falls acutely ill, beyond what the state says.
    PRONENESS = 34;

    /// Gap before the next symptom episode and its natural length; anchor: spell and position in it.
    EPISODE = 40;
    /// Severity and kind of an episode; anchor as [`EPISODE`].
    EPISODE_MARKS = 41;
    /// Gap before the next acute event and whether it must be in hospital; anchor: spell and position in it.
    ACUTE = 42;
    /// Kind of an acute event and the quantile of the clinical stay; anchor as [`ACUTE`].
    ACUTE_MARKS = 43;

    /// Gap before the next candidate of carer breakdown, and its thinning uniform; anchor: ordinal.
    CARER_BREAKDOWN = 50;
    /// Gap before the next candidate fall, and its thinning uniform; anchor: ordinal.
    FALL = 51;
    /// Gap before the next candidate of medicine running out, and its thinning uniform; anchor: ordinal.
    RUN_OUT = 52;
}
