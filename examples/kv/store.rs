//! The keys and their values, each until it expires.

use std::collections::HashMap;

use mux_runtime::Time;

/// A value, and when it is over.
pub struct Entry {
    pub value: Vec<u8>,
    pub deadline: Option<Time>,
}

impl Entry {
    fn is_live(&self, now: Time) -> bool {
        self.deadline.is_none_or(|deadline| now < deadline)
    }
}

/// All keys. One that is over is gone for whoever asks, and removed when the table has doubled: no
/// more are over than are live at some time, and the removal costs each new key a constant.
#[derive(Default)]
pub struct Store {
    entries: HashMap<Vec<u8>, Entry, foldhash::fast::RandomState>,
    /// With so many keys, those that are over are removed.
    full: usize,
}

impl Store {
    pub fn get(&mut self, key: &[u8], now: Time) -> Option<&mut Entry> {
        self.entries.get_mut(key).filter(|entry| entry.is_live(now))
    }

    /// Gives `key` a value, in the memory of its old one if there is one.
    pub fn put(&mut self, key: &[u8], value: &[u8], deadline: Option<Time>, now: Time) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.value.clear();
            entry.value.shrink_to(4 * value.len());
            entry.value.extend_from_slice(value);
            entry.deadline = deadline;
            return;
        }
        if self.entries.len() >= self.full {
            self.entries.retain(|_, entry| entry.is_live(now));
            self.full = 2 * self.entries.len() + 16;
        }
        self.entries.insert(key.into(), Entry { value: value.into(), deadline });
    }

    /// Removes `key`; says whether it was there.
    pub fn remove(&mut self, key: &[u8], now: Time) -> bool {
        self.entries.remove(key).is_some_and(|entry| entry.is_live(now))
    }

    pub fn keys(&self, now: Time) -> impl Iterator<Item = &[u8]> {
        let live = self.entries.iter().filter(move |(_, entry)| entry.is_live(now));
        live.map(|(key, _)| key.as_slice())
    }
}
