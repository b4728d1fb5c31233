//! What users of `#[derive(MuxMessage)]` rely on.

mod errors;
mod forms;
mod hostile;
mod random;
mod round_trip;
mod shape;
