//! Small tables that recur: by state, severity, quintile, role, place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ROLES, Role, SEVERITIES, STATES};
use crate::scenario::units::Probability;

/// One value for each state of illness. `before` (before the palliative phase) is 0 if left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByState<T: Default> {
    /// Before the palliative phase.
    #[serde(default)]
    pub before: T,
    /// Palliative: symptoms under control.
    pub stable: T,
    /// Palliative: gradually worsening.
    pub deteriorating: T,
    /// Palliative: an urgent change.
    pub unstable: T,
    /// The last days.
    pub dying: T,
}

impl<T: Default + Copy + Into<f64>> ByState<T> {
    /// In the order of [`crate::model::State`].
    pub fn values(&self) -> [f64; STATES] {
        [
            self.before,
            self.stable,
            self.deteriorating,
            self.unstable,
            self.dying,
        ]
        .map(Into::into)
    }
}

/// One value for each severity of a symptom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BySeverity<T> {
    /// Mild.
    pub mild: T,
    /// Moderate.
    pub moderate: T,
    /// Severe.
    pub severe: T,
}

impl<T> BySeverity<T> {
    /// In the order of [`crate::model::Severity`].
    pub fn each(&self) -> [&T; SEVERITIES] {
        [&self.mild, &self.moderate, &self.severe]
    }
}

impl<T: Copy + Into<f64>> BySeverity<T> {
    /// In the order of [`crate::model::Severity`].
    pub fn values(&self) -> [f64; SEVERITIES] {
        [self.mild, self.moderate, self.severe].map(Into::into)
    }
}

/// One value for each national deprivation quintile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByQuintile<T> {
    /// The most deprived fifth of the country.
    pub most: T,
    /// The second most deprived fifth.
    pub second: T,
    /// The middle fifth.
    pub third: T,
    /// The second least deprived fifth.
    pub fourth: T,
    /// The least deprived fifth.
    pub least: T,
}

impl<T> ByQuintile<T> {
    /// Names in order, the most deprived first.
    pub const NAMES: [&'static str; 5] = ["most", "second", "third", "fourth", "least"];

    /// In order, the most deprived first.
    pub fn each(&self) -> [&T; 5] {
        [&self.most, &self.second, &self.third, &self.fourth, &self.least]
    }
}

/// Shares of the preferred places of death; they add up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByPlace {
    /// Own home.
    pub home: Probability,
    /// Care home.
    pub care_home: Probability,
    /// Hospice ward.
    pub hospice: Probability,
    /// Hospital.
    pub hospital: Probability,
}

impl ByPlace {
    /// In the order of [`crate::model::Place`].
    pub fn values(&self) -> [f64; 4] {
        [self.home, self.care_home, self.hospice, self.hospital].map(Into::into)
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $key:ident $name:ident),* $(,)?) => {
        /// What a team is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[schemars(extend("x-what" = "a role"))]
        pub enum RoleName {
            $($(#[$doc])* $name,)*
        }

        impl RoleName {
            /// The role in the model.
            pub fn role(self) -> Role {
                match self {
                    $(RoleName::$name => Role::$name,)*
                }
            }
        }

        /// One value for some of the roles; a role left out has 0.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ByRole<T: Default> {
            $($(#[$doc])* #[serde(default)] pub $key: T,)*
        }

        impl<T: Default + Copy> ByRole<T> {
            /// In the order of [`Role`].
            pub fn each(&self) -> [T; ROLES] {
                [$(self.$key),*]
            }
        }
    };
}

roles! {
    /// General practitioners of one practice.
    gp Gp,
    /// District nursing in hours.
    district_nurse DistrictNurse,
    /// Community palliative clinical nurse specialists.
    cns Cns,
    /// Out-of-hours doctor (111, GP out of hours).
    ooh_clinician OohClinician,
    /// Evening and night nurse.
    ooh_nurse OohNurse,
    /// Adult social work.
    social_worker SocialWorker,
    /// The team that decides fast-track applications for continuing health care.
    continuing_care ContinuingCare,
    /// Home-care agencies (places are hours a week).
    home_care HomeCare,
    /// Hospice ward (places are beds).
    hospice_ward HospiceWard,
    /// Hospice-at-home (places).
    hospice_at_home HospiceAtHome,
    /// Acute hospital, its beds not limited.
    hospital Hospital,
    /// Community pharmacy.
    pharmacy Pharmacy,
    /// Support workers (navigators): holistic needs assessments, touchpoints, telephone line, chasing.
    support_worker SupportWorker,
    /// Community matrons: people with another long-term condition; transition support.
    community_matron CommunityMatron,
    /// Joint care managers: complex health and social care, after discharge.
    joint_care_manager JointCareManager,
    /// Specialist nurses placed in a practice.
    embedded_nurse EmbeddedNurse,
    /// Paramedic practitioners placed in a practice.
    paramedic Paramedic,
    /// The single point of access: one number for people and referrers.
    access_point AccessPoint,
    /// Complex and palliative continuing-care service (capacity in packages at a time).
    continuing_care_service ContinuingCareService,
    /// Virtual ward (capacity in places).
    virtual_ward VirtualWard,
    /// Night sitting (capacity in sitters a night).
    night_sitter NightSitter,
}

impl<T: Default + Copy + Into<f64>> ByRole<T> {
    /// In the order of [`Role`].
    pub fn values(&self) -> [f64; ROLES] {
        self.each().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_in_the_order_of_the_model_and_have_its_names() {
        for (i, role) in Role::ALL.into_iter().enumerate() {
            let name: RoleName = serde_json::from_value(Role::NAMES[i].into()).unwrap();
            assert_eq!(name.role(), role);
            assert_eq!(role as usize, i);
            let table: ByRole<Probability> =
                serde_json::from_value(serde_json::json!({ Role::NAMES[i]: 0.5 })).unwrap();
            assert_eq!(table.values().iter().position(|v| *v == 0.5), Some(i));
        }
    }
}
