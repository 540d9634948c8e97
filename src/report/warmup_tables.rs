//! The tidy tables of `warmup`.

use std::io::{self, Write};

use super::sheet::{ESTIMATE, Sheet};
use super::warmup::Warmup;

impl Warmup {
    /// `warmup.csv`: one row per outcome and statistic.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = "scenario outcome group statistic";
        let mut sheet = Sheet::new(&[head, ESTIMATE, "p_holm unit note"]);
        let unit = self.unit().0;
        for o in &self.outcomes {
            let head = sheet
                .row()
                .set("scenario", &self.scenario)
                .set("outcome", &o.name);
            let head = head.set("group", "all").set("n", self.replications);
            let row = |statistic: &str| head.clone().set("statistic", statistic);
            let time = |statistic: &str, intervals: Option<usize>| {
                let value = intervals.map(|i| self.from(i));
                row(statistic).interval(value, None).set("unit", unit)
            };
            let cut = time("mser5_truncation", o.mser.ok());
            sheet.add(cut.set("note", self.why(o)));
            if let Some((low, high)) = o.range {
                let note = "leaving out any one replication";
                sheet.add(time("mser5_lowest", Some(low)).set("note", note));
                sheet.add(time("mser5_highest", Some(high)).set("note", note));
            }
            sheet.add(time("welch_reached", o.welch));
            sheet.add(time("needed", o.needs()));
            for (name, contrast) in [("bias_left_out", &o.left_out), ("bias_remaining", &o.remaining)] {
                if let Some(c) = contrast {
                    let row = row(name).estimate(&c.difference).set("n", self.replications);
                    sheet.add(row.optional("p_holm", c.p_holm).set("unit", &o.unit));
                }
            }
        }
        out.write_all(&sheet.bytes())
    }

    /// Where an interval begins, in the unit in which times are told.
    fn from(&self, interval: usize) -> f64 {
        (interval as i64 * self.interval) as f64 / self.unit().1 as f64
    }

    /// `series.csv`: one row per outcome and interval.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn series(&self, out: &mut dyn Write) -> io::Result<()> {
        let from = format!("from_{}", self.unit().0);
        let mut sheet = Sheet::new(&["scenario outcome interval", &from, "value moving_average unit"]);
        for o in &self.outcomes {
            let head = sheet
                .row()
                .set("scenario", &self.scenario)
                .set("outcome", &o.name);
            let head = head.set("unit", &o.unit);
            for (i, value) in o.values.iter().enumerate() {
                let row = head.clone().set("interval", i).set(&from, self.from(i));
                let row = row.optional("value", *value);
                sheet.add(row.optional("moving_average", o.smooth.get(i)));
            }
        }
        out.write_all(&sheet.bytes())
    }
}
