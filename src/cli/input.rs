//! Reads files and standard input.

use anyhow::{Context, anyhow, bail};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// `-`.
pub(super) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// What messages call an input.
pub(super) fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// Opens a file, or standard input for `-`.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead + Send>> {
    if is_standard(path) {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, io::stdin())));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, file(path)?)))
}

/// Opens a file.
pub(super) fn file(path: &Path) -> anyhow::Result<File> {
    // Opening a folder succeeds on some systems, and reading it fails with words nobody understands.
    if path.is_dir() {
        bail!("{} is a folder, not a file", path.display());
    }
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!("{}: there is no such file", path.display()),
        _ => anyhow::Error::new(error).context(format!("{} cannot be opened", path.display())),
    })
}

/// Reads a whole text: UTF-8 with or without byte order mark, UTF-16 with one.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).with_context(|| format!("{} cannot be read", name(path)))?;
    decode(bytes).with_context(|| name(path))
}

fn decode(bytes: Vec<u8>) -> anyhow::Result<String> {
    let encoding = match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, _)) if encoding != encoding_rs::UTF_8 => encoding,
        _ => {
            let text = String::from_utf8(bytes).map_err(|error| {
                let good = error.utf8_error().valid_up_to();
                let line = 1 + memchr::memchr_iter(b'\n', error.as_bytes().get(..good).unwrap_or_default()).count();
                anyhow!("line {line} is not UTF-8 text")
            })?;
            return Ok(match text.strip_prefix('\u{feff}') {
                Some(rest) => rest.to_owned(),
                None => text,
            });
        }
    };
    let (text, _, broken) = encoding.decode(&bytes);
    if broken {
        bail!("this is not {} text, as its byte order mark says", encoding.name());
    }
    Ok(text.into_owned())
}

/// The expression of an argument: itself, or standard input for `-`.
pub(super) fn expression(argument: &str) -> anyhow::Result<String> {
    if argument == "-" {
        let text = text(Path::new("-"))?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    Ok(argument.to_owned())
}
