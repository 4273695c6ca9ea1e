//! Bytes that can be read again: a file, or what was kept of something else.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// A file that is read at any place by any thread. It is opened once, so that every
/// pass reads the same file, also where another one gets its name meanwhile.
#[derive(Debug, Clone)]
pub(super) struct Store {
    file: Arc<File>,
    /// Where the text begins: behind a byte order mark.
    base: u64,
}

impl Store {
    /// A file that is text from its first byte.
    pub(super) fn new(file: File) -> Self {
        Store { file: Arc::new(file), base: 0 }
    }

    /// The same file, whose text begins behind so many bytes.
    pub(super) fn behind(self, base: u64) -> Self {
        Store { base, ..self }
    }

    /// Keeps all that there is to read in a temporary file without a name.
    pub(super) fn keep(mut bytes: impl Read) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut bytes, &mut file)?;
        Ok(Store::new(file))
    }

    /// The bytes of the text.
    pub(super) fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len().saturating_sub(self.base))
    }

    /// Reads at a place of the text, as much as there is at once.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let place = self.base.saturating_add(offset);
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_at(&*self.file, buffer, place);
        #[cfg(windows)]
        return std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, place);
    }

    /// Reads so many bytes at a place of the text.
    pub(super) fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer = buffer.get_mut(read..).unwrap_or_default();
                    offset = offset.saturating_add(read as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads the text from its beginning.
    pub(super) fn pass(&self) -> Pass {
        Pass { store: self.clone(), at: 0 }
    }
}

/// One reading of a store.
#[derive(Debug)]
pub(super) struct Pass {
    store: Store,
    at: u64,
}

impl Read for Pass {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.store.read_at(buffer, self.at)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}
