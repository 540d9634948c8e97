//! The players of an attribution: switches with the parameters that belong to them, or parameters.

use serde::{Deserialize, Serialize};

use super::differences::Difference;
use super::switches::{SWITCHES, rule_of};
use crate::report::SwitchTold;

/// What the players are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The mechanisms of the study, and everything else.
    #[default]
    Switch,
    /// Each parameter.
    Parameter,
}

/// Key of the map of organisations.
pub const MAP: &str = "map";
/// Key of what belongs to no switch.
const ELSE: &str = "else";

/// A set of parameters that are switched together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// `I1`, `map`, `else`, or the parameter.
    pub key: String,
    /// What it is.
    pub name: String,
    /// Its parameters.
    pub differences: Vec<Difference>,
    /// Why each of them belongs to it; empty where there is no rule.
    pub reasons: Vec<&'static str>,
}

impl Player {
    fn new(key: &str, name: &str) -> Player {
        Player {
            key: key.to_string(),
            name: name.to_string(),
            differences: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// The overrides that switch it on.
    pub fn sets(&self) -> Vec<String> {
        self.differences.iter().map(Difference::set).collect()
    }

    /// For the report.
    pub fn told(&self) -> SwitchTold {
        let parameters = self.differences.iter().zip(&self.reasons).map(|(d, why)| {
            let a = d.a.as_deref().map_or("as usual".to_string(), shown);
            [d.shown(), a, shown(&d.b), (*why).to_string()]
        });
        SwitchTold {
            key: self.key.clone(),
            name: self.name.clone(),
            parameters: parameters.collect(),
        }
    }
}

/// A value of TOML as people write it: names of keys without quotes where they need none.
fn shown(toml: &str) -> String {
    let mut parts = toml.split('"');
    let mut out = parts.next().unwrap_or_default().to_string();
    // Odd pieces stand between quotes, even ones outside.
    while let Some(inside) = parts.next() {
        let after = parts.next().unwrap_or_default();
        let bare = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let quote = if bare && after.starts_with(" = ") {
            ""
        } else {
            "\""
        };
        out += &format!("{quote}{inside}{quote}{after}");
    }
    out
}

/// Shares differences out among players; the map of organisations is given apart.
pub fn group(found: Vec<Difference>, by: By) -> (Vec<Player>, Option<Player>) {
    let mut players: Vec<Player> = match by {
        By::Parameter => Vec::new(),
        By::Switch => {
            let mut all: Vec<Player> = SWITCHES.iter().map(|s| Player::new(s.key, s.name)).collect();
            all.push(Player::new(ELSE, "everything else"));
            all
        }
    };
    let mut map = Player::new(MAP, "map of organisations");
    for difference in found {
        let rule = rule_of(&difference.path);
        let why = rule.map_or("", |r| r.why);
        let player = if is_organisation(&difference.path) {
            &mut map
        } else if by == By::Parameter {
            let path = difference.shown();
            players.push(Player::new(&path, rule.map_or("", |r| r.key)));
            players.last_mut().expect("one was just added")
        } else {
            let key = rule.map_or(ELSE, |r| r.key);
            players
                .iter_mut()
                .find(|p| p.key == key)
                .expect("every key of a rule is a switch")
        };
        player.differences.push(difference);
        player.reasons.push(why);
    }
    players.retain(|p| !p.differences.is_empty());
    let map = Some(map).filter(|m| !m.differences.is_empty());
    (players, map)
}

/// Who employs a team.
fn is_organisation(path: &[String]) -> bool {
    matches!(path, [teams, _, organisation] if teams == "teams" && organisation == "organisation")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(path: &str) -> Difference {
        Difference {
            path: path.split('.').map(str::to_string).collect(),
            a: None,
            b: "1".to_string(),
        }
    }

    #[test]
    fn every_difference_belongs_to_one_player() {
        let found = [
            "interface.internal.owner_sweep",
            "interface.internal.lost",
            "social_care.pooled_budget",
            "hospital.something",
            "teams.gp.organisation",
            "teams.gp.site",
        ];
        let all = || found.iter().map(|p| difference(p)).collect::<Vec<_>>();
        let (players, map) = group(all(), By::Switch);
        let keys: Vec<(&str, usize)> = players
            .iter()
            .map(|p| (p.key.as_str(), p.differences.len()))
            .collect();
        assert_eq!(keys, [("I1", 2), ("I9", 1), ("B7", 1), ("else", 1)]);
        assert_eq!(
            map.expect("an employer changes").sets(),
            ["teams.gp.organisation=1"]
        );
        let (players, map) = group(all(), By::Parameter);
        assert_eq!(players.len(), 5);
        assert_eq!(
            (players[0].key.as_str(), players[0].name.as_str()),
            ("interface.internal.owner_sweep", "I1")
        );
        assert!(map.is_some());
    }
}
