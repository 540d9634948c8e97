//! What a manifest asks for, read from its JSON: the question of a run, a study, a test or an event log, and its texts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::error::Error;
use crate::app::experiment::Experiment;
use crate::app::manifest::{experiment_of, texts};
use crate::app::warmup::WarmupAsk;
use crate::app::{
    AttributeAsk, CalibrateAsk, ChooseAsk, SensitivityAsk, SizeAsk, SweepAsk, TheoryAsk, Trace,
    UncertaintyAsk, ValidateAsk, Window,
};
use crate::store::Manifest;

/// Texts by name, as a loader in memory has them.
pub(super) type Texts = BTreeMap<String, Vec<u8>>;

/// The question of a study.
pub(super) enum StudyQuestion {
    Sweep(SweepAsk),
    Size(SizeAsk),
    Choose(ChooseAsk),
    Attribute(AttributeAsk),
    Sensitivity(SensitivityAsk),
    Uncertainty(UncertaintyAsk),
    Calibrate(CalibrateAsk),
    Validate(ValidateAsk),
}

/// What a manifest asks for. Threads and folders are not its business: they are set by who runs it.
pub(super) enum Question {
    Study(StudyQuestion, Texts),
    Theory(TheoryAsk),
    Warmup(WarmupAsk, Texts),
    Trace(Box<Experiment>, Trace),
    Experiment(Box<Experiment>),
}

impl Question {
    /// Reads it; `place` is named in errors.
    pub(super) fn of(manifest: &Manifest, place: &Path) -> Result<Question, Error> {
        let reading = Reading { manifest, place };
        let plan = &manifest.plan;
        if let Some(study) = plan.get("study") {
            return reading.study(study.as_str().unwrap_or_default());
        }
        if plan.get("kind").and_then(Value::as_str) == Some("theory") {
            let seed = plan.get("seed").and_then(Value::as_u64);
            return Ok(Question::Theory(TheoryAsk {
                seed: seed.ok_or_else(|| reading.incomplete())?,
                quick: plan.get("quick") == Some(&Value::Bool(true)),
                threads: 0,
            }));
        }
        if let Some(of) = plan.get("warmup") {
            return reading.warmup(of);
        }
        let e = Box::new(experiment_of(manifest, place)?);
        let Some(of) = plan.get("trace") else {
            return Ok(Question::Experiment(e));
        };
        let flag = |name: &str| of.get(name) == Some(&Value::Bool(true));
        let person = match of.get("person").filter(|p| !p.is_null()) {
            None => None,
            Some(person) => {
                let number = person.as_u64().and_then(|p| u32::try_from(p).ok());
                Some(number.ok_or_else(|| reading.incomplete())?)
            }
        };
        let ask = Trace {
            replication: reading.number(of, "replication")?,
            person,
            window: match of.get("window").and_then(Value::as_str) {
                Some("measured") => Window::Measured,
                _ => Window::All,
            },
            csv: flag("csv"),
            xes: flag("xes"),
            out: None,
            force: false,
        };
        Ok(Question::Trace(e, ask))
    }
}

struct Reading<'a> {
    manifest: &'a Manifest,
    place: &'a Path,
}

impl Reading<'_> {
    fn study(&self, study: &str) -> Result<Question, Error> {
        let ask = match study {
            "sweep" => StudyQuestion::Sweep(self.ask()?),
            "size" => StudyQuestion::Size(self.ask()?),
            "choose" => StudyQuestion::Choose(self.ask()?),
            "attribute" => StudyQuestion::Attribute(self.ask()?),
            "sensitivity" => StudyQuestion::Sensitivity(self.ask()?),
            "uncertainty" => StudyQuestion::Uncertainty(self.ask()?),
            "calibrate" => StudyQuestion::Calibrate(self.ask()?),
            "validate" => StudyQuestion::Validate(self.ask()?),
            other => {
                return Err(Error::Refused(format!(
                    "{}: a folder of `{other}` cannot be rebuilt by this version",
                    self.place.display()
                )));
            }
        };
        Ok(Question::Study(ask, self.texts()?))
    }

    fn warmup(&self, of: &Value) -> Result<Question, Error> {
        let plan = &self.manifest.plan;
        let first = plan.get("arms").and_then(|a| a.get(0));
        let scenario = first.and_then(|a| a.get("scenario")).and_then(Value::as_str);
        let window = usize::try_from(self.number(of, "window")?).map_err(|_| self.incomplete())?;
        let ask = WarmupAsk {
            scenario: scenario.ok_or_else(|| self.incomplete())?.to_string(),
            sets: strings(plan.get("overrides")),
            seed: plan.get("seed").and_then(Value::as_u64),
            replications: self.number(of, "replications")?,
            interval: of.get("interval_seconds").and_then(Value::as_i64),
            outcomes: strings(of.get("outcomes")),
            window: Some(window),
            threads: 0,
            memory: None,
        };
        Ok(Question::Warmup(ask, self.texts()?))
    }

    fn texts(&self) -> Result<Texts, Error> {
        texts(self.manifest).ok_or_else(|| self.incomplete())
    }

    /// The question of a study.
    fn ask<A: DeserializeOwned>(&self) -> Result<A, Error> {
        let ask = self.manifest.plan.get("ask").cloned().unwrap_or(Value::Null);
        serde_json::from_value(ask).map_err(|_| self.incomplete())
    }

    fn number(&self, of: &Value, name: &str) -> Result<u64, Error> {
        let number = of.get(name).and_then(Value::as_u64);
        number.ok_or_else(|| self.incomplete())
    }

    fn incomplete(&self) -> Error {
        Error::Refused(format!(
            "{}: it does not hold all that decides the bytes",
            self.place.display()
        ))
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|v| Some(v.as_str()?.to_string())).collect()
}
