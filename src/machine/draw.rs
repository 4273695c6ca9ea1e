//! Random numbers: of the host's seed and the record, or of the system's entropy.

use super::Context;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Numbers for one call.
pub(crate) struct Draws<'g> {
    generator: &'g mut ChaCha12Rng,
}

impl Draws<'_> {
    /// Random bytes.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        self.generator.fill_bytes(bytes);
    }

    /// A number below `count`, each equally likely; 0 where there is none.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let Ok(count @ 1..) = u32::try_from(count) else { return 0 };
        // Numbers beyond the last whole multiple would favour the small ones.
        let fair = u32::MAX - (u32::MAX % count + 1) % count;
        loop {
            let number = self.generator.next_u32();
            if number <= fair {
                return (number % count) as usize;
            }
        }
    }
}

impl Context<'_> {
    /// Draws random numbers.
    ///
    /// With a seed they follow from the seed, the record, the target, the call's place
    /// in the expression and how often it has drawn: the same in whatever order records
    /// run, and on whatever thread. Every part has bytes of the generator's key for
    /// itself, so that no two of them can stand in for each other.
    ///
    /// # Errors
    /// Where there is no seed and the system gives no entropy.
    pub(crate) fn draw<T>(&self, work: impl FnOnce(&mut Draws<'_>) -> T) -> Result<T, getrandom::Error> {
        if let Some(seed) = self.environment.seed {
            let (site, count) = self.state.draw.get();
            self.state.draw.set((site, count.wrapping_add(1)));
            let mut key = [0_u8; 32];
            let parts = seed
                .to_le_bytes()
                .into_iter()
                .chain(self.state.identity.get().to_le_bytes())
                .chain(hash(self.target.get()).to_le_bytes())
                .chain(site.to_le_bytes())
                .chain(count.to_le_bytes());
            key.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
            return Ok(work(&mut Draws { generator: &mut ChaCha12Rng::from_seed(key) }));
        }
        let mut kept = self.state.entropy.borrow_mut();
        let generator = match &mut *kept {
            Some(generator) => generator,
            None => {
                let mut key = [0_u8; 32];
                getrandom::fill(&mut key)?;
                kept.insert(ChaCha12Rng::from_seed(key))
            }
        };
        Ok(work(&mut Draws { generator }))
    }
}

/// FNV-1a: small, and the same on every platform and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}
