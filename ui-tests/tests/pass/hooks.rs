//! The hooks of the process, in all their forms.
#![deny(warnings, missing_docs, unused_qualifications)]

use std::{cell::Cell, fmt, io};

use mux_runtime::{Handle, Hooks, Service, Settings, mux_hooks, mux_server};

/// What is shared.
#[derive(Default)]
struct Room<T> {
    seen: Vec<&'static str>,
    extra: T,
}

/// An error of one's own.
#[derive(Debug)]
struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the room is full")
    }
}

#[mux_hooks]
impl<T: Default> Room<T> {
    #[hook(configure)]
    fn configure(&mut self, settings: &mut Settings) {
        settings.port = vec!["7".into()];
    }

    #[hook(post_configure)]
    fn post_configure(&self, _: &Settings) -> Result<(), io::Error> {
        Ok(())
    }

    #[hook(restart_open)]
    fn restart_open(&mut self) {
        self.seen.push("restart_open");
    }

    #[hook(post_bind)]
    fn post_bind(&mut self, bound: &[String]) -> Result<(), Full> {
        if bound.is_empty() { Err(Full) } else { Ok(()) }
    }

    #[hook(pre_loop)]
    fn pre_loop(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        Ok(())
    }

    #[hook(run_dequeue)]
    fn run_dequeue(&mut self, _handle: &Handle) {}

    #[hook(pre_server_close)]
    fn pre_server_close(&mut self) {
        self.help();
    }

    #[hook(post_child_cleanup)]
    fn post_child_cleanup(&mut self) {}

    #[hook(restart_close)]
    fn restart_close(&mut self) {}

    #[cfg(any())]
    #[hook(fatal)]
    fn fatal(&mut self) {
        missing();
    }

    #[hook(fatal)]
    fn fatal(&mut self, _error: &str) {
        self.seen.push("fatal");
    }

    #[hook(write_to_log)]
    fn write(_level: u8, line: &str) {
        LAST.set(line.len());
    }

    fn help(&mut self) {
        self.extra = T::default();
    }
}

thread_local! {
    static LAST: Cell<usize> = const { Cell::new(0) };
}

/// A guest.
#[derive(Default)]
struct Guest;

#[mux_server(shared = Room<u8>)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

/// No hooks are needed, nor a type that could have some.
#[derive(Default)]
struct Bare;

#[mux_server]
impl Bare {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {
    let mut room = Room::<u8>::default();
    let mut settings = Settings::default();
    let hooks: &mut dyn Hooks = &mut room;
    assert!(hooks.configure(&mut settings).is_ok());
    assert_eq!(settings.port, ["7"]);
    assert_eq!(hooks.post_bind(&[]).map_err(|error| error.to_string()), Err("the room is full".into()));
    assert!(hooks.post_bind(&["here".into()]).is_ok());
    hooks.fatal("told");
    assert_eq!(room.seen, ["fatal"]);
    Room::<u8>::write_to_log().unwrap()(0, "line");
    assert_eq!(LAST.get(), 4);
    let _ = || Service::new(Room::<u8>::default()).run::<Guest>();
    let _ = || mux_runtime::run::<Bare>(());
}
