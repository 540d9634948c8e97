//! The fixed order of named fields in a record, and the hash by which two records are known to agree on it.

use std::collections::BTreeMap;
use std::fmt;

/// One named run of values in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name, unique in its layout.
    pub name: String,
    /// Position of the first value.
    pub start: usize,
    /// Number of values; a field of length 0 is a label that only enters the hash.
    pub len: usize,
}

/// A 256-bit hash of all field names and lengths in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayoutHash(pub [u8; 32]);

impl fmt::Display for LayoutHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LayoutHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a layout cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutError {
    /// Two fields have this name.
    Duplicate(String),
    /// The record would hold more values than a frame can carry.
    TooLong(u128),
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayoutError::Duplicate(name) => write!(f, "two fields of the record are called `{name}`"),
            LayoutError::TooLong(n) => {
                write!(
                    f,
                    "a record would hold {n} values; at most {} are possible",
                    Layout::MAX_VALUES
                )
            }
        }
    }
}

impl std::error::Error for LayoutError {}

/// Ordered named fields of a record; immutable once made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    fields: Vec<Field>,
    by_name: BTreeMap<String, usize>,
    len: usize,
    hash: LayoutHash,
}

impl Layout {
    /// Most values one record may hold (512 MiB of memory): a larger plan is refused before it starts.
    pub const MAX_VALUES: u128 = 1 << 26;

    /// Lays the fields out one after another.
    ///
    /// # Errors
    /// A name used twice, or more than [`Layout::MAX_VALUES`] values.
    pub fn new<S: Into<String>>(fields: impl IntoIterator<Item = (S, usize)>) -> Result<Layout, LayoutError> {
        let mut out = Vec::new();
        let mut by_name = BTreeMap::new();
        let mut hasher = blake3::Hasher::new();
        let mut len: u128 = 0;
        for (name, n) in fields {
            let name = name.into();
            // Lengths delimit the names: ("a", "bc") never hashes as ("ab", "c").
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            hasher.update(&(n as u64).to_le_bytes());
            let start = len;
            len += n as u128;
            if len > Layout::MAX_VALUES {
                return Err(LayoutError::TooLong(len));
            }
            if by_name.insert(name.clone(), out.len()).is_some() {
                return Err(LayoutError::Duplicate(name));
            }
            out.push(Field {
                name,
                start: start as usize,
                len: n,
            });
        }
        Ok(Layout {
            fields: out,
            by_name,
            len: len as usize,
            hash: LayoutHash(*hasher.finalize().as_bytes()),
        })
    }

    /// All fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Number of values in a record.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether a record of this layout holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The field of that name.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|&i| &self.fields[i])
    }

    /// The field that holds a position: for messages.
    pub fn field_at(&self, position: usize) -> Option<&Field> {
        let i = self.fields.partition_point(|f| f.start + f.len <= position);
        self.fields.get(i)
    }

    /// Hash of names and lengths in order.
    pub fn hash(&self) -> LayoutHash {
        self.hash
    }
}
