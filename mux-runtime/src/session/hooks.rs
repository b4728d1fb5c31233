//! Whether a shared value has hooks of the process, found at compile time.
//!
//! What hooks are is the service's to know. So that a program need not say that its shared value has
//! some, generated code asks for them at the type that the block names: an associated constant of
//! [`HooksOf`] itself, which the service gives it for types with hooks, goes before the one of the
//! trait [`NoHooks`].

use std::{any::Any, marker::PhantomData};

/// The hooks of a shared value, of a type that only the service knows.
pub type SharedHooks = dyn Any + Send + Sync;

/// The hooks of `T`: `HooksOf::<T>::HOOKS_OF_MUX`.
#[derive(Debug)]
pub struct HooksOf<T>(PhantomData<T>);

/// Of a value without hooks.
pub trait NoHooks {
    /// None. A trait of the user's with a constant of this name for all types would be in the way, so
    /// it is one that nobody else has.
    const HOOKS_OF_MUX: Option<&'static SharedHooks> = None;
}

impl<T> NoHooks for HooksOf<T> {}
