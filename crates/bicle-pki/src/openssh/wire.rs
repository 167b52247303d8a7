//! SSH's binary forms (RFC 4251 §5): numbers, strings, multiple precision integers.

use zeroize::Zeroizing;

use super::OpenSshError;

/// A reader that knows where it is.
pub(super) struct Wire<'a> {
    rest: &'a [u8],
    position: usize,
}

impl<'a> Wire<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Wire<'a> {
        Wire::at(bytes, 0)
    }

    /// Of bytes that begin at byte `position` of the file.
    pub(super) fn at(bytes: &'a [u8], position: usize) -> Wire<'a> {
        Wire {
            rest: bytes,
            position,
        }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], OpenSshError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(self.malformed())?;
        self.rest = rest;
        self.position = self.position.saturating_add(length);
        Ok(taken)
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = std::mem::take(&mut self.rest);
        self.position = self.position.saturating_add(rest.len());
        rest
    }

    pub(super) fn u32(&mut self) -> Result<u32, OpenSshError> {
        let malformed = self.malformed();
        let bytes = <[u8; 4]>::try_from(self.take(4)?).map_err(|_| malformed)?;
        Ok(u32::from_be_bytes(bytes))
    }

    pub(super) fn string(&mut self) -> Result<&'a [u8], OpenSshError> {
        let malformed = self.malformed();
        let length = usize::try_from(self.u32()?).map_err(|_| malformed)?;
        self.take(length)
    }

    /// A string that is a name: UTF-8.
    pub(super) fn text(&mut self) -> Result<&'a str, OpenSshError> {
        let malformed = self.malformed();
        std::str::from_utf8(self.string()?).map_err(|_| malformed)
    }

    /// A multiple precision integer that is not negative, big-endian.
    pub(super) fn number(&mut self) -> Result<&'a [u8], OpenSshError> {
        let malformed = self.malformed();
        let body = self.string()?;
        match body.first() {
            Some(first) if *first >= 0x80 => Err(malformed),
            _ => Ok(body),
        }
    }

    pub(super) fn finish(&self) -> Result<(), OpenSshError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.malformed())
        }
    }

    fn malformed(&self) -> OpenSshError {
        OpenSshError::Malformed {
            at_byte: self.position,
        }
    }
}

/// A string.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut string = Vec::with_capacity(bytes.len().saturating_add(4));
    string.extend_from_slice(&length.to_be_bytes());
    string.extend_from_slice(bytes);
    string
}

/// A multiple precision integer from a magnitude with or without leading zeros.
pub(super) fn number(magnitude: &[u8]) -> Zeroizing<Vec<u8>> {
    let digits = super::trimmed(magnitude);
    let sign = digits.first().is_some_and(|first| *first >= 0x80);
    let mut body = Zeroizing::new(Vec::with_capacity(digits.len().saturating_add(1)));
    if sign {
        body.push(0);
    }
    body.extend_from_slice(digits);
    Zeroizing::new(string(&body))
}
