//! Parameters of trust, equity and team confidence (model.md §14).

/// How trust follows from experience.
#[derive(Clone, Debug, PartialEq)]
pub struct Trust {
    /// Share of what is missing to full trust that a contact gives: timely, informed, a known face.
    pub gain: [f64; 3],
    /// Share of trust that a contact takes: late, told again.
    pub loss: [f64; 2],
    /// Share of trust that a returned referral takes, and one that refused help takes.
    pub loss_outside: [f64; 2],
    /// Multiplies the losses, by ethnicity group.
    pub loss_factor: Vec<f64>,
    /// Multiplies the gains from somebody of the person's own community.
    pub matched_gain: f64,
    /// Multiplies what is missing to certain acceptance, with a support worker from the own community.
    pub matched_declines: f64,
    /// An offer is accepted with probability 1 - this x (1 - trust).
    pub acceptance_effect: f64,
    /// The probability of never seeking help is multiplied by 1 + this x (1 - 2 trust).
    pub never_sought_effect: f64,
}

/// Kinds of offer whose rate may differ between people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OfferKind {
    /// Being recognised.
    Recognition = 0,
    /// Being referred.
    Referral = 1,
    /// Being offered planning.
    Planning = 2,
}

/// Barriers and differences; all multiplied by what a team's cultural competence leaves of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Equity {
    /// With a language barrier the delay until help is sought is multiplied by 1 + this.
    pub language_seeking: f64,
    /// With a language barrier acceptance is multiplied by 1 - this.
    pub language_acceptance: f64,
    /// With a language barrier an informed contact is as if it were not, with this probability.
    pub language_informed: f64,
    /// Factors on offers (in the order of [`OfferKind`]) by ethnicity group.
    pub by_ethnicity: Vec<[f64; 3]>,
    /// By deprivation quintile.
    pub by_deprivation: [[f64; 3]; 5],
    /// By diagnosis group.
    pub by_group: Vec<[f64; 3]>,
}

/// Confidence of teams.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    /// At the start.
    pub start: f64,
    /// Share of what is missing to 1 that a good contact gives.
    pub gain: f64,
    /// Share of itself that a bad contact takes.
    pub loss: f64,
    /// Slope on noticing.
    pub noticing: f64,
    /// Slope on planning.
    pub planning: f64,
    /// Slope on informal advice.
    pub informal_advice: f64,
}
