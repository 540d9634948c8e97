//! Results to text, CSV and JSON: pure functions.
