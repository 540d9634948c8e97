//! What a study was asked and the texts it was read from: with them its folder can be rebuilt from the manifest alone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::scenario::{Layer, LoadError, Loader};

/// What was asked for, and the texts besides those of the points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The question of the command, as its `…Ask` says it; null where a folder is not to be rebuilt.
    pub ask: Value,
    /// Texts by name.
    pub texts: BTreeMap<String, String>,
}

impl Source {
    /// A question, with the texts that were read for it and those of its plan.
    pub fn of(ask: &impl Serialize, read: &Recorder<'_>, plan: &[Layer]) -> Source {
        let mut texts = read.texts();
        let layers = plan.iter().filter(|l| l.name != "--set");
        texts.extend(layers.map(|l| (l.name.clone(), l.text.clone())));
        Source {
            ask: serde_json::to_value(ask).unwrap_or(Value::Null),
            texts,
        }
    }

    /// The source that a manifest's plan holds.
    pub fn of_manifest(plan: &Map<String, Value>) -> Source {
        let texts = plan.get("texts").and_then(Value::as_object);
        let texts = texts.into_iter().flatten();
        Source {
            ask: plan.get("ask").cloned().unwrap_or(Value::Null),
            texts: texts
                .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_string())))
                .collect(),
        }
    }
}

/// Notes every text that a loader brings.
pub struct Recorder<'a> {
    inner: &'a (dyn Loader + Sync),
    seen: Mutex<BTreeMap<String, String>>,
}

impl<'a> Recorder<'a> {
    /// Notes what this loader brings.
    pub fn new(inner: &'a (dyn Loader + Sync)) -> Recorder<'a> {
        Recorder {
            inner,
            seen: Mutex::default(),
        }
    }

    fn texts(&self) -> BTreeMap<String, String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Loader for Recorder<'_> {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let bytes = self.inner.load(name, limit)?;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry(name.to_string()).or_insert_with(|| text.to_string());
        }
        Ok(bytes)
    }

    fn own_name(&self, name: &str) -> String {
        self.inner.own_name(name)
    }
}
