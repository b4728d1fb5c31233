//! A server that writes down what happens to it, for the tests of the process.
//!
//! It takes its orders from the environment: `TRACE` is a file for what happens, `ADMIN` an
//! endpoint for a second protocol; while the file `FAIL` is there it does not start, and while the
//! pipe `HOLD` is there it waits, once its sockets are bound, for somebody who writes to that;
//! `WAIT` is another such pipe, for before it does anything, and `LOAD` one for `pre_loop`. While the
//! files `FAIL_LOAD` and `FAIL_CLOSE` are there, the hooks `pre_loop` and `restart_close` fail; while
//! `PANIC_CLOSE` is, the latter panics.

use std::{
    env,
    fs::{File, OpenOptions},
    io::Write as _,
    path::Path,
    process::{self, ExitCode},
};

use clap::Args;
use mux_runtime::{
    CloseReason, Closing, Cx, Handle, Peer, Service, Settings, mux_hooks, mux_server,
};

/// What happens is written to a file that is opened before the root folder changes.
struct Witness {
    file: Option<File>,
}

impl Witness {
    fn saw(&mut self, what: &str) {
        if let Some(file) = &mut self.file {
            let line = format!("{what} {} {}\n", nix::unistd::geteuid(), process::id());
            let _ = file.write_all(line.as_bytes());
        }
    }
}

#[mux_hooks]
impl Witness {
    #[hook(configure)]
    fn configure(&mut self, settings: &mut Settings) {
        settings.host = "127.0.0.1".into();
        self.saw("configure");
    }

    #[hook(post_configure)]
    fn post_configure(&mut self, settings: &Settings) {
        assert!(!settings.port.is_empty());
        self.saw("post_configure");
    }

    #[hook(restart_open)]
    fn restart_open(&mut self) {
        self.saw("restart_open");
    }

    #[hook(post_bind)]
    fn post_bind(&mut self, bound: &[String]) -> Result<(), &'static str> {
        assert!(!bound.is_empty());
        self.saw("post_bind");
        wait_at("HOLD");
        fail_while("FAIL")
    }

    #[hook(pre_loop)]
    fn pre_loop(&mut self, handle: &Handle) -> Result<(), &'static str> {
        assert!(!handle.is_ending());
        self.saw("pre_loop");
        wait_at("LOAD");
        fail_while("FAIL_LOAD")
    }

    #[hook(run_dequeue)]
    fn run_dequeue(&mut self) {
        self.saw("run_dequeue");
    }

    #[hook(restart_close)]
    fn restart_close(&mut self) -> Result<(), &'static str> {
        self.saw("restart_close");
        assert_eq!(fail_while("PANIC_CLOSE"), Ok(()));
        fail_while("FAIL_CLOSE")
    }

    #[hook(pre_server_close)]
    fn pre_server_close(&mut self, handle: &Handle) {
        assert!(handle.is_ending());
        self.saw("pre_server_close");
    }

    #[hook(post_child_cleanup)]
    fn post_child_cleanup(&mut self, handle: &Handle) {
        let what = if handle.has_handed_over() { " after a restart" } else { "" };
        self.saw(&format!("post_child_cleanup{what}"));
    }

    #[hook(fatal)]
    fn fatal(&mut self, error: &str) {
        self.saw(&format!("fatal({error})"));
    }
}

#[derive(Args)]
struct Options {
    /// Why the program refuses what it is set to
    #[arg(long)]
    refuse: Option<String>,
}

/// What clients speak.
struct Guest;

#[mux_server(shared = Witness)]
impl Guest {
    #[hook(post_accept)]
    fn post_accept(witness: &mut Witness) {
        witness.saw("post_accept");
    }

    #[hook(allow_deny)]
    fn allow_deny(witness: &mut Witness, peer: &Peer) -> bool {
        witness.saw("allow_deny");
        peer.is_loopback()
    }

    #[hook(post_process_request)]
    fn post_process_request(witness: &mut Witness, _peer: &Peer) {
        witness.saw("post_process_request");
    }

    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Self {
        cx.shared.saw("connect");
        Guest
    }

    /// Whether root's rights can be had again.
    #[line("root")]
    fn root(&mut self) -> String {
        let again = nix::unistd::setuid(nix::unistd::Uid::from_raw(0));
        format!("{again:?}\r\n")
    }

    /// What the root folder holds.
    #[line("ls")]
    fn ls(&mut self) -> String {
        let names = std::fs::read_dir("/").into_iter().flatten().flatten();
        let mut names =
            names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>();
        names.sort();
        format!("{}\r\n", names.join(" "))
    }

    /// The process that serves.
    #[line("pid")]
    fn pid(&mut self) -> String {
        format!("{}\r\n", process::id())
    }

    /// Whether the server is ending.
    #[line("ending")]
    fn ending(&mut self, cx: &mut Cx<'_, Self>) -> String {
        format!("{}\r\n", cx.server().is_ending())
    }

    /// So many bytes.
    #[line("flood")]
    fn flood(&mut self, bytes: usize) -> Vec<u8> {
        vec![b'x'; bytes]
    }

    /// A mistake of the program's.
    #[line("panic")]
    #[allow(clippy::panic, reason = "that is what is tested")]
    fn panic(&mut self) {
        panic!("told to \x1b[31m");
    }

    /// Any other line comes back.
    #[line]
    fn echo(&mut self, line: &str) -> String {
        format!("{line}\r\n")
    }

    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>) {
        cx.shared.saw("eof");
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, _why: CloseReason) {
        cx.shared.saw("close");
    }
}

/// What administrators speak.
#[derive(Default)]
struct Admin;

#[mux_server(shared = Witness)]
impl Admin {
    /// Who asks.
    #[line("who")]
    fn who(&mut self, cx: &mut Cx<'_, Self>) -> String {
        format!("{} {}\r\n", cx.peer(), cx.peer().is_loopback())
    }

    #[line]
    fn echo(&mut self, line: &str) -> String {
        format!("{line}\r\n")
    }

    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    /// The server is to end.
    #[line("drain")]
    fn end(&mut self, cx: &mut Cx<'_, Self>) {
        cx.server().drain();
    }

    #[on(drain)]
    fn drain(&mut self) -> &'static str {
        "the server is ending\r\n"
    }
}

/// Waits for somebody who writes to the pipe that the variable `name` names, if it is there.
fn wait_at(name: &str) {
    if let Some(pipe) = env::var_os(name).filter(|pipe| Path::new(pipe).exists()) {
        let _ = File::open(pipe);
    }
}

/// Fails while the file that the variable `name` names is there.
fn fail_while(name: &str) -> Result<(), &'static str> {
    match env::var_os(name) {
        Some(file) if Path::new(&file).exists() => Err("it is told to fail"),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    let file = env::var_os("TRACE");
    let file = file.and_then(|path| OpenOptions::new().append(true).create(true).open(path).ok());
    let mut witness = Witness { file };
    if env::var_os("WAIT").is_some_and(|pipe| Path::new(&pipe).exists()) {
        witness.saw("main");
        wait_at("WAIT");
    }
    let mut service = Service::new(witness)
        .options(|_, options: &Options| options.refuse.clone().map_or(Ok(()), Err));
    if let Ok(endpoint) = env::var("ADMIN") {
        service = service.serve::<Admin>(&endpoint);
    }
    service.run::<Guest>()
}
