//! The store of one run: its spool, and the results folder it turns into.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::draft::Draft;
use super::error::StoreError;
use super::manifest::RECORDS;
use super::output::{Output, Request, partial_of};
use super::spool::{Spool, header};
use crate::experiment::{Keeper, Prefix};
use crate::observe::{Record, encode_frame};

/// Where a run keeps its records, and where its results will appear.
#[derive(Debug)]
pub struct Store {
    spool: Spool,
    output: Option<Output>,
    request: Request,
}

/// How a run ended, for its folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Replications 0..n to report.
    pub replications: u64,
    /// Whether it was told to stop early: then the records stay for a resume.
    pub interrupted: bool,
    /// Whether the records are kept in the folder. (A shard always keeps them.)
    pub keep_records: bool,
    /// Host, time, threads: for `run.json`, outside byte identity.
    pub run: Map<String, Value>,
}

impl Store {
    /// Opens the store of a plan: locks the output folder and takes up the records of an unfinished run.
    ///
    /// # Errors
    /// As [`Output::open`] and [`Spool::open`].
    pub fn open(request: Request) -> Result<Store, StoreError> {
        let output = request
            .out
            .as_deref()
            .map(|dir| Output::open(&request, dir))
            .transpose()?;
        let spool = match &output {
            None => Spool::unnamed(&request.identity, request.layout)?,
            Some(output) => {
                let open = || Spool::open(&output.spool_path(), &request.identity, request.layout);
                match open() {
                    Err(StoreError::Damaged { .. }) if request.force => {
                        output.drop_records()?;
                        open()?
                    }
                    other => other?,
                }
            }
        };
        Ok(Store {
            spool,
            output,
            request,
        })
    }

    /// The records.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Gives the records up, with the unfinished folder that holds them.
    pub fn discard(self) {
        drop(self.spool);
        if let Some(output) = self.output {
            output.remove_partial();
        }
    }

    /// One record.
    ///
    /// # Errors
    /// As [`Spool::read`].
    pub fn read(&mut self, number: u64) -> Result<Record, StoreError> {
        self.spool.read(number)
    }

    /// The first `n` records, to be read in order.
    pub fn records(&mut self, n: u64) -> Prefix<'_, Spool> {
        Prefix::new(&mut self.spool, n)
    }

    /// Turns the run into its results folder: `tables` writes files into it from the records.
    ///
    /// Without an output folder, or interrupted before the first replication, nothing is written. An interrupted shard gets no folder (it would be no use
    /// to `merge`); its records stay for a resume, as those of every interrupted run do. If anything fails, the records
    /// stay, too.
    ///
    /// # Errors
    /// Whatever `tables` reports, or the disk.
    pub fn finish(
        self,
        ending: &Ending,
        tables: impl FnOnce(&Draft, &mut Prefix<'_, Spool>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Store {
            mut spool,
            output,
            request,
        } = self;
        let Some(output) = output else { return Ok(()) };
        if ending.interrupted {
            spool.sync()?;
        }
        // Nothing finished: there is nothing to show, and nothing is lost.
        if ending.interrupted && ending.replications == 0 {
            return Ok(());
        }
        let mut run = ending.run.clone();
        run.insert("interrupted".to_string(), Value::Bool(ending.interrupted));
        let draft = match request.shard {
            Some(_) if ending.interrupted => return Ok(()),
            Some(shard) => {
                let draft = output.draft()?;
                let mut all = shard.replications(ending.replications);
                write_records(&draft, &request, &mut || all.next().map(|r| spool.read(r)))?;
                draft
            }
            None => {
                let draft = output.draft()?;
                let n = ending.replications;
                if ending.keep_records {
                    let mut all = 0..n;
                    write_records(&draft, &request, &mut || all.next().map(|r| spool.read(r)))?;
                }
                tables(&draft, &mut Prefix::new(&mut spool, n))?;
                draft
            }
        };
        output.publish(&draft, ending.replications, &run, !ending.interrupted)?;
        drop(spool);
        if !ending.interrupted {
            output.remove_partial();
        }
        Ok(())
    }
}

/// What a run that came to no end left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The folder that holds it.
    pub partial: PathBuf,
    /// Whole records in it.
    pub records: u64,
}

/// What the unfinished run of a results folder has kept; `None` if nothing.
pub fn left(out: &Path) -> Option<Left> {
    let partial = partial_of(out).ok()?;
    let records = Spool::count(&partial.join(RECORDS));
    (records > 0).then_some(Left { partial, records })
}

/// Writes records in replication order: the same bytes whatever order they finished in.
pub(super) fn write_records(
    draft: &Draft,
    request: &Request,
    next: &mut dyn FnMut() -> Option<Result<Record, StoreError>>,
) -> Result<(), StoreError> {
    let mut failed = None;
    let mut frame = Vec::new();
    draft.write(RECORDS, |w| {
        w.write_all(&header(&request.identity, request.layout))?;
        while let Some(record) = next() {
            match record {
                Ok(record) => {
                    frame.clear();
                    encode_frame(&record, &mut frame);
                    w.write_all(&frame)?;
                }
                Err(e) => {
                    failed = Some(e);
                    break;
                }
            }
        }
        Ok(())
    })?;
    failed.map_or(Ok(()), Err)
}

impl Keeper for Store {
    type Error = StoreError;

    fn has(&self, replication: u64) -> bool {
        self.spool.has(replication)
    }

    fn keep(&mut self, record: &Record) -> Result<(), StoreError> {
        self.spool.keep(record)
    }

    fn prefix(&self) -> u64 {
        self.spool.prefix()
    }

    fn visit(&mut self, n: u64, f: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        self.spool.visit(n, f)
    }
}
