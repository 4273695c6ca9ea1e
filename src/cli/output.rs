//! Where results go.

use anyhow::Context;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Results could not be written.
#[derive(Debug)]
pub(super) struct OutputError(pub(super) io::Error);

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the results cannot be written: {}", self.0)
    }
}

impl std::error::Error for OutputError {}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        OutputError(error)
    }
}

/// Standard output, a device, or a file that gets its name when it is complete.
#[derive(Debug)]
pub(super) enum Output {
    Standard(BufWriter<io::Stdout>),
    Device(BufWriter<File>),
    File { temporary: BufWriter<NamedTempFile>, path: PathBuf },
}

impl Output {
    /// Standard output.
    pub(super) fn standard() -> Self {
        Output::Standard(BufWriter::with_capacity(1 << 16, io::stdout()))
    }

    /// A file; standard output for `-` and for none.
    pub(super) fn to(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else { return Ok(Output::standard()) };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        anyhow::ensure!(!path.is_dir(), "{} is a folder", path.display());
        // A device or a pipe is written to: a rename would put an ordinary file in its place.
        if std::fs::metadata(path).is_ok_and(|known| !known.is_file()) {
            let device = File::options().write(true).open(path);
            let device = device.with_context(|| format!("{} cannot be written", path.display()))?;
            return Ok(Output::Device(BufWriter::with_capacity(1 << 16, device)));
        }
        // In the same folder, so that the rename stays within one file system.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".attrflow-");
        // A temporary file is for its owner only; the result is an ordinary file.
        #[cfg(unix)]
        let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(folder).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Output::File { temporary: BufWriter::with_capacity(1 << 16, temporary), path: path.to_owned() })
    }

    /// Writes out what is left, and gives a file its name. Without this, a file is
    /// never there.
    pub(super) fn finish(self) -> Result<(), OutputError> {
        match self {
            Output::Standard(mut out) => Ok(out.flush()?),
            Output::Device(mut out) => Ok(out.flush()?),
            Output::File { temporary, path } => {
                let temporary = temporary.into_inner().map_err(io::IntoInnerError::into_error)?;
                temporary.persist(path).map_err(|error| error.error)?;
                Ok(())
            }
        }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) -> Result<(), OutputError> {
        Ok(self.write_all(text.as_bytes())?)
    }

    /// Writes text and a line break.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> Result<(), OutputError> {
        Ok(writeln!(self, "{text}")?)
    }

    /// Writes JSON on one line.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), OutputError> {
        serde_json::to_writer(&mut *self, value).map_err(io::Error::from)?;
        Ok(self.write_all(b"\n")?)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Standard(out) => out.write(bytes),
            Output::Device(out) => out.write(bytes),
            Output::File { temporary, .. } => temporary.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Standard(out) => out.flush(),
            Output::Device(out) => out.flush(),
            Output::File { temporary, .. } => temporary.flush(),
        }
    }
}

/// Prints text on standard output.
pub(super) fn print(text: &str) -> Result<(), OutputError> {
    let mut out = Output::standard();
    out.text(text)?;
    out.finish()
}
