//! `attrflow man`.

use super::{Status, output};
use anyhow::Context;
use std::path::PathBuf;

/// Options of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write a page for the program and one for each command into this folder, instead of one page to standard output
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, command: clap::Command) -> anyhow::Result<Status> {
    match &args.output {
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(command, folder))
                .with_context(|| format!("{} cannot be written", folder.display()))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            output::print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Status::Clean)
}
