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
    Address, CloseReason, Closing, Command, Cut, Cx, Either, Framing, FromArg, Help, Id, LineEnd,
    MailboxFull, Malformed, MalformedKind, Mode, Netstring, Opened, Out, Outcome, Parameter, Peer,
    Peers, Prefix, Protocol, Reply, Resp, Scan, Session, SessionHandle, Time, To, ToOthers, Words,
    Writer, text,
};
