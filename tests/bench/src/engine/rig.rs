//! The least that can drive an engine.

use std::{io::IoSlice, net::SocketAddr};

use mux_runtime::{
    Address, Peer, Session, Time,
    engine::{Engine, Inbox, Limits},
};

/// Pieces that one write may gather, and those that most have, as in the driver.
const SLICES_MAX: usize = 64;
const SLICES_FEW: usize = 2;

/// An engine whose peers take everything at once.
pub(super) struct Rig<P: Session> {
    engine: Engine<P>,
    inbox: Inbox,
    shared: P::Shared,
    sent_bytes: usize,
}

impl<P: Session<Shared: Default>> Rig<P> {
    pub(super) fn with_connections(count: u32) -> Self {
        let limits = Limits { connections: count as usize, ..Limits::default() };
        let (engine, inbox) = (Engine::new(limits), Inbox::default());
        let mut rig = Rig { engine, inbox, shared: P::Shared::default(), sent_bytes: 0 };
        let peer = Address::from(SocketAddr::from(([127, 0, 0, 1], 9)));
        let local = Address::from(SocketAddr::from(([127, 0, 0, 1], 2000)));
        for _ in 0..count {
            rig.engine.accept(&mut rig.shared, Peer::new(peer), local);
        }
        rig.flush();
        rig
    }

    /// One read brings `bytes`.
    pub(super) fn receive(&mut self, slot: u32, bytes: &[u8]) {
        self.inbox.room()[..bytes.len()].copy_from_slice(bytes);
        self.engine.receive(slot, &mut self.shared, &mut self.inbox, bytes.len());
    }

    pub(super) fn set_time(&mut self, now: Time) {
        self.engine.set_time(now);
    }

    /// Ends a turn: what was written is sent.
    pub(super) fn flush(&mut self) {
        while let Some(slot) = self.engine.next_dirty() {
            let mut sent = false;
            while self.engine.may_send(slot) {
                let mut few = [IoSlice::new(&[]); SLICES_FEW];
                let count = match self.engine.slices(slot, &mut few) {
                    SLICES_FEW => {
                        let mut many = [IoSlice::new(&[]); SLICES_MAX];
                        let used = self.engine.slices(slot, &mut many);
                        bytes(&many[..used])
                    }
                    used => bytes(&few[..used]),
                };
                self.engine.sent(slot, count);
                self.sent_bytes += count;
                sent = true;
            }
            self.engine.flushed(slot, sent, false);
        }
        self.engine.end_turn();
    }

    /// Bytes that were sent in all.
    pub(super) fn sent_bytes(&self) -> usize {
        self.sent_bytes
    }
}

fn bytes(slices: &[IoSlice<'_>]) -> usize {
    slices.iter().map(|slice| slice.len()).sum()
}
