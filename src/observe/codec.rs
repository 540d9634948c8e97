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

/// What a payload says of itself, its values not yet unpacked: replication, number of values, tokens. Nothing is allocated by
/// its word.
fn skim_payload(payload: &[u8]) -> Result<(u64, usize, &[u8]), FrameError> {
    let corrupt = FrameError::Corrupt;
    let (head, body) = payload.split_at_checked(PAYLOAD_HEAD).ok_or(corrupt("head"))?;
    let replication = u64::from_le_bytes(head[..8].try_into().map_err(|_| corrupt("head"))?);
    let count = u32::from_le_bytes(head[8..].try_into().map_err(|_| corrupt("head"))?) as usize;
    if count as u128 > super::Layout::MAX_VALUES {
        return Err(corrupt("too many values"));
    }
    let (mut rest, mut found) = (body, 0u64);
    while !rest.is_empty() {
        let token = take_varint(&mut rest).ok_or(corrupt("number"))?;
        let run = match token {
            0 => take_varint(&mut rest).ok_or(corrupt("run of zeros"))?,
            _ => 0,
        };
        let room = count as u64 - found;
        if run >= room {
            return Err(corrupt(if token == 0 {
                "run of zeros"
            } else {
                "too many values"
            }));
        }
        found += run + 1;
    }
    match found == count as u64 {
        true => Ok((replication, count, body)),
        false => Err(corrupt("too few values")),
    }
}

fn decode_payload(payload: &[u8]) -> Result<Record, FrameError> {
    let (replication, count, mut body) = skim_payload(payload)?;
    let mut values = Vec::with_capacity(count);
    while let Some(token) = take_varint(&mut body) {
        if token == 0 {
            let run = take_varint(&mut body).unwrap_or(0);
            values.resize(values.len() + run as usize + 1, 0);
        } else {
            values.push((token >> 1) as i64 ^ -((token & 1) as i64));
        }
    }
    Ok(Record { replication, values })
}

/// The payload of the frame at the beginning of `bytes`, its checksum found right.
fn payload_of(bytes: &[u8]) -> Result<&[u8], FrameError> {
    let (head, rest) = bytes.split_at_checked(FRAME_HEAD).ok_or(FrameError::Truncated)?;
    let len_bytes: [u8; 4] = head[..4].try_into().map_err(|_| FrameError::Truncated)?;
    let crc = u32::from_le_bytes(head[4..].try_into().map_err(|_| FrameError::Truncated)?);
    let len = u32::from_le_bytes(len_bytes);
    if len > MAX_PAYLOAD || (len as usize) < PAYLOAD_HEAD {
        return Err(FrameError::Corrupt("length"));
    }
    let payload = rest.get(..len as usize).ok_or(FrameError::Truncated)?;
    match checksum(len_bytes, payload) == crc {
        true => Ok(payload),
        false => Err(FrameError::Corrupt("checksum")),
    }
}

/// Reads the frame at the beginning of `bytes`; returns the record and the frame's length.
///
/// # Errors
/// Bytes that end too early or contradict their checksum.
pub fn decode_frame(bytes: &[u8]) -> Result<(Record, usize), FrameError> {
    let payload = payload_of(bytes)?;
    Ok((decode_payload(payload)?, FRAME_HEAD + payload.len()))
}

/// Reads one frame; `Ok(None)` at the clean end of the stream. `scratch` is a reusable buffer, left holding
/// the frame's bytes.
///
/// # Errors
/// As [`decode_frame`], or the reader's own.
pub fn read_frame(from: &mut impl Read, scratch: &mut Vec<u8>) -> Result<Option<Record>, FrameError> {
    match take_frame(from, scratch)? {
        true => decode_frame(scratch).map(|(record, _)| Some(record)),
        false => Ok(None),
    }
}

/// Reads past one frame: its replication and its number of values, without unpacking them.
///
/// # Errors
/// As [`read_frame`].
pub fn skim_frame(from: &mut impl Read, scratch: &mut Vec<u8>) -> Result<Option<(u64, usize)>, FrameError> {
    match take_frame(from, scratch)? {
        true => skim_payload(payload_of(scratch)?).map(|(replication, count, _)| Some((replication, count))),
        false => Ok(None),
    }
}

/// Reads the bytes of one frame; false at the clean end of the stream.
fn take_frame(from: &mut impl Read, scratch: &mut Vec<u8>) -> Result<bool, FrameError> {
    scratch.clear();
    let mut source = from.by_ref().take(FRAME_HEAD as u64);
    let n = source.read_to_end(scratch).map_err(FrameError::Io)?;
    if n == 0 {
        return Ok(false);
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
    Ok(true)
}
