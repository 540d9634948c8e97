//! "Did you mean": the nearest known name.

/// Longest name that is compared, in bytes.
const LONGEST: usize = 256;
/// Most names that are compared.
const MOST: usize = 1_000;

/// The name nearest to what was typed, if any is near enough to be worth a guess.
///
/// Case, hyphens and underscores are ignored; then either few edits (Damerau–Levenshtein, at most a
/// third of the length) or a long common beginning (`minutes` for `min`) counts as near. Nobody means a known name by
/// one of more than 256 bytes, and among more than a thousand names a guess is not worth its time.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |s: &str| s.to_lowercase().replace(['-', '_', ' '], "");
    if typed.len() > LONGEST {
        return None;
    }
    let wanted = plain(typed);
    if wanted.is_empty() {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for name in known.into_iter().take(MOST).filter(|name| name.len() <= LONGEST) {
        let candidate = plain(name);
        let edits = strsim::damerau_levenshtein(&wanted, &candidate);
        let longer = wanted.chars().count().max(candidate.chars().count());
        let shorter = wanted.chars().count().min(candidate.chars().count());
        let begins = shorter >= 3 && (wanted.starts_with(&candidate) || candidate.starts_with(&wanted));
        let near = edits <= (longer / 3).max(1) && shorter > 1;
        let score = if edits == 0 {
            2.0
        } else if near || begins {
            strsim::jaro_winkler(&wanted, &candidate)
        } else {
            continue;
        };
        if best.is_none_or(|(s, _)| score > s) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let units = ["s", "min", "hour", "day", "week", "working_day", "open_hour"];
        assert_eq!(nearest("mins", units), Some("min"));
        assert_eq!(nearest("minutes", units), Some("min"));
        assert_eq!(nearest("hours", units), Some("hour"));
        assert_eq!(nearest("workingday", units), Some("working_day"));
        assert_eq!(nearest("Day", units), Some("day"));
        assert_eq!(nearest("fortnight", units), None);
        assert_eq!(nearest("", units), None);
        assert_eq!(nearest("warm_upp", ["horizon", "warm_up"]), Some("warm_up"));
    }
}
