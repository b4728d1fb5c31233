//! mux runtime
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod driver;
pub mod engine;
#[cfg(feature = "service")]
mod service;
mod session;
pub mod testing;

pub use mux_macros::mux_server;

pub use driver::{Handle, Server, ServerError};
#[cfg(feature = "service")]
pub use service::run;
pub use session::{
    Address, CloseReason, Closing, Command, Cx, FromArg, Id, LineEnd, Malformed, MalformedKind,
    Mode, Out, Parameter, Peer, Peers, Protocol, Reply, Session, Time, To, ToOthers, Words, Writer,
    text,
};
