//! Everything that decides the records of a plan, and the hash by which two plans are known to be the same.

use serde_json::{Map, Value};

/// Version, seed, scenario texts and whatever else decides the records, but not how many replications or
/// how they are shared out: a run may be extended, resumed and sharded under one identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    plan: Map<String, Value>,
    hash: String,
}

impl Identity {
    /// The identity of a plan described by these parts; the order of keys does not matter.
    pub fn new(plan: Map<String, Value>) -> Identity {
        let mut text = String::new();
        canonical(&Value::Object(plan.clone()), &mut text);
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Identity { plan, hash }
    }

    /// The parts.
    pub fn plan(&self) -> &Map<String, Value> {
        &self.plan
    }

    /// 64 hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The 32 bytes of the hash.
    pub(super) fn bytes(&self) -> [u8; 32] {
        let digit = |i: usize| u8::from_str_radix(&self.hash[2 * i..2 * i + 2], 16).unwrap_or(0);
        std::array::from_fn(digit)
    }

    /// Paths of the parts in which two plans differ, such as `seed` or `scenarios.networked.text`.
    pub fn differences(&self, other: &Identity) -> Vec<String> {
        let mut found = Vec::new();
        differ(
            "",
            &Value::Object(self.plan.clone()),
            &Value::Object(other.plan.clone()),
            &mut found,
        );
        found
    }
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for key in keys {
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn differ(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    let below = |key: &str| {
        if path.is_empty() {
            key.to_string()
        } else {
            format!("{path}.{key}")
        }
    };
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let mut keys: Vec<&String> = x.keys().chain(y.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let part = |m: &Map<String, Value>| m.get(key).cloned().unwrap_or(Value::Null);
                differ(&below(key), &part(x), &part(y), found);
            }
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            for (i, (x, y)) in x.iter().zip(y).enumerate() {
                differ(&below(&i.to_string()), x, y, found);
            }
        }
        _ if a == b => {}
        _ => found.push(path.to_string()),
    }
}
