//! Tables of smooth quantile functions: cells that halve with every octave towards both ends, a cubic in each.
//!
//! With p = min(u, 1-u), the exponent bits of p choose the octave, its next bits one of 8, 16, 32 or
//! 64 cells there, and 32 bits after that the place t in the cell: no search, no logarithm, the same
//! small relative error in the centre and in both tails, down to the smallest variate that a draw
//! can be (2⁻⁵⁴). The cubic goes through four exact values of the quantile function, at t = 0, 1 and
//! the two places between that make the worst error of a quartic least. The number of cells is
//! the least that keeps the error below [`TOLERANCE`]; a cell that stays worse even with 64 an octave
//! (a mixture with hardly any density between two humps has such) is computed exactly at each draw.
//!
//! A table is non-decreasing in u, exactly, also in floating-point arithmetic: each cell adds a
//! monotone cubic to the value at one of its borders, and t is coarse enough (2⁻³²) for its steps to
//! exceed rounding (in the cells computed exactly, they exceed the tolerance of the root finder).

use std::sync::Arc;

use super::special::Tails;

/// The worst error of a table against the exact quantile function, as a share of the value (or
/// 10⁻⁹ of the law's scale, where that is more).
pub const TOLERANCE: f64 = 1e-5;
/// Where values are smaller than this share of the scale, the error need only be below it.
const NEGLIGIBLE: f64 = 1e-9;

/// The bits of 0.5, the largest p, and of the least p with a cell of its own.
const TOP: u64 = 0x3FE0_0000_0000_0000;
const OCTAVES: u64 = 53;
const LEAST_P: f64 = 1.0 / (1_u64 << (OCTAVES + 1)) as f64;
/// Bits of an octave's number of cells: from 8 to 64.
const CELL_BITS: [u32; 4] = [3, 4, 5, 6];

/// The first inner node; the other is 1 - `NODE`. Between nodes 0, a, 1-a, 1 the product of the
/// distances is smallest at its worst for a(1-a) = (√2-1)/2.
const NODE: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;

/// A tabulated quantile function of one smooth piece. Cheap to clone, and its cells are one look away.
#[derive(Clone)]
pub(super) struct Table {
    /// Cells of the lower half from p = 1/2 down, then those of the upper half.
    cells: Arc<[Cell]>,
    /// How far a p's bits are shifted to give its cell.
    shift: u32,
    /// What those shifted bits are taken from to give the cell, in the lower and in the upper half.
    first: [u64; 2],
}

/// value(t) = c0 + t (c1 + t (c2 + t c3)) with t from the end of smaller p; c3 is NaN where the cell
/// is computed exactly. None lies across two cache lines.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
struct Cell([f64; 4]);

/// One half of the unit interval: the exact function there, in terms of p.
struct Half<'a> {
    exact: &'a dyn Fn(Tails) -> f64,
    upper: bool,
}

impl Half<'_> {
    fn at(&self, p: f64) -> f64 {
        (self.exact)(if self.upper {
            Tails::from_above(p)
        } else {
            Tails::from_below(p)
        })
    }
}

impl Table {
    /// Tabulates `exact`, which must be non-decreasing; `scale` is the size of its usual values.
    pub fn build(exact: &dyn Fn(Tails) -> f64, scale: f64) -> Table {
        let mut level = 0;
        loop {
            let (table, worst) = Table::with_cells(exact, scale, CELL_BITS[level]);
            if worst <= TOLERANCE || level + 1 == CELL_BITS.len() {
                return table;
            }
            // The error of a cubic falls 16-fold with each halving of its cell.
            let halvings = libm::ceil(libm::log2(worst / TOLERANCE) / 4.0).clamp(1.0, 9.0) as usize;
            level = (level + halvings).min(CELL_BITS.len() - 1);
        }
    }

    /// The table with `1 << bits` cells an octave, and its worst error relative to the tolerance's terms.
    fn with_cells(exact: &dyn Fn(Tails) -> f64, scale: f64, bits: u32) -> (Table, f64) {
        let shift = 52 - bits;
        let half = 1 + (OCTAVES << bits);
        let mut cells = Vec::with_capacity(2 * half as usize);
        let mut worst = 0.0_f64;
        for upper in [false, true] {
            let half_of = Half { exact, upper };
            let border = |cell: u64| f64::from_bits(TOP - (cell << shift));
            let towards_end = |value: f64, last: f64| if upper { value.max(last) } else { value.min(last) };
            let mut inner = half_of.at(0.5);
            cells.push(Cell([inner, 0.0, 0.0, 0.0]));
            for cell in 1..half {
                let (p, width) = (border(cell), border(cell - 1) - border(cell));
                let outer = towards_end(half_of.at(p), inner);
                let (low, high) = if upper { (inner, outer) } else { (outer, inner) };
                let between = |t: f64| half_of.at(p + t * width).clamp(low, high);
                let mut fit = cubic(outer, between(NODE), between(1.0 - NODE), inner);
                let error = [0.117, 0.5, 0.883]
                    .map(|t| (evaluate(&fit, t), between(t)))
                    .map(|(fit, exact)| (fit - exact).abs() / exact.abs().max(NEGLIGIBLE / TOLERANCE * scale))
                    .into_iter()
                    .fold(0.0, f64::max);
                worst = worst.max(error);
                if error > TOLERANCE {
                    fit.0[3] = f64::NAN;
                }
                cells.push(fit);
                inner = outer;
            }
        }
        let first = TOP >> shift;
        let table = Table {
            cells: cells.into(),
            shift,
            first: [first, first + half],
        };
        (table, worst)
    }

    /// The quantile where `p`, at most 1/2, is the probability above (when `upper`) or below; `exact`
    /// computes it where the table does not.
    #[inline]
    pub fn at(&self, p: f64, upper: bool, exact: impl FnOnce(Tails) -> f64) -> f64 {
        let p = p.clamp(LEAST_P, 0.5);
        let bits = p.to_bits();
        let cell = (self.first[usize::from(upper)] - (bits >> self.shift)) as usize;
        let t = ((bits << (64 - self.shift)) >> 32) as i64 as f64 * (1.0 / (1_u64 << 32) as f64);
        let value = evaluate(&self.cells[cell], t);
        if value.is_nan() {
            self.between_borders(cell, p, upper, exact)
        } else {
            value
        }
    }

    #[cold]
    #[inline(never)]
    fn between_borders(&self, cell: usize, p: f64, upper: bool, exact: impl FnOnce(Tails) -> f64) -> f64 {
        let (outer, inner) = (self.cells[cell].0[0], self.cells[cell - 1].0[0]);
        // As coarse as t in the other cells, so that steps exceed the rounding of the root finder.
        let drop = self.shift - 32;
        let p = f64::from_bits(p.to_bits() >> drop << drop);
        let value = exact(if upper {
            Tails::from_above(p)
        } else {
            Tails::from_below(p)
        });
        value.clamp(outer.min(inner), outer.max(inner))
    }

    /// How many cells there are, and how many of them are computed exactly at each draw.
    #[cfg(test)]
    pub fn cells(&self) -> (usize, usize) {
        (
            self.cells.len(),
            self.cells.iter().filter(|cell| cell.0[3].is_nan()).count(),
        )
    }
}

#[inline]
fn evaluate(&Cell([c0, c1, c2, c3]): &Cell, t: f64) -> f64 {
    c0 + t * (c1 + t * (c2 + t * c3))
}

/// The cubic through the values at 0, `NODE`, 1 - `NODE` and 1; where that is not monotone (the
/// values hardly differ), the straight line or, failing that too, the first value.
fn cubic(y0: f64, y1: f64, y2: f64, y3: f64) -> Cell {
    // Divided differences of y - y0.
    let (first, second, third) = ((y1 - y0) / NODE, (y2 - y1) / (1.0 - 2.0 * NODE), (y3 - y2) / NODE);
    let (lower, upper) = ((second - first) / (1.0 - NODE), (third - second) / (1.0 - NODE));
    let bend = upper - lower;
    let c1 = first - NODE * lower + NODE * (1.0 - NODE) * bend;
    let fits = [
        [y0, c1, lower - bend, bend],
        [y0, y3 - y0, 0.0, 0.0],
        [y0, 0.0, 0.0, 0.0],
    ];
    let fits = fits.map(Cell);
    *fits.iter().find(|fit| is_monotone(fit, y3)).unwrap_or(&fits[2])
}

/// Whether the cubic goes one way over [0, 1) and does not pass `end`.
fn is_monotone(fit: &Cell, end: f64) -> bool {
    let Cell([c0, c1, c2, c3]) = *fit;
    let sign = if end >= c0 { 1.0 } else { -1.0 };
    let slope = |t: f64| sign * (c1 + t * (2.0 * c2 + t * 3.0 * c3));
    let turn = -c2 / (3.0 * c3);
    let last = 1.0 - 1.0 / (1_u64 << 32) as f64;
    slope(0.0) >= 0.0
        && slope(1.0) >= 0.0
        && (!(0.0..=1.0).contains(&turn) || slope(turn) >= 0.0)
        && sign * (end - evaluate(fit, last)) >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_reproduced() {
        let f = |t: f64| 2.0 + t * (3.0 + t * (0.5 + t * 0.25));
        let fit = cubic(f(0.0), f(NODE), f(1.0 - NODE), f(1.0));
        for (found, expected) in fit.0.iter().zip([2.0, 3.0, 0.5, 0.25]) {
            assert!((found - expected).abs() < 1e-13, "{fit:?}");
        }
    }

    #[test]
    fn values_that_turn_back_are_met_by_a_straight_line() {
        assert_eq!(cubic(1.0, 2.0, 1.5, 3.0), Cell([1.0, 2.0, 0.0, 0.0]));
        assert_eq!(cubic(5.0, 5.0, 5.0, 5.0), Cell([5.0, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn borders_are_met_exactly_from_both_sides() {
        let table = Table::build(
            &|p: Tails| if p.below < 0.5 { p.below } else { 1.0 - p.above },
            1.0,
        );
        for k in 1..54 {
            let p = 2.0_f64.powi(-k);
            assert_eq!(table.at(p, false, |_| f64::NAN), p);
            assert_eq!(table.at(p, true, |_| f64::NAN), 1.0 - p);
        }
        assert_eq!(table.at(0.0, false, |_| f64::NAN), LEAST_P);
        assert_eq!(table.at(0.7, false, |_| f64::NAN), 0.5);
    }

    #[test]
    fn a_step_inside_is_left_to_the_exact_function() {
        let step = |p: Tails| if p.below < 0.3 { p.below } else { 10.0 - p.above };
        let table = Table::build(&step, 1.0);
        let (all, exact) = table.cells();
        assert!(exact > 0 && exact <= 2 && all > 6_000, "{exact} of {all}");
        for u in [0.2, 0.299_999_999, 0.300_000_001, 0.7] {
            let found = if u < 0.5 {
                table.at(u, false, step)
            } else {
                table.at(1.0 - u, true, step)
            };
            assert!((found - step(Tails::from_below(u))).abs() < 1e-9, "{u}");
        }
    }
}
