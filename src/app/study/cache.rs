//! The compiled points used lately: compiling one costs a good part of a short replication.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Compiled;
use crate::app::Error;

/// Most compiled points kept: each holds some megabytes of tables.
const MOST: usize = 24;

/// Point and compiled point, the one used last in front.
#[derive(Default)]
pub(super) struct Cache {
    kept: Mutex<VecDeque<(usize, Arc<Compiled>)>>,
}

impl Cache {
    /// The point, made if need be.
    pub(super) fn get(
        &self,
        point: usize,
        make: impl FnOnce() -> Result<Compiled, Error>,
    ) -> Result<Arc<Compiled>, Error> {
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(|(p, _)| *p == point)
                && let Some(found) = kept.remove(at)
            {
                kept.push_front(found.clone());
                return Ok(found.1);
            }
        }
        // Not under the lock: two threads may compile one point at once, which costs time and nothing else.
        let made = Arc::new(make()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|(p, _)| *p != point) {
            kept.push_front((point, made.clone()));
            kept.truncate(MOST);
        }
        Ok(made)
    }
}
