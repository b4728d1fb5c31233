//! The other connections of a protocol.

use super::Id;

/// The other connections of the same protocol, with their state.
///
/// The connection at work is not among them: its state is `self`.
pub struct Peers<'a, P> {
    /// Those in slots below the connection at work, and those above it.
    below: &'a mut [Option<P>],
    above: &'a mut [Option<P>],
    serials: &'a [u32],
}

impl<'a, P> Peers<'a, P> {
    /// Splits the table at `slot`, which is taken out.
    pub(crate) fn around(
        sessions: &'a mut [Option<P>],
        serials: &'a [u32],
        slot: usize,
    ) -> (&'a mut Option<P>, Self) {
        let (below, rest) = sessions.split_at_mut(slot);
        let (own, above) = rest.split_at_mut(1);
        (&mut own[0], Peers { below, above, serials })
    }

    fn id(&self, slot: usize) -> Id {
        Id { slot: slot as u32, serial: self.serials[slot] }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.iter().count()
    }

    /// Each with its id, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (Id, &P)> {
        let above = self.below.len() + 1;
        let below = self.below.iter().enumerate();
        let above = self.above.iter().enumerate().map(move |(at, peer)| (at + above, peer));
        below.chain(above).filter_map(|(slot, peer)| Some((self.id(slot), peer.as_ref()?)))
    }

    /// Each with its id, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Id, &mut P)> {
        let above = self.below.len() + 1;
        let serials = self.serials;
        let below = self.below.iter_mut().enumerate();
        let above = self.above.iter_mut().enumerate().map(move |(at, peer)| (at + above, peer));
        below.chain(above).filter_map(move |(slot, peer)| {
            Some((Id { slot: slot as u32, serial: serials[slot] }, peer.as_mut()?))
        })
    }

    /// The one with this id; `None` if it is gone, or the connection at work.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&P> {
        let slot = id.slot as usize;
        if self.serials.get(slot) != Some(&id.serial) {
            return None;
        }
        match slot.checked_sub(self.below.len()) {
            None => self.below[slot].as_ref(),
            Some(0) => None,
            Some(above) => self.above[above - 1].as_ref(),
        }
    }

    /// The one with this id, to be changed; `None` if it is gone, or the connection at work.
    #[must_use]
    pub fn get_mut(&mut self, id: Id) -> Option<&mut P> {
        let slot = id.slot as usize;
        if self.serials.get(slot) != Some(&id.serial) {
            return None;
        }
        match slot.checked_sub(self.below.len()) {
            None => self.below[slot].as_mut(),
            Some(0) => None,
            Some(above) => self.above[above - 1].as_mut(),
        }
    }
}
