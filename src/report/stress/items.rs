//! The items of the checklist, each with what it asks for in short.

/// One item.
pub(super) struct Item {
    pub number: &'static str,
    pub name: &'static str,
    /// What it recommends to report.
    pub asked: &'static str,
}

const fn item(number: &'static str, name: &'static str, asked: &'static str) -> Item {
    Item { number, name, asked }
}

/// The sections with their items: twenty, of which 2.5 has five parts.
pub(super) const SECTIONS: &[(&str, &[Item])] = &[
    (
        "1. Objectives",
        &[
            item(
                "1.1",
                "Purpose of the model",
                "background and objectives of the model.",
            ),
            item(
                "1.2",
                "Model outputs",
                "every performance measure, with equations where necessary; how and when each is calculated, and how its error is.",
            ),
            item(
                "1.3",
                "Experimentation aims",
                "what the model was used to investigate: (A) scenarios with name, description and rationale, (B) design of \
                 experiments, (C) what was optimised and by which algorithm.",
            ),
        ],
    ),
    (
        "2. Logic",
        &[
            item(
                "2.1",
                "Base model overview diagram",
                "the base model in diagrams and words.",
            ),
            item(
                "2.2",
                "Base model logic",
                "the logic of the base model, so that a reader understands how it works.",
            ),
            item(
                "2.3",
                "Scenario logic",
                "the logical differences between the base model and the scenarios.",
            ),
            item(
                "2.4",
                "Algorithms",
                "algorithms that mimic complex or manual processes, in enough detail to be reproduced.",
            ),
            item(
                "2.5.1",
                "Components: entities",
                "all entities, their role and their attributes.",
            ),
            item(
                "2.5.2",
                "Components: activities",
                "what entities engage in, and how they are routed into and out of it.",
            ),
            item(
                "2.5.3",
                "Components: resources",
                "all resources, and which activities use them.",
            ),
            item(
                "2.5.4",
                "Components: queues",
                "the queueing discipline of each queue; reneging, balking, jockeying; delays and limits of capacity.",
            ),
            item(
                "2.5.5",
                "Components: entry and exit points",
                "the boundaries of the model: arrivals, their mechanism, and exits.",
            ),
        ],
    ),
    (
        "3. Data",
        &[
            item(
                "3.1",
                "Data sources",
                "all sources of data with references, sample sizes and dates, and their use.",
            ),
            item(
                "3.2",
                "Pre-processing",
                "what was done to data before they were used.",
            ),
            item(
                "3.3",
                "Input parameters",
                "all inputs with values, distributions and their parameters; what depends on time; what differs in experiments.",
            ),
            item(
                "3.4",
                "Assumptions",
                "what is assumed where data or knowledge of the real system are lacking.",
            ),
        ],
    ),
    (
        "4. Experimentation",
        &[
            item(
                "4.1",
                "Initialisation",
                "terminating or not; warm-up, its length and how that was chosen; initial conditions.",
            ),
            item("4.2", "Run length", "length of a run, and units of time."),
            item(
                "4.3",
                "Estimation approach",
                "how stochasticity is accounted for: replications or batches, their number and why so many.",
            ),
        ],
    ),
    (
        "5. Implementation",
        &[
            item(
                "5.1",
                "Software or programming language",
                "operating system, simulation software, programming language, frameworks and libraries, each with version.",
            ),
            item(
                "5.2",
                "Random sampling",
                "the algorithm that makes random samples; with common random numbers, how they are distributed among processes.",
            ),
            item(
                "5.3",
                "Model execution",
                "how events are processed; priority rules among simultaneous events; parallel or distributed execution.",
            ),
            item("5.4", "System specification", "run time and hardware."),
        ],
    ),
    (
        "6. Code access",
        &[item(
            "6.1",
            "Computer model sharing statement",
            "how somebody could obtain the model and everything needed to reproduce the results.",
        )],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twenty_items_and_each_begins_with_the_number_of_its_section() {
        let mut numbers: Vec<&str> = Vec::new();
        for (title, items) in SECTIONS {
            for item in *items {
                assert_eq!(item.number[..1], title[..1]);
                // The parts of 2.5 are one item.
                let number = &item.number[..3];
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
        }
        assert_eq!(numbers.len(), 20);
        assert!(numbers.is_sorted());
    }
}
