//! The tidy tables of `warmup`.

use std::io::{self, Write};

use super::warmup::Warmup;

impl Warmup {
    /// `warmup.csv`: one row per outcome and statistic.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record([
            "scenario",
            "outcome",
            "group",
            "statistic",
            "value",
            "lower_95_ci",
            "upper_95_ci",
            "n",
            "p_holm",
            "unit",
            "note",
        ])?;
        let unit = self.unit().0;
        let n = self.replications.to_string();
        let time = |intervals: usize| (intervals as i64 * self.interval) as f64 / self.unit().1 as f64;
        for o in &self.outcomes {
            let mut row = |statistic: &str,
                           value: String,
                           low: String,
                           high: String,
                           p: String,
                           unit: &str,
                           note: &str| {
                let row = [
                    &self.scenario,
                    &o.name,
                    "all",
                    statistic,
                    &value,
                    &low,
                    &high,
                    &n,
                    &p,
                    unit,
                    note,
                ];
                table.write_record(row)
            };
            let none = String::new;
            let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
            let cut = o.mser.ok().map(time);
            row(
                "mser5_truncation",
                number(cut),
                none(),
                none(),
                none(),
                unit,
                &self.why(o),
            )?;
            if let Some((low, high)) = o.range {
                let note = "leaving out any one replication";
                row(
                    "mser5_lowest",
                    time(low).to_string(),
                    none(),
                    none(),
                    none(),
                    unit,
                    note,
                )?;
                row(
                    "mser5_highest",
                    time(high).to_string(),
                    none(),
                    none(),
                    none(),
                    unit,
                    note,
                )?;
            }
            let welch = o.welch.map(time);
            row("welch_reached", number(welch), none(), none(), none(), unit, "")?;
            row(
                "needed",
                number(o.needs().map(time)),
                none(),
                none(),
                none(),
                unit,
                "",
            )?;
            for (name, contrast) in [("bias_left_out", &o.left_out), ("bias_remaining", &o.remaining)] {
                if let Some(c) = contrast {
                    let d = &c.difference;
                    let why = d.why_missing().map_or(String::new(), |m| m.to_string());
                    row(
                        name,
                        number(d.value()),
                        number(d.low()),
                        number(d.high()),
                        number(c.p_holm),
                        &o.unit,
                        &why,
                    )?;
                }
            }
        }
        table.flush()
    }

    /// `series.csv`: one row per outcome and interval.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn series(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        let unit = self.unit();
        let from = format!("from_{}", unit.0);
        table.write_record([
            "scenario",
            "outcome",
            "interval",
            &from,
            "value",
            "moving_average",
            "unit",
        ])?;
        for o in &self.outcomes {
            for (i, value) in o.values.iter().enumerate() {
                let from = (i as i64 * self.interval) as f64 / unit.1 as f64;
                let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
                table.write_record([
                    &self.scenario,
                    &o.name,
                    &i.to_string(),
                    &from.to_string(),
                    &number(*value),
                    &number(o.smooth.get(i).copied()),
                    &o.unit,
                ])?;
            }
        }
        table.flush()
    }
}
