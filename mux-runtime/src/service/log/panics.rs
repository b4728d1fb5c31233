//! Panics, in the log.

use std::{
    panic::{self, PanicHookInfo},
    sync::Arc,
    thread,
};

use super::{hook, queue::Queue};

/// Has panics of any thread logged, before what the program itself does about them.
pub(super) fn log(queue: Arc<Queue>) {
    let program = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // One in the hook `write_to_log` cannot be logged by it.
        if !hook::is_writing() {
            tell(info);
            if cfg!(panic = "abort") {
                queue.flush();
            }
        }
        program(info);
    }));
}

fn tell(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = thread::current();
    tracing::error!(thread = thread.name(), place, "panicked: {}", text.unwrap_or("no text"));
}
