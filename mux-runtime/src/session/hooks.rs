//! Whether a shared value has hooks of the process, found at compile time.
//!
//! What hooks are is the service's to know. So that a program need not say that its shared value has
//! some, generated code asks for them at the type that the block names: an associated constant of
//! [`HooksOf`] itself, which the service gives it for types with hooks, goes before the one of the
//! trait [`NoHooks`].

use std::{any::Any, marker::PhantomData};

/// The hooks of a shared value, of a type that only the service knows.
pub type SharedHooks = dyn Any + Send + Sync;

/// The hooks of `T`: `HooksOf::<T>::FOUND`.
#[derive(Debug)]
pub struct HooksOf<T>(PhantomData<T>);

/// Of a value without hooks.
pub trait NoHooks {
    /// None.
    const FOUND: Option<&'static SharedHooks> = None;
}

impl<T> NoHooks for HooksOf<T> {}
