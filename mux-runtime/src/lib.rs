//! mux runtime
pub mod driver;
pub mod engine;
#[cfg(feature = "service")]
mod service;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod session;
pub mod testing;
pub use session::*;
#[cfg(feature = "service")]
pub use service::run;
