//! A 4-ary min-heap of packed `u128` keys, in cache lines: the one ordered container of the kernel.

/// Four sibling keys, which fill one cache line exactly.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Siblings([u128; 4]);

/// An absent key: larger than every real one, so that a group of siblings can always be scanned whole.
const ABSENT: u128 = u128::MAX;
/// The root sits last in the first line, which puts every group of four children in one line:
/// the children of position `i` are line `i - 2`, the parent of position `j` is `j / 4 + 2`.
const ROOT: usize = 3;

/// A 4-ary min-heap of `u128`. Equal keys are allowed and indistinguishable.
///
/// No key may be `u128::MAX`. Pop and push are O(log₄ n); nothing is allocated once the heap has
/// been as long as it will get.
#[derive(Clone, Debug)]
pub struct MinHeap {
    lines: Vec<Siblings>,
    len: usize,
}

impl Default for MinHeap {
    fn default() -> Self {
        MinHeap {
            lines: vec![Siblings([ABSENT; 4])],
            len: 0,
        }
    }
}

impl MinHeap {
    /// Number of keys.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The smallest key, or `u128::MAX` when empty.
    #[inline]
    pub fn first(&self) -> u128 {
        self.lines[0].0[ROOT]
    }

    #[inline]
    fn get(&self, position: usize) -> u128 {
        self.lines[position / 4].0[position % 4]
    }

    #[inline]
    fn set(&mut self, position: usize, key: u128) {
        self.lines[position / 4].0[position % 4] = key;
    }

    /// Adds a key.
    #[inline]
    pub fn push(&mut self, key: u128) {
        debug_assert!(key != ABSENT);
        let mut hole = self.len + ROOT;
        self.len += 1;
        if hole / 4 >= self.lines.len() {
            self.lines.push(Siblings([ABSENT; 4]));
        }
        while hole > ROOT {
            let parent = hole / 4 + 2;
            let above = self.get(parent);
            if above <= key {
                break;
            }
            self.set(hole, above);
            hole = parent;
        }
        self.set(hole, key);
    }

    /// Drops the smallest key; the heap must not be empty.
    #[inline]
    pub fn remove_first(&mut self) {
        debug_assert!(self.len > 0);
        self.len -= 1;
        let last_position = self.len + ROOT;
        let last = self.get(last_position);
        self.set(last_position, ABSENT);
        if self.len > 0 {
            self.replace_first(last);
        }
    }

    /// Puts `key` in the place of the smallest one, which is dropped: cheaper than a pop and a push.
    #[inline]
    pub fn replace_first(&mut self, key: u128) {
        let mut hole = ROOT;
        while let Some(&Siblings([a, b, c, d])) = self.lines.get(hole - 2) {
            let (left, at_left) = if b < a { (b, 1) } else { (a, 0) };
            let (right, at_right) = if d < c { (d, 3) } else { (c, 2) };
            let (least, at) = if right < left {
                (right, at_right)
            } else {
                (left, at_left)
            };
            if key <= least {
                break;
            }
            self.set(hole, least);
            hole = (hole - 2) * 4 + at;
        }
        self.set(hole, key);
    }

    /// Forgets every key, keeping the memory.
    pub fn clear(&mut self) {
        self.lines.truncate(1);
        self.lines[0] = Siblings([ABSENT; 4]);
        self.len = 0;
    }

    /// Keeps the keys for which `keep` holds, each once.
    pub fn retain_distinct(&mut self, mut keep: impl FnMut(u128) -> bool) {
        let mut kept: Vec<u128> = (ROOT..ROOT + self.len)
            .map(|i| self.get(i))
            .filter(|&k| keep(k))
            .collect();
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
            let mut heap = MinHeap::default();
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
