//! Tests of the renderers on reports made by hand: read snapshots, widths, well-formed pages.

use super::examples;
use super::model::*;

#[test]
fn a_comparison_reads_well() {
    insta::assert_snapshot!(super::text(&examples::comparison(), 100));
}

#[test]
fn different_staff_comes_first() {
    insta::assert_snapshot!(super::text(&examples::unequal(), 80));
}

#[test]
fn one_configuration_reads_well() {
    insta::assert_snapshot!(super::text(&examples::single(), 100));
}

#[test]
fn no_line_is_longer_than_the_page() {
    for report in [
        examples::comparison(),
        examples::unequal(),
        examples::single(),
        hostile(),
    ] {
        for width in (40..180).step_by(3) {
            let text = super::text(&report, width);
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
        let narrow = super::text(&report, 1);
        assert!(narrow.lines().all(|l| l.chars().count() <= 40));
    }
}

/// A report whose words try to break out of the page or to steer the terminal.
fn hostile() -> Report {
    let mut report = examples::comparison();
    let words = "</title><script>alert(1)</script> \"x\" 'y' & \u{1b}[31m\u{7}\n".repeat(3);
    report.title = words.clone();
    report.question = words.clone();
    report.plan.locality = words.clone();
    for arm in &mut report.arms {
        arm.title = words.clone();
        arm.name = format!("{}{words}", arm.name);
    }
    for o in &mut report.outcomes {
        o.label = words.clone();
        o.unit = words.clone();
    }
    report.teams[0].name = words.clone();
    report.needs[0].label = words;
    report
}

#[test]
fn words_cannot_steer_the_terminal_or_break_the_page() {
    let report = hostile();
    assert!(!super::text(&report, 100).contains(['\u{1b}', '\u{7}']));
    let page = super::html(&report);
    assert!(!page.contains("<script") && !page.contains('\u{1b}'));
    assert_eq!(fault(&page), None);
}

/// The first fault of a page as XML: tags that do not match, bare `<` or `&`, attributes without quotes.
fn fault(page: &str) -> Option<String> {
    let rest = page.strip_prefix("<!DOCTYPE html>")?;
    let mut open: Vec<&str> = Vec::new();
    let mut rest = rest;
    while let Some(at) = rest.find('<') {
        if let Some(bad) = rest[..at].split('&').skip(1).find(|t| !entity(t)) {
            return Some(format!("a bare & before {bad}"));
        }
        let tag = &rest[at + 1..];
        let Some(end) = tag.find('>') else {
            return Some("a tag without end".to_string());
        };
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            match open.pop() {
                Some(last) if last == name => {}
                last => return Some(format!("{last:?} is closed by {name}")),
            }
            continue;
        }
        let name = inside
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        if name.is_empty() || inside.contains('<') || inside.matches('"').count() % 2 == 1 {
            return Some(format!("not a tag: {inside}"));
        }
        if inside
            .split('"')
            .step_by(2)
            .any(|outside| outside.contains('=') && !outside.ends_with('='))
        {
            return Some(format!("an attribute without quotes: {inside}"));
        }
        if !inside.ends_with('/') {
            open.push(name);
        }
    }
    (!open.is_empty()).then(|| format!("never closed: {open:?}"))
}

fn entity(text: &str) -> bool {
    ["amp;", "lt;", "gt;", "quot;", "#39;"]
        .iter()
        .any(|e| text.starts_with(e))
}

#[test]
fn the_check_for_well_formed_pages_can_fail() {
    for page in [
        "<a><b></a>",
        "<a>&nbsp;</a>",
        "<a b=c></a>",
        "<a>",
        "<a b=\"></a>",
    ] {
        assert_ne!(fault(&format!("<!DOCTYPE html>{page}")), None, "{page}");
    }
}

#[test]
fn pages_are_well_formed_and_need_nothing_from_outside() {
    for report in [examples::comparison(), examples::unequal(), examples::single()] {
        let page = super::html(&report);
        assert_eq!(fault(&page), None);
        for outside in ["http", "url(", "@import", "<script", "<link", "<img", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
        // Every table has a caption and heads its columns and rows.
        let count = |what: &str| page.matches(what).count();
        assert_eq!(count("<table>"), count("<caption>"));
        assert!(count("scope=\"col\"") > 0 && count("scope=\"row\"") > 0);
        // Every section named in the contents is there.
        for link in page.split("href=\"#").skip(1) {
            let id = link.split('"').next().expect("a quoted link");
            assert_eq!(page.matches(&format!("<section id=\"{id}\"")).count(), 1, "{id}");
        }
    }
}

#[test]
fn the_plot_turns_right_what_is_better_and_leaves_out_the_identical() {
    let report = examples::comparison();
    let plot = super::plot::forest(&report).expect("there are headlines");
    assert_eq!(fault(&format!("<!DOCTYPE html>{plot}")), None);
    // Six outcomes with three arms each; the arm that is exactly the first is not drawn, nor what has no interval.
    assert_eq!(plot.matches("<circle").count(), 18);
    assert!(!plot.contains(">C</text>"));
    // Zero is where its line is; every green point lies right of it, every red one left.
    let number = |text: &str, key: &str| -> f64 {
        let from = text.find(key).expect("an attribute") + key.len();
        let text = &text[from..];
        text[..text.find('"').expect("its end")]
            .parse()
            .expect("a number")
    };
    let zero = number(
        &plot[plot.find("class=\"zero\"").expect("a zero line")..],
        "x1=\"",
    );
    let (mut better, mut worse) = (0, 0);
    for g in plot.split("<g class=\"").skip(1) {
        let at = number(g, "cx=\"");
        if g.starts_with("better") {
            better += 1;
            assert!(at > zero);
        } else if g.starts_with("worse") {
            worse += 1;
            assert!(at < zero);
        }
    }
    assert_eq!((better, worse), (12, 2));
    assert!(super::plot::forest(&examples::single()).is_none());
}

#[test]
fn json_reads_back_as_the_same_report() {
    for report in [examples::comparison(), examples::unequal(), examples::single()] {
        let back: Report = serde_json::from_str(&super::json(&report)).expect("it is JSON");
        assert_eq!(back, report);
    }
}

#[test]
fn staff_is_the_first_thing_said() {
    for report in [examples::comparison(), examples::unequal(), examples::single()] {
        assert!(super::text(&report, 100).starts_with("STAFF AND COST\n"));
        let page = super::html(&report);
        assert!(page.find("<section id=\"staff\"") < page.find("<section id=\"run\""));
    }
}

#[test]
fn networks_of_queues_are_not_told_of_people() {
    let mut report = examples::comparison();
    report.staff = None;
    report.needs.clear();
    report.moves = None;
    report.outcomes.clear();
    report.question.clear();
    report.arms.iter_mut().for_each(|a| a.title.clear());
    let text = super::text(&report, 100);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("The same customers come to all arms") && text.contains("Sharing chance draws"));
    for word in ["people", "died waiting", "hand-off"] {
        assert!(!text.contains(word), "{word}");
    }
}
