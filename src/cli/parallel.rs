//! Records of an input through several threads, results in the order of the input.

use super::output::OutputError;
use super::population::{Chunk, Population, Raw, RowError, Source};
use super::say;
use crate::configuration::ObjectFlow;
use indicatif::{ProgressBar, ProgressStyle};
use std::num::NonZeroUsize;
use std::thread;

/// How many threads work, where nobody says it.
pub(super) fn threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// So many records are cut at a time for each thread.
const EACH: usize = 512;

/// Gives every record of a population to a worker, and what the workers make of them to
/// `done`, in the order of the input.
pub(super) fn records<W: Send, T: Send>(
    population: &Population,
    title: &'static str,
    workers: &mut [W],
    work: impl Fn(&mut W, usize, Result<Raw<'_>, &RowError>) -> T + Sync,
    done: impl FnMut(T) -> Result<(), OutputError>,
) -> anyhow::Result<()> {
    let progress = progress(population.size().unwrap_or_default(), title);
    Ok(stream(population.source()?, &progress, workers, work, done)?)
}

/// The same for an input that is read once. While workers work, the next records are cut.
pub(super) fn stream<W: Send, T: Send>(
    mut source: Source,
    progress: &ProgressBar,
    workers: &mut [W],
    work: impl Fn(&mut W, usize, Result<Raw<'_>, &RowError>) -> T + Sync,
    mut done: impl FnMut(T) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    let up_to = workers.len().max(1) * EACH;
    let (mut chunk, mut next) = (Chunk::new(), Chunk::new());
    let mut more = source.fill(&mut chunk, up_to);
    let mut first = 0;
    while more {
        let share = chunk.len().div_ceil(workers.len().max(1)).max(1);
        let (chunk_ref, work) = (&chunk, &work);
        let results = thread::scope(|scope| {
            let threads: Vec<_> = workers
                .iter_mut()
                .enumerate()
                .map(|(index, worker)| {
                    let range = index * share..((index + 1) * share).min(chunk_ref.len());
                    scope.spawn(move || {
                        let records = range.filter_map(|at| Some((at, chunk_ref.get(at)?)));
                        records.map(|(at, raw)| work(worker, first + at, raw)).collect::<Vec<T>>()
                    })
                })
                .collect();
            more = source.fill(&mut next, up_to);
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        first += chunk.len();
        progress.inc(chunk.size() as u64);
        for result in results {
            match result {
                Ok(results) => results.into_iter().try_for_each(&mut done)?,
                // The panic goes on where it would have without threads.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        std::mem::swap(&mut chunk, &mut next);
    }
    progress.finish_and_clear();
    Ok(())
}

/// Says which attributes of a flow no row can have: the header lacks them.
pub(super) fn missing_columns(population: &Population, flow: &ObjectFlow) {
    let Some(header) = population.header() else { return };
    let schema = flow.mappings().schema();
    let mut missing: Vec<&str> = Vec::new();
    for name in flow.reads().map(|slot| schema.name(slot)) {
        let there = header.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !there && !name.eq_ignore_ascii_case("IsSoftDeleted") && !missing.contains(&name) {
            missing.push(name);
        }
    }
    if !missing.is_empty() {
        let name = population.name();
        let shown = missing.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        let more = missing.len().saturating_sub(8);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say(format_args!("warning: {name}: attributes without a column, which have no value: {shown}{more}"));
    }
}

/// A bar on standard error, where that is a terminal.
pub(super) fn progress(bytes: u64, title: &'static str) -> ProgressBar {
    // What is read at once needs no bar.
    if bytes < 1 << 20 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes).with_message(title);
    match ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
