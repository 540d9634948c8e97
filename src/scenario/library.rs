//! The scenarios, plans and targets that ship inside the program.

mod list;

pub use list::{all, moves, plans, targets};

/// One built-in scenario, plan or file of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInScenario {
    /// Its name, as one writes it on the command line.
    pub name: &'static str,
    /// Its path below `scenarios/`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
    /// False for a file that others only extend.
    pub listed: bool,
}

impl BuiltInScenario {
    /// The name shown in diagnostics: `built-in:queueing/mm1.toml`.
    pub fn display(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// The folder it is in; empty for the first ones.
    pub fn family(&self) -> &'static str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }
}

const PREFIX: &str = "built-in:";

/// The built-in scenario, plan or file of targets of a name, a path or a displayed name.
pub fn find(name: &str) -> Option<&'static BuiltInScenario> {
    let plain = name.strip_prefix(PREFIX).unwrap_or(name);
    let plain = plain.strip_prefix("./").unwrap_or(plain);
    all().iter().chain(plans()).chain(targets()).find(|s| {
        let file = s.path.rsplit('/').next().unwrap_or(s.path);
        plain == s.name || plain == s.path || plain == file || Some(plain) == s.path.strip_suffix(".toml")
    })
}

/// The name of `wanted` as seen from the folder of `parent`; `.` and `..` are resolved, so that a
/// file met twice has one name.
pub fn beside(parent: &str, wanted: &str) -> String {
    let prefix = if parent.starts_with(PREFIX) { PREFIX } else { "" };
    let folder = parent.strip_prefix(PREFIX).unwrap_or(parent);
    let absolute = |s: &str| s.starts_with(['/', '\\']) || s.as_bytes().get(1) == Some(&b':');
    if absolute(wanted) || wanted.starts_with(PREFIX) {
        return wanted.to_owned();
    }
    let is_slash = |c: char| c == '/' || c == '\\';
    let folder = folder.rfind(is_slash).map_or("", |i| &folder[..=i]);
    let joined = format!("{folder}{wanted}");
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split(is_slash) {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|p| !p.is_empty() && *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{prefix}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_resolved_beside_its_parent() {
        assert_eq!(beside("arms/a.toml", "base.toml"), "arms/base.toml");
        assert_eq!(beside("arms/a.toml", "../base.toml"), "base.toml");
        assert_eq!(beside("a.toml", "./b/../c.toml"), "c.toml");
        assert_eq!(beside("/x/a.toml", "../../c.toml"), "/../c.toml");
        assert_eq!(beside("../x/a.toml", "../c.toml"), "../c.toml");
        assert_eq!(beside("a.toml", "/abs/c.toml"), "/abs/c.toml");
        assert_eq!(
            beside("built-in:queueing/mm1.toml", "mmc.toml"),
            "built-in:queueing/mmc.toml"
        );
    }

    #[test]
    fn a_built_in_is_found_by_any_of_its_names() {
        for name in [
            "mm1",
            "mm1.toml",
            "queueing/mm1",
            "queueing/mm1.toml",
            "built-in:queueing/mm1.toml",
        ] {
            assert_eq!(find(name).map(|s| s.name), Some("mm1"), "{name}");
        }
        assert_eq!(find("nothing"), None);
    }
}
