//! Tests of the report and its renderers.

use super::examples;

#[test]
fn look() {
    println!("{}", super::text(&examples::comparison(), 100));
}
