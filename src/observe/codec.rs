//! The bytes of a record: zig-zag variable-length integers, runs of zeros as one token, length and checksum.
//!
//! Frame: `len: u32`, `crc: u32`, then `len` bytes of payload, all little-endian; `crc` is the CRC-32 of
//! the four length bytes followed by the payload, so that neither a torn tail nor a block of zeros left by a power
//! cut passes for a record. Payload: `replication: u64`, `values: u32`, then the values, each nonzero one
//! as LEB128 of `(v << 1) ^ (v >> 63)`, each run of `n` zeros as the byte 0 followed by LEB128 of
//! `n - 1`. (LEB128 of a nonzero number never begins with a zero byte.)

use std::fmt;
use std::io::{self, Read};

use super::record::Record;

/// Bytes before the payload.
pub const FRAME_HEAD: usize = 8;
/// Bytes of the payload before the values.
const PAYLOAD_HEAD: usize = 12;
/// Longest payload: ten bytes for each of the most values a layout allows.
const MAX_PAYLOAD: u32 = 10 * (1 << 26) + PAYLOAD_HEAD as u32;

/// Why bytes are not a record.
#[derive(Debug)]
pub enum FrameError {
    /// The bytes end before the frame does: the tail of a file whose writer was killed.
    Truncated,
    /// Length, checksum or content contradict one another.
    Corrupt(&'static str),
    /// The bytes could not be read at all.
    Io(io::Error),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::Truncated => write!(f, "the record is cut short"),
            FrameError::Corrupt(what) => write!(f, "the record is damaged ({what})"),
            FrameError::Io(e) => write!(f, "{e}"),
        }
    }
}

impl std::error::Error for FrameError {}

fn put_varint(mut x: u64, out: &mut Vec<u8>) {
    while x >= 0x80 {
        out.push(x as u8 | 0x80);
        x >>= 7;
    }
    out.push(x as u8);
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut x = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return None;
        }
        x |= part << shift;
        if byte & 0x80 == 0 {
            return Some(x);
        }
    }
    None
}

fn checksum(len: [u8; 4], payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&len);
    crc.update(payload);
    crc.finalize()
}

/// Appends the frame of `record` to `out`.
///
/// # Panics
/// If the record holds more values than `Layout::MAX_VALUES`; a layout refuses that beforehand.
pub fn encode_frame(record: &Record, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; FRAME_HEAD]);
    out.extend_from_slice(&record.replication.to_le_bytes());
    let count = u32::try_from(record.values.len()).expect("a layout holds fewer than 2^32 values");
    out.extend_from_slice(&count.to_le_bytes());
    let mut zeros = 0u64;
    for &v in &record.values {
        if v == 0 {
            zeros += 1;
            continue;
        }
        if zeros > 0 {
            out.push(0);
            put_varint(zeros - 1, out);
            zeros = 0;
        }
        put_varint(((v << 1) ^ (v >> 63)) as u64, out);
    }
    if zeros > 0 {
        out.push(0);
        put_varint(zeros - 1, out);
    }
    let len = u32::try_from(out.len() - start - FRAME_HEAD).expect("a frame is shorter than 4 GiB");
    assert!(
        len <= MAX_PAYLOAD,
        "a record of {count} values is longer than a frame may be"
    );
    let crc = checksum(len.to_le_bytes(), &out[start + FRAME_HEAD..]);
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
    out[start + 4..start + FRAME_HEAD].copy_from_slice(&crc.to_le_bytes());
}

fn decode_payload(payload: &[u8]) -> Result<Record, FrameError> {
    let corrupt = FrameError::Corrupt;
    let (head, mut body) = payload.split_at_checked(PAYLOAD_HEAD).ok_or(corrupt("head"))?;
    let replication = u64::from_le_bytes(head[..8].try_into().map_err(|_| corrupt("head"))?);
    let count = u32::from_le_bytes(head[8..].try_into().map_err(|_| corrupt("head"))?) as usize;
    if count as u128 > super::Layout::MAX_VALUES {
        return Err(corrupt("too many values"));
    }
    let mut values = Vec::with_capacity(count);
    while !body.is_empty() {
        let token = take_varint(&mut body).ok_or(corrupt("number"))?;
        if token == 0 {
            let run = take_varint(&mut body).ok_or(corrupt("run of zeros"))?;
            let room = (count - values.len()) as u64;
            if run >= room {
                return Err(corrupt("run of zeros"));
            }
            values.resize(values.len() + run as usize + 1, 0);
        } else {
            if values.len() == count {
                return Err(corrupt("too many values"));
            }
            values.push((token >> 1) as i64 ^ -((token & 1) as i64));
        }
    }
    if values.len() != count {
        return Err(corrupt("too few values"));
    }
    Ok(Record { replication, values })
}

/// Reads the frame at the beginning of `bytes`; returns the record and the frame's length.
///
/// # Errors
/// Bytes that end too early or contradict their checksum.
pub fn decode_frame(bytes: &[u8]) -> Result<(Record, usize), FrameError> {
    let (head, rest) = bytes.split_at_checked(FRAME_HEAD).ok_or(FrameError::Truncated)?;
    let len_bytes: [u8; 4] = head[..4].try_into().map_err(|_| FrameError::Truncated)?;
    let crc = u32::from_le_bytes(head[4..].try_into().map_err(|_| FrameError::Truncated)?);
    let len = u32::from_le_bytes(len_bytes);
    if len > MAX_PAYLOAD || (len as usize) < PAYLOAD_HEAD {
        return Err(FrameError::Corrupt("length"));
    }
    let payload = rest.get(..len as usize).ok_or(FrameError::Truncated)?;
    if checksum(len_bytes, payload) != crc {
        return Err(FrameError::Corrupt("checksum"));
    }
    Ok((decode_payload(payload)?, FRAME_HEAD + len as usize))
}

/// Reads one frame; `Ok(None)` at the clean end of the stream. `scratch` is a reusable buffer, left holding
/// the frame's bytes.
///
/// # Errors
/// As [`decode_frame`], or the reader's own.
pub fn read_frame(from: &mut impl Read, scratch: &mut Vec<u8>) -> Result<Option<Record>, FrameError> {
    scratch.clear();
    let mut source = from.by_ref().take(FRAME_HEAD as u64);
    let n = source.read_to_end(scratch).map_err(FrameError::Io)?;
    if n == 0 {
        return Ok(None);
    }
    if n < FRAME_HEAD {
        return Err(FrameError::Truncated);
    }
    let len = u32::from_le_bytes([scratch[0], scratch[1], scratch[2], scratch[3]]);
    if len > MAX_PAYLOAD {
        return Err(FrameError::Corrupt("length"));
    }
    from.by_ref()
        .take(u64::from(len))
        .read_to_end(scratch)
        .map_err(FrameError::Io)?;
    decode_frame(scratch).map(|(record, _)| Some(record))
}
