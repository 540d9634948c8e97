//! A 4-ary min-heap in cache lines: the one ordered container of the kernel.

/// What lies in a heap: ordered by its rank alone.
pub trait Entry: Copy {
    /// What decides the order.
    type Rank: Copy + Ord;
    /// Larger than every real entry, so that a group of siblings can always be scanned whole.
    const ABSENT: Self;
    /// Its place in the order.
    fn rank(&self) -> Self::Rank;
}

impl Entry for u128 {
    type Rank = u128;
    const ABSENT: u128 = u128::MAX;
    #[inline(always)]
    fn rank(&self) -> u128 {
        *self
    }
}

/// Four sibling entries of 16 bytes, which fill one cache line exactly.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Siblings<E>([E; 4]);

/// The root sits last in the first line, which puts every group of four children in one line:
/// the children of position `i` are line `i - 2`, the parent of position `j` is `j / 4 + 2`.
const ROOT: usize = 3;

/// A 4-ary min-heap. Equal entries are allowed and indistinguishable.
///
/// No entry may rank with [`Entry::ABSENT`]. Pop and push are O(log₄ n); nothing is allocated once the heap has
/// been as long as it will get.
#[derive(Clone, Debug)]
pub struct MinHeap<E: Entry = u128> {
    lines: Vec<Siblings<E>>,
    len: usize,
}

impl<E: Entry> Default for MinHeap<E> {
    fn default() -> Self {
        MinHeap {
            lines: vec![Siblings([E::ABSENT; 4])],
            len: 0,
        }
    }
}

impl<E: Entry> MinHeap<E> {
    /// Number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The smallest entry, or [`Entry::ABSENT`] when empty.
    #[inline]
    pub fn first(&self) -> E {
        self.lines[0].0[ROOT]
    }

    /// All entries, the smallest first and the others in no order.
    pub fn iter(&self) -> impl Iterator<Item = E> {
        (ROOT..ROOT + self.len).map(|position| self.get(position))
    }

    #[inline]
    fn get(&self, position: usize) -> E {
        self.lines[position / 4].0[position % 4]
    }

    #[inline]
    fn set(&mut self, position: usize, entry: E) {
        self.lines[position / 4].0[position % 4] = entry;
    }

    /// Adds an entry.
    #[inline]
    pub fn push(&mut self, entry: E) {
        debug_assert!(entry.rank() < E::ABSENT.rank());
        let mut hole = self.len + ROOT;
        self.len += 1;
        if hole / 4 >= self.lines.len() {
            self.lines.push(Siblings([E::ABSENT; 4]));
        }
        while hole > ROOT {
            let parent = hole / 4 + 2;
            let above = self.get(parent);
            if above.rank() <= entry.rank() {
                break;
            }
            self.set(hole, above);
            hole = parent;
        }
        self.set(hole, entry);
    }

    /// Drops the smallest entry; the heap must not be empty.
    #[inline]
    pub fn remove_first(&mut self) {
        debug_assert!(self.len > 0);
        self.len -= 1;
        let last_position = self.len + ROOT;
        let last = self.get(last_position);
        self.set(last_position, E::ABSENT);
        if self.len > 0 {
            self.replace_first(last);
        }
    }

    /// Puts `entry` in the place of the smallest one, which is dropped: cheaper than a pop and a push.
    #[inline]
    pub fn replace_first(&mut self, entry: E) {
        let mut hole = ROOT;
        while let Some(Siblings(children)) = self.lines.get(hole - 2) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|child: usize| children[child].rank());
            let (left, at_left) = if b < a { (b, 1) } else { (a, 0) };
            let (right, at_right) = if d < c { (d, 3) } else { (c, 2) };
            let (least, at) = if right < left {
                (right, at_right)
            } else {
                (left, at_left)
            };
            if entry.rank() <= least {
                break;
            }
            let child = children[at];
            self.set(hole, child);
            hole = (hole - 2) * 4 + at;
        }
        self.set(hole, entry);
    }

    /// Forgets every entry, keeping the memory.
    pub fn clear(&mut self) {
        self.lines.truncate(1);
        self.lines[0] = Siblings([E::ABSENT; 4]);
        self.len = 0;
    }
}

impl MinHeap {
    /// Keeps the keys for which `keep` holds, each once.
    pub fn retain_distinct(&mut self, mut keep: impl FnMut(u128) -> bool) {
        let mut kept: Vec<u128> = self.iter().filter(|&key| keep(key)).collect();
        kept.sort_unstable();
        kept.dedup();
        self.clear();
        for key in kept {
            self.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_come_out_in_order(ops in prop::collection::vec((0u8..6, any::<u64>()), 0..400)) {
            let mut heap: MinHeap = MinHeap::default();
            let mut sorted: Vec<u128> = Vec::new();
            for (op, key) in ops {
                let key = u128::from(key);
                match op {
                    0..=2 => {
                        heap.push(key);
                        sorted.push(key);
                    }
                    3 if !sorted.is_empty() => {
                        heap.remove_first();
                        sorted.remove(0);
                    }
                    4 if !sorted.is_empty() => {
                        heap.replace_first(key);
                        sorted[0] = key;
                    }
                    5 => {
                        heap.retain_distinct(|k| k % 3 != 0);
                        sorted.retain(|k| k % 3 != 0);
                        sorted.dedup();
                    }
                    _ => {}
                }
                sorted.sort_unstable();
                prop_assert_eq!(heap.len(), sorted.len());
                prop_assert_eq!(heap.first(), sorted.first().copied().unwrap_or(u128::MAX));
            }
        }
    }
}
