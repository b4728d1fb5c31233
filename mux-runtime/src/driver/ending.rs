//! How a server ends, or hands over to another process.

use super::{Server, lookup::Lookups};
use crate::{engine::panics::contain, session::Time};

/// How the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Until then, connections may read their last output.
    Stopping { until: Time },
    /// The same, without a deadline.
    Draining,
    /// Another process serves the sockets; until then, connections go on.
    HandingOver { until: Time },
    /// Until then, those that had not ended by themselves may read their last output.
    HandedOver { until: Time },
}

impl Ending {
    pub(super) fn deadline(self) -> Option<Time> {
        match self {
            Ending::Draining => None,
            Ending::Stopping { until }
            | Ending::HandingOver { until }
            | Ending::HandedOver { until } => Some(until),
        }
    }
}

impl<S: 'static> Server<S> {
    /// Calls `call` once, when the server was told to end or to hand over, before any session is;
    /// it gets the number of connections.
    pub fn on_ending(&mut self, call: impl FnOnce(&mut S, usize) + 'static) {
        self.on_ending = Some(Box::new(call));
    }

    /// Has the loop call `call`, at least once, while it is held
    /// ([`Handle::hold`](super::Handle::hold)).
    #[cfg(feature = "service")]
    pub(crate) fn while_held(&mut self, call: impl FnMut(&mut S) + 'static) {
        self.while_held = Some(Box::new(call));
    }

    /// Starts to end when told to; the second time, or when it took too long, ends at once.
    pub(super) fn end_if_told(&mut self, now: Time) {
        let times = self.orders.ends();
        let until = now + self.drain_timeout;
        match self.ending {
            None | Some(Ending::HandingOver { .. } | Ending::HandedOver { .. }) if times > 0 => {
                let patient = self.orders.is_patient();
                let ending = if patient { Ending::Draining } else { Ending::Stopping { until } };
                self.end(now, ending, true);
            }
            None if self.orders.is_to_hand_over() => {
                self.end(now, Ending::HandingOver { until }, false);
            }
            Some(Ending::HandingOver { until: passed }) if passed <= now => {
                self.ending = Some(Ending::HandedOver { until });
                self.lookups.iter_mut().for_each(Lookups::clear);
                self.hosts.iter_mut().for_each(|host| host.shut_down());
            }
            _ => {}
        }
        let over = match self.ending {
            Some(Ending::Stopping { until } | Ending::HandedOver { until }) => until <= now,
            _ => false,
        };
        if over || times > 1 {
            self.hosts.iter_mut().for_each(|host| host.cut());
            self.common.lingering.cut();
        }
    }

    /// Accepts no more, and tells the sessions; `close` says what becomes of those that do not
    /// care.
    fn end(&mut self, now: Time, ending: Ending, close: bool) {
        self.ending = Some(ending);
        self.hub.set_ending();
        if let Some(call) = self.on_ending.take() {
            let connections = self.hosts.iter().map(|host| host.connections()).sum();
            contain("what is called at the end", || call(&mut self.common.shared, connections));
        }
        for listener in self.listeners.drain(..) {
            listener.close(self.common.poll.registry());
        }
        if close {
            self.lookups.iter_mut().for_each(Lookups::clear);
        }
        for host in &mut self.hosts {
            host.drain(&mut self.common.turn(now), close);
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "service")]
    #[test]
    fn a_handler_that_ends_the_server_is_heard_though_the_loop_is_held_by_then() {
        use std::{cell::Cell, rc::Rc};

        use crate::{
            driver::Server,
            session::{ServerCx, Time},
        };

        for drains in [false, true] {
            let mut server = Server::new(()).unwrap();
            let calls = Rc::new(Cell::new(0));
            let called = Rc::clone(&calls);
            server.while_held(move |()| called.set(called.get() + 1));
            if drains {
                ServerCx { hub: &server.hub, now: Time::START }.drain();
            }
            server.handle().hold();
            server.turn(&mio::Events::with_capacity(1));
            assert_eq!((server.ending.is_some(), calls.get()), (drains, u32::from(!drains)));
        }
    }
}
