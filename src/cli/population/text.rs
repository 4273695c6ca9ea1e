//! Bytes of which some are read again.

use super::Bytes;
use std::io::{self, BufRead, Read};

/// Bytes of an input, some of which can be put back.
pub(super) struct Text {
    bytes: Bytes,
    again: Vec<u8>,
    at: usize,
}

impl Text {
    pub(super) const fn new(bytes: Bytes) -> Self {
        Text { bytes, again: Vec::new(), at: 0 }
    }

    /// These come before what has not been read.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.again = [bytes, self.returned()].concat();
        self.at = 0;
    }

    /// What was put back and not read again.
    pub(super) fn returned(&self) -> &[u8] {
        self.again.get(self.at..).unwrap_or_default()
    }

    /// Nothing more is read.
    pub(super) fn end(&mut self) {
        *self = Text::new(Box::new(io::empty()));
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.again.len() {
            return Ok(self.again.get(self.at..).unwrap_or_default());
        }
        loop {
            match self.bytes.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.bytes.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if self.at < self.again.len() {
            self.at += count;
            if self.at >= self.again.len() {
                self.again = Vec::new();
                self.at = 0;
            }
        } else {
            self.bytes.consume(count);
        }
    }
}
