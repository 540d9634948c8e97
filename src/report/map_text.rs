//! A map of organisations as Mermaid or Graphviz text.

use super::map::{Crossing, Map};

/// What the arrows mean, by crossing.
const MEANINGS: [(Crossing, &str); 3] = [
    (Crossing::External, "thin: between organisations"),
    (Crossing::Internal, "thick: inside one organisation"),
    (
        Crossing::NamedPair,
        "dotted: a pair of teams with an interface of its own",
    ),
];

/// The meanings of what is on this map.
fn legend(map: &Map) -> Vec<String> {
    let there = |c: Crossing| map.edges.iter().any(|e| e.crossing == c);
    let mut lines: Vec<String> = (MEANINGS.iter())
        .filter(|(crossing, _)| there(*crossing))
        .map(|(_, words)| (*words).to_string())
        .collect();
    lines.push("on each: median time on its way, record seen, share sent round by the GP".to_string());
    lines.push(match map.pooled {
        true => "one pooled budget for health and social care".to_string(),
        false => "separate budgets for health and social care".to_string(),
    });
    if !map.note.is_empty() {
        lines.push(map.note.clone());
    }
    lines
}

/// For Mermaid: a flowchart, organisations as subgraphs.
pub(super) fn mermaid(map: &Map) -> String {
    let label = |lines: &[String]| {
        lines
            .iter()
            .map(|l| mermaid_text(l))
            .collect::<Vec<_>>()
            .join("<br/>")
    };
    let mut out = String::new();
    // The title is YAML: a quoted scalar, in which JSON's escapes hold.
    out.push_str("---\ntitle: ");
    out.push_str(&serde_json::Value::String(super::layout::clean(&map.title)).to_string());
    out.push_str("\n---\nflowchart LR\n");
    for (i, organisation) in map.boxes.iter().enumerate() {
        out.push_str(&format!(
            "  subgraph o{i}[\"{}\"]\n",
            mermaid_text(&organisation.name)
        ));
        for node in &organisation.nodes {
            out.push_str(&format!("    t{node}[\"{}\"]\n", label(&map.nodes[*node].label)));
        }
        out.push_str("  end\n");
    }
    for edge in &map.edges {
        let arrow = match edge.crossing {
            Crossing::External => "-->",
            Crossing::Internal => "==>",
            Crossing::NamedPair => "-.->",
        };
        let words = label(&edge.label);
        out.push_str(&format!("  t{} {arrow}|\"{words}\"| t{}\n", edge.from, edge.to));
    }
    out.push_str(&format!("  legend[\"{}\"]\n", label(&legend(map))));
    out.push_str("  classDef note fill:#ffffff,stroke:#999999,color:#333333\n  class legend note\n");
    out
}

/// Text in double quotes: entity codes for what would end or change it.
fn mermaid_text(text: &str) -> String {
    let mut out = String::new();
    for c in super::layout::clean(text).chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            c => out.push(c),
        }
    }
    out
}

/// For Graphviz: a directed graph, organisations as clusters.
pub(super) fn dot(map: &Map) -> String {
    let label = |lines: &[String]| lines.iter().map(|l| dot_text(l)).collect::<Vec<_>>().join("\\n");
    let mut out = String::from("digraph organisations {\n");
    out.push_str(&format!("  label=\"{}\";\n", dot_text(&map.title)));
    out.push_str("  labelloc=t;\n  rankdir=LR;\n  fontname=\"Helvetica\";\n");
    out.push_str(
        "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3f8\", fontname=\"Helvetica\"];\n",
    );
    out.push_str("  edge [fontname=\"Helvetica\", fontsize=9];\n");
    for (i, organisation) in map.boxes.iter().enumerate() {
        out.push_str(&format!(
            "  subgraph cluster_{i} {{\n    label=\"{}\";\n",
            dot_text(&organisation.name)
        ));
        out.push_str("    style=rounded;\n");
        for node in &organisation.nodes {
            out.push_str(&format!(
                "    t{node} [label=\"{}\"];\n",
                label(&map.nodes[*node].label)
            ));
        }
        out.push_str("  }\n");
    }
    for edge in &map.edges {
        let style = match edge.crossing {
            Crossing::External => "style=solid, color=\"#b03a2e\"",
            Crossing::Internal => "style=bold, penwidth=2.5, color=\"#1e6b3a\"",
            Crossing::NamedPair => "style=dashed, color=\"#34495e\"",
        };
        let words = label(&edge.label);
        out.push_str(&format!(
            "  t{} -> t{} [label=\"{words}\", {style}];\n",
            edge.from, edge.to
        ));
    }
    let legend = label(&legend(map));
    out.push_str(&format!(
        "  legend [shape=note, fillcolor=\"#ffffff\", label=\"{legend}\"];\n}}\n"
    ));
    out
}

/// Text in double quotes.
fn dot_text(text: &str) -> String {
    super::layout::clean(text)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_end_early() {
        assert_eq!(
            mermaid_text("a \"b\" <c> #1;"),
            "a #quot;b#quot; #lt;c#gt; #35;1;"
        );
        assert_eq!(dot_text("a \"b\" \\n"), "a \\\"b\\\" \\\\n");
    }
}
