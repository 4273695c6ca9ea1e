//! Many records on several threads, with the order and the results of one.

use super::{Block, Machine, Rows};
use crate::mapping::{MappingSet, Operation};
use crate::program::Instruction;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Rows that a thread takes at a time: enough that taking them costs nothing, few enough
/// that the threads end together.
const PART: usize = 1024;

impl Machine {
    /// Applies a mapping set to many records on several threads.
    ///
    /// `map` runs on the threads, on the results of a block as they are made, and gives what
    /// is to be kept of them. `each` gets that on the calling thread, in the order of the rows,
    /// so that all of it is as [`apply_batch`](Machine::apply_batch) on one thread makes it.
    ///
    /// A set that takes unique values (SelectUniqueValue) runs on the calling thread alone:
    /// which record gets a value depends on those before it. Values drawn at random follow
    /// from the seed and the record, and do not depend on the thread.
    ///
    /// ```
    /// use attrflow::{AttributeBag, Block, Machine, Mapping, MappingSet, Operation};
    /// let set = MappingSet::compile([Mapping::new("cn", r#"ToUpper([given])"#)])?;
    /// let people: Vec<_> = ["Ann", "Bo"].map(|given| AttributeBag::from_iter([("given", given)])).into();
    /// let names = |block: &Block<'_>| -> Vec<String> {
    ///     let values = (0..block.rows()).flat_map(|row| block.row(row));
    ///     values.filter_map(|(_, evaluation)| evaluation.value().map(|value| value.to_string())).collect()
    /// };
    /// let mut all = Vec::new();
    /// let threads = std::thread::available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN);
    /// Machine::new().apply_parallel(threads, Operation::Create, &set, people.as_slice(), names, |part| all.extend(part));
    /// assert_eq!(all, ["ANN", "BO"]);
    /// # Ok::<(), attrflow::MappingSetError>(())
    /// ```
    ///
    /// # Panics
    /// Where `map` panics on a thread.
    pub fn apply_parallel<S: Rows + Sync + ?Sized, T: Send>(
        &mut self,
        threads: NonZeroUsize,
        operation: Operation,
        set: &MappingSet,
        rows: &S,
        map: impl Fn(&Block<'_>) -> T + Sync,
        mut each: impl FnMut(T),
    ) {
        let ordered = |instruction: &Instruction| matches!(instruction, Instruction::TakeUnique { .. });
        let threads = threads.get().min(rows.len().div_ceil(PART));
        if threads < 2 || set.program().code.iter().any(ordered) {
            self.apply_batch(operation, set, rows, |block| each(map(block)));
            return;
        }
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::sync_channel::<(usize, Vec<T>)>(threads);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, next, map) = (sender.clone(), &next, &map);
                let mut machine = Machine::with_environment(self.environment().clone());
                scope.spawn(move || {
                    let parts = std::iter::from_fn(|| {
                        let first = next.fetch_add(PART, Ordering::Relaxed);
                        (first < rows.len()).then(|| first..first.saturating_add(PART).min(rows.len()))
                    });
                    let mut made = Vec::new();
                    machine.batch(operation, set, rows, parts, |block| {
                        made.push(map(block));
                        let end = block.first_row() + block.rows();
                        if end % PART == 0 || end == rows.len() {
                            // Nobody listens only where the calling thread is gone.
                            let _ = sender.send(((end - 1) / PART, std::mem::take(&mut made)));
                        }
                    });
                });
            }
            drop(sender);
            // Parts come as they are made, and wait for those before them.
            let (mut waiting, mut wanted) = (BTreeMap::new(), 0);
            for (part, made) in receiver {
                waiting.insert(part, made);
                while let Some(made) = waiting.remove(&wanted) {
                    made.into_iter().for_each(&mut each);
                    wanted += 1;
                }
            }
        });
    }
}
