//! Typed ids: dense numbers that cannot be mistaken for one another.

/// Declares newtypes of `u32`, each an index into the dense table of its kind.
///
/// Every type gets `new(index: usize)` (panics above `u32::MAX`), `index() -> usize` and the
/// usual derives; ids order by index.
///
/// ```ignore
/// use crate::base::ids::typed_id;
/// typed_id! {
///     /// A team.
///     pub struct TeamId;
/// }
/// assert_eq!(TeamId::new(3).index(), 3);
/// ```
#[allow(unused_macros)]
macro_rules! typed_id {
    ($($(#[$doc:meta])* $vis:vis struct $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(pub u32);

        #[allow(dead_code)]
        impl $name {
            /// The id of the row at `index`; panics when that is beyond `u32`.
            #[inline]
            $vis const fn new(index: usize) -> Self {
                assert!(index <= u32::MAX as usize, "a typed id holds at most 32 bits");
                $name(index as u32)
            }

            /// The row this id stands for.
            #[inline]
            $vis const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

#[allow(unused_imports)]
pub(crate) use typed_id;

#[cfg(test)]
mod tests {
    typed_id! {
        /// One kind.
        pub struct Left;
        /// Another kind.
        pub struct Right;
    }

    #[test]
    fn an_id_gives_back_its_index_and_orders_by_it() {
        assert_eq!(Left::new(7).index(), 7);
        assert_eq!(Right(3).index(), 3);
        assert!(Left::new(2) < Left::new(10));
    }

    #[test]
    #[should_panic(expected = "32 bits")]
    fn an_index_beyond_32_bits_is_refused() {
        let _ = Left::new(1 << 32);
    }
}
