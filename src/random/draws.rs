//! Keyed draws: what chance decides about one thing depends on its coordinates and on nothing else.
//!
//! There is no stream and no state: a draw is a pure function of (seed, replication) and of
//! (subject, purpose, anchor, attempt), so an extra draw in one arm moves nobody else's, and the
//! order in which a program asks does not matter. The seed and replication make the key of
//! [Philox4x32-7](super::philox); the other coordinates fill its 128-bit counter exactly, so within
//! a replication different coordinates never share a block.

use super::keys::replication_key;
use super::philox::philox4x32;

/// The draws of one replication of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    key: [u32; 2],
    /// All ones where every uniform is turned round, else 0: exclusive-or with it does so, or nothing.
    turned: u64,
}

impl Draws {
    /// The draws of replication number `replication` under `seed`.
    pub const fn new(seed: u64, replication: u64) -> Draws {
        let key = replication_key(seed, replication);
        Draws {
            key: [key as u32, (key >> 32) as u32],
            turned: 0,
        }
    }

    /// The draws of a replication; if `antithetic`, replications 2k and 2k + 1 are a pair: the first is replication 2k as
    /// ever, the second has `1 - u` wherever the first has the uniform `u`.
    pub const fn of(seed: u64, replication: u64, antithetic: bool) -> Draws {
        if antithetic && replication % 2 == 1 {
            Draws::new(seed, replication - 1).turned()
        } else {
            Draws::new(seed, replication)
        }
    }

    /// The opposite draws: `1 - u` for every uniform `u`. (Blocks of raw bits stay as they are.)
    pub const fn turned(self) -> Draws {
        Draws {
            key: self.key,
            turned: !self.turned,
        }
    }

    /// 128 random bits for the coordinates.
    ///
    /// `subject`: whom or what it is about, a key made by [`name_key`](super::name_key) and
    /// [`sub_key`](super::sub_key). `purpose`: what is decided. `anchor`: the exogenous object it
    /// hangs on (an episode, a phase change, a planned slot). `attempt`: the how-manieth try there.
    #[inline]
    pub const fn block(&self, subject: u64, purpose: u16, anchor: u32, attempt: u16) -> [u32; 4] {
        let which = (purpose as u32) << 16 | attempt as u32;
        philox4x32::<7>([subject as u32, (subject >> 32) as u32, anchor, which], self.key)
    }

    /// A uniform variate strictly inside (0, 1), a multiple of 2⁻⁵³ (or 2⁻⁵⁴ in place of 0).
    #[inline]
    pub fn uniform(&self, subject: u64, purpose: u16, anchor: u32, attempt: u16) -> f64 {
        let [a, b, _, _] = self.block(subject, purpose, anchor, attempt);
        open_unit(a, b, self.turned)
    }

    /// Two independent uniform variates from one block; the first is that of [`Draws::uniform`].
    #[inline]
    pub fn pair(&self, subject: u64, purpose: u16, anchor: u32, attempt: u16) -> (f64, f64) {
        let [a, b, c, d] = self.block(subject, purpose, anchor, attempt);
        (open_unit(a, b, self.turned), open_unit(c, d, self.turned))
    }
}

/// The 53 high bits of the two words as a number strictly inside (0, 1). Turned, each bit is the other: the integer `i`
/// becomes `2⁵³ - 1 - i`, so that the number is `1 - u` but for a step of 2⁻⁵³.
#[inline]
fn open_unit(low: u32, high: u32, turned: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    let bits = ((u64::from(high) << 32 | u64::from(low)) ^ turned) >> 11;
    // The integer is below 2^53, so that converting it as signed is exact (and faster).
    (bits as i64 as f64).max(0.5) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change here re-draws every world ever published: never edit these values.
    #[test]
    fn draws_are_pinned_for_ever() {
        let draws = Draws::new(20_240_601, 7);
        assert_eq!(
            draws.block(0, 0, 0, 0),
            [0xe811_340c, 0xdc2c_4de0, 0xa13e_8a4a, 0x2082_cdde]
        );
        assert_eq!(
            draws.block(0x0123_4567_89ab_cdef, 0x1122, 0x3344_5566, 0x7788),
            [0xc665_5e35, 0xe1b0_a263, 0x1196_4a0f, 0x6139_9819]
        );
        assert_eq!(
            Draws::new(1, 0).uniform(42, 3, 2, 1).to_bits(),
            0x3fcc_7463_cd1c_c78c
        );
        let (first, second) = Draws::new(1, 0).pair(42, 3, 2, 1);
        assert_eq!(first.to_bits(), 0x3fcc_7463_cd1c_c78c);
        assert_eq!(second.to_bits(), 0x3fe7_83e8_3266_27a0);
    }

    #[test]
    fn each_coordinate_has_its_own_place_in_the_counter() {
        let draws = Draws::new(5, 6);
        let key = draws.key;
        let block = draws.block(0x0123_4567_89ab_cdef, 0x1122, 0x3344_5566, 0x7788);
        let counter = [0x89ab_cdef, 0x0123_4567, 0x3344_5566, 0x1122_7788];
        assert_eq!(block, philox4x32::<7>(counter, key));
        assert_eq!(u64::from(key[1]) << 32 | u64::from(key[0]), replication_key(5, 6));
    }

    #[test]
    fn uniforms_are_strictly_inside_the_unit_interval() {
        assert_eq!(open_unit(0, 0, 0), 2.0_f64.powi(-54));
        assert_eq!(open_unit(u32::MAX, u32::MAX, 0), 1.0 - 2.0_f64.powi(-53));
        assert_eq!(open_unit(0, 1 << 31, 0), 0.5);
        assert_eq!(open_unit(1 << 11, 0, 0), 2.0_f64.powi(-53));
    }

    #[test]
    fn the_second_of_a_pair_is_turned_round() {
        let (even, odd) = (Draws::of(5, 6, true), Draws::of(5, 7, true));
        assert_eq!(even, Draws::new(5, 6));
        assert_eq!(Draws::of(5, 7, false), Draws::new(5, 7));
        assert_eq!(odd.turned(), even);
        for subject in 0..1_000 {
            let ((u, v), (x, y)) = (even.pair(subject, 1, 2, 3), odd.pair(subject, 1, 2, 3));
            assert!((u + x - 1.0).abs() <= 2.0_f64.powi(-53) && (v + y - 1.0).abs() <= 2.0_f64.powi(-53));
            assert_eq!(x.to_bits(), odd.uniform(subject, 1, 2, 3).to_bits());
        }
        assert_eq!(open_unit(0, 0, u64::MAX), 1.0 - 2.0_f64.powi(-53));
        assert_eq!(open_unit(u32::MAX, u32::MAX, u64::MAX), 2.0_f64.powi(-54));
    }
}
