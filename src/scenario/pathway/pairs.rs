//! Names of pairs of teams: `"sender>receiver"`, `"one<>other"`, each a team, a role or `*`.

use super::load::team_name;
use crate::model::Role;

/// A named pair, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The sender.
    pub from: &'a str,
    /// The receiver.
    pub to: &'a str,
    /// Both directions.
    pub both: bool,
}

impl Pair<'_> {
    /// Reads the name of a pair.
    ///
    /// # Errors
    /// Says what is expected.
    pub fn read(key: &str) -> Result<Pair<'_>, String> {
        let (from, to, both) = match key.split_once("<>") {
            Some((one, other)) => (one, other, true),
            None => match key.split_once('>') {
                Some((from, to)) => (from, to, false),
                None => return Err(format!("`{key}` is not a pair")),
            },
        };
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() || to.is_empty() || to.contains('>') || from.contains('<') {
            return Err(format!("`{key}` is not a pair"));
        }
        Ok(Pair { from, to, both })
    }

    /// How particularly it means a hand-off between two teams: the sum of both names' ranks, then the
    /// sender's. `None` if it does not mean it.
    pub fn rank(&self, from: &Named<'_>, to: &Named<'_>) -> Option<(u8, u8)> {
        let one_way = |a: &Named<'_>, b: &Named<'_>| {
            let (x, y) = (a.rank(self.from)?, b.rank(self.to)?);
            Some((x + y, x))
        };
        let forth = one_way(from, to);
        let back = if self.both { one_way(to, from) } else { None };
        forth.max(back)
    }
}

/// A team by all its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Name in the file.
    pub team: &'a str,
    /// The practice, for a team that each practice has.
    pub practice: Option<&'a str>,
    /// Its role.
    pub role: Role,
}

impl Named<'_> {
    /// How particularly a name means this team: 3 its own, 2 that of its table in the file, 1 its role, 0 `*`.
    pub fn rank(&self, name: &str) -> Option<u8> {
        if self.practice.is_some() && name == team_name(self.team, self.practice) {
            Some(3)
        } else if name == self.team {
            Some(2)
        } else if name == Role::NAMES[self.role as usize] {
            Some(1)
        } else if name == "*" {
            Some(0)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_read_and_the_more_particular_one_wins() {
        let gp = Named {
            team: "surgery",
            practice: Some("alder"),
            role: Role::Gp,
        };
        let nurses = Named {
            team: "north_nurses",
            practice: None,
            role: Role::DistrictNurse,
        };
        let rank = |key| Pair::read(key).unwrap().rank(&gp, &nurses);
        assert_eq!(rank("surgery@alder > north_nurses"), Some((5, 3)));
        assert_eq!(rank("surgery>*"), Some((2, 2)));
        assert_eq!(rank("*>north_nurses"), Some((2, 0)));
        assert_eq!(rank("gp>district_nurse"), Some((2, 1)));
        assert_eq!(rank("district_nurse>gp"), None);
        assert_eq!(rank("district_nurse<>gp"), Some((2, 1)));
        assert_eq!(rank("surgery@beech>*"), None);
        for wrong in ["gp", "gp>", ">gp", "a>b>c", "a<b>c"] {
            assert!(Pair::read(wrong).is_err(), "{wrong}");
        }
    }
}
