//! Tables of trust, equity and team confidence: what people's experience of services does, and for whom it is harder.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::ByQuintile;
use crate::scenario::units::{NonNegative, Number, Probability};

/// How trust in services follows from what people experience. Left out, trust stays as it starts and nobody
/// declines an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustSpec {
    /// What a good contact gives: trust rises by this share of what is missing to 1.
    pub gain: TrustGain,
    /// What a bad experience takes: trust falls by this share of itself.
    pub loss: TrustLoss,
    /// Multiplies the losses, by ethnicity group; 1 for a group left out. What it is above 1 is narrowed by the
    /// team's `cultural_competence`.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "ethnicities"))]
    pub loss_factor: BTreeMap<String, NonNegative>,
    /// Multiplies the gains from contacts with a support worker from the person's own community.
    #[serde(default = "one")]
    pub matched_gain: NonNegative,
    /// Multiplies what is missing to certain acceptance, for a person with a support worker from their own community.
    #[serde(default = "one_share")]
    pub matched_declines: Probability,
    /// An offer of help is accepted with probability 1 − this × (1 − trust).
    #[serde(default)]
    pub acceptance_effect: Probability,
    /// The probability of never seeking help is multiplied by 1 + this × (1 − 2 × trust).
    #[serde(default)]
    pub never_sought_effect: Probability,
}

/// What a good contact gives; the parts that hold of one contact are added up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustGain {
    /// The contact began by its due time.
    pub timely: Probability,
    /// The team had the newest record and the person need not tell everything again.
    pub informed: Probability,
    /// The clinician had been met before.
    pub known_face: Probability,
}

/// What a bad experience takes; the parts that hold of one contact are added up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustLoss {
    /// The contact began after its due time.
    pub late: Probability,
    /// The team did not have the newest record: everything is told again.
    pub retold: Probability,
    /// A referral comes back.
    pub returned: Probability,
    /// Help is refused: a dispute about who pays, a fast-track application turned down.
    pub refused: Probability,
}

/// Barriers and differences that some people meet: parameters, so that gaps in outcomes follow from them and from nothing
/// else. All are narrowed by the team's `cultural_competence`, and gone where that is 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EquitySpec {
    /// What a language barrier (`ethnicities.*.language_barrier`) costs.
    pub language: LanguageSpec,
    /// How often help is offered to some people compared with others.
    pub offers: OffersSpec,
}

/// What a language barrier costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LanguageSpec {
    /// The delay until help is sought is multiplied by 1 + this.
    pub seeking: NonNegative,
    /// The probability of accepting an offer is multiplied by 1 − this.
    pub acceptance: Probability,
    /// Probability that a contact of a team with the newest record is as if it had not had it.
    pub informed: Probability,
}

/// How often help is offered; the factors of a person's groups are multiplied.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OffersSpec {
    /// By ethnicity group; a group left out has factors of 1.
    #[schemars(extend("x-keys-refer" = "ethnicities"))]
    pub ethnicity: BTreeMap<String, OfferRates>,
    /// By deprivation quintile; factors of 1 if left out.
    pub deprivation: Option<ByQuintile<OfferRates>>,
    /// By diagnosis group; a group left out has factors of 1.
    #[schemars(extend("x-keys-refer" = "groups"))]
    pub groups: BTreeMap<String, OfferRates>,
}

/// Factors on the probability of being offered something; a probability is never more than 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OfferRates {
    /// Of being recognised: letter acted on, noticed at a contact, noticed at an admission.
    pub recognition: NonNegative,
    /// Of being referred to district nursing, specialist nurses and hospice-at-home.
    pub referral: NonNegative,
    /// Of being offered planning: anticipatory medicines, advance care planning.
    pub planning: NonNegative,
}

impl Default for OfferRates {
    fn default() -> OfferRates {
        OfferRates {
            recognition: NonNegative(1.0),
            referral: NonNegative(1.0),
            planning: NonNegative(1.0),
        }
    }
}

/// Confidence of each team, which good experiences of people raise and bad ones lower. Left out, it stays as it is
/// and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceSpec {
    /// Confidence of every team at the start, from 0 to 1.
    pub start: Probability,
    /// A timely and informed contact raises it by this share of what is missing to 1.
    pub gain: Probability,
    /// A late and uninformed contact lowers it by this share of itself.
    pub loss: Probability,
    /// The probability of noticing somebody not recognised is multiplied by 1 + this × (confidence − start).
    #[serde(default)]
    pub noticing: Number,
    /// The same for the probability of arranging anticipatory medicines and offering advance care planning.
    #[serde(default)]
    pub planning: Number,
    /// The same for the probability of settling a question by a word with a specialist.
    #[serde(default)]
    pub informal_advice: Number,
}

fn one() -> NonNegative {
    NonNegative(1.0)
}

fn one_share() -> Probability {
    Probability(1.0)
}
