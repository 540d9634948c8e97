//! The Philox4x32 counter-based generator: a keyed bijection of 128-bit blocks.
//!
//! J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as
//! 1, 2, 3", Proceedings of SC11 (2011). One round multiplies two words by constants to 64 bits,
//! exclusive-ors the high halves with the other two words and the round key, and swaps. Seven
//! rounds are the fewest that the authors found to pass TestU01's BigCrush; ten are their default.

/// The multipliers of the two halves.
const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// What each half of the key grows by from round to round (Weyl sequences).
const STEP: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// `ROUNDS` rounds of Philox4x32 on `counter` under `key`.
///
/// For a fixed key a bijection: different counters never give the same block.
#[inline]
pub const fn philox4x32<const ROUNDS: u32>(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut x0, mut x1, mut x2, mut x3] = counter;
    let [mut k0, mut k1] = key;
    let mut round = 0;
    while round < ROUNDS {
        let a = MULTIPLIER[0] as u64 * x0 as u64;
        let b = MULTIPLIER[1] as u64 * x2 as u64;
        (x0, x1, x2, x3) = (
            // in this order the words wait for nothing but the products
            (b >> 32) as u32 ^ (x1 ^ k0),
            b as u32,
            (a >> 32) as u32 ^ (x3 ^ k1),
            a as u32,
        );
        k0 = k0.wrapping_add(STEP[0]);
        k1 = k1.wrapping_add(STEP[1]);
        round += 1;
    }
    [x0, x1, x2, x3]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits of pi: the third input of each published vector.
    const PI: [u32; 6] = [
        0x243f_6a88,
        0x85a3_08d3,
        0x1319_8a2e,
        0x0370_7344,
        0xa409_3822,
        0x299f_31d0,
    ];

    fn on<const ROUNDS: u32>(input: [u32; 6]) -> [u32; 4] {
        let [c0, c1, c2, c3, k0, k1] = input;
        philox4x32::<ROUNDS>([c0, c1, c2, c3], [k0, k1])
    }

    #[test]
    fn gives_the_known_answers_published_with_random123() {
        assert_eq!(
            on::<7>([0; 6]),
            [0x5f6f_b709, 0x0d89_3f64, 0x4f12_1f81, 0x4f73_0a48]
        );
        assert_eq!(
            on::<7>([u32::MAX; 6]),
            [0x5207_ddc2, 0x4516_5e59, 0x4d8e_e751, 0x8c52_f662]
        );
        assert_eq!(on::<7>(PI), [0x4dfc_caba, 0x190a_87f0, 0xc473_62ba, 0xb6b5_242a]);
        assert_eq!(
            on::<10>([0; 6]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            on::<10>([u32::MAX; 6]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(on::<10>(PI), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }
}
