//! A small buffer before a writer, for rules that give one character at a time.

use core::fmt::{self, Write};

const SIZE: usize = 64;

/// Gathers characters on the stack and writes them as slices: much cheaper than
/// a call of the writer for each. What is left is written by
/// [`finish`](Self::finish).
pub(super) struct Buffer<'w, W: Write + ?Sized> {
    out: &'w mut W,
    bytes: [u8; SIZE],
    used: usize,
}

impl<'w, W: Write + ?Sized> Buffer<'w, W> {
    #[inline]
    pub(super) fn new(out: &'w mut W) -> Self {
        Self {
            out,
            bytes: [0; SIZE],
            used: 0,
        }
    }

    /// Takes an ASCII character.
    #[inline]
    pub(super) fn ascii(&mut self, b: u8) -> fmt::Result {
        if self.used == SIZE {
            self.flush()?;
        }
        if let Some(place) = self.bytes.get_mut(self.used) {
            *place = b & 0x7F;
            self.used = self.used.wrapping_add(1);
        }
        Ok(())
    }

    /// Takes any character.
    #[inline]
    pub(super) fn char(&mut self, c: char) -> fmt::Result {
        if let Ok(b) = u8::try_from(c)
            && b.is_ascii()
        {
            return self.ascii(b);
        }
        self.long(c)
    }

    fn long(&mut self, c: char) -> fmt::Result {
        let mut encoded = [0; 4];
        let encoded = c.encode_utf8(&mut encoded).as_bytes();
        if self.used.saturating_add(encoded.len()) > SIZE {
            self.flush()?;
        }
        for (place, b) in self.bytes.iter_mut().skip(self.used).zip(encoded) {
            *place = *b;
        }
        self.used = self.used.saturating_add(encoded.len());
        Ok(())
    }

    fn flush(&mut self) -> fmt::Result {
        let used = core::mem::take(&mut self.used);
        // Only whole characters go in, so this is always text.
        let text = self
            .bytes
            .get(..used)
            .and_then(|bytes| core::str::from_utf8(bytes).ok());
        self.out.write_str(text.unwrap_or_default())
    }

    /// Writes what is left.
    #[inline]
    pub(super) fn finish(mut self) -> fmt::Result {
        self.flush()
    }
}
