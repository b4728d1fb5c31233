//! The process around the loop: arguments, log, signals.

mod arguments;
mod describe;
mod log;
mod signals;

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    process::ExitCode,
};

use self::arguments::{Arguments, Told};
use crate::{driver::Server, session::Session};

/// Exit status of a usage mistake; anything else that fails exits with 1.
const USAGE: u8 = 2;

/// Serves the protocol `P` as a program: reads the arguments, opens the log, listens, and ends
/// cleanly on TERM and INT (Net::Server's `run`).
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `--port N` | the port, 0 to 65535; 0 has the system choose | 2000 |
/// | `--host H` | an address of this machine, `*` for all of IPv4, `[::]` for all of IPv6, or a name | 127.0.0.1 |
/// | `--log-level L` | 0 to 4, or error, warn, info, debug, trace | 2 |
/// | `--describe F` | writes the protocol out as `markdown`, `mermaid` or `json`, and ends | |
/// | `--help` | says all this | |
///
/// Once it listens it says so in one line on standard error. It exits with 0 after a signal, with
/// 2 after a mistake in the arguments and with 1 if it could not serve; then one line on standard
/// error says why.
///
/// TERM and INT close all connections when what was written to them is out, which may take up to
/// 5 seconds; a second signal closes them at once.
#[must_use]
pub fn run<P: Session>(shared: P::Shared) -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(Told::Help(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(Told::Mistake(line)) => {
            eprintln!("{line}");
            return ExitCode::from(USAGE);
        }
    };
    if let Some(format) = arguments.describe {
        let text = describe::describe(P::PROTOCOL, format);
        // Whoever reads it may have gone, and then there is nobody to tell.
        let written = io::stdout().write_all(text.as_bytes());
        return written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    log::open(arguments.log_level);
    match serve::<P>(shared, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", arguments.program);
            ExitCode::FAILURE
        }
    }
}

fn serve<P: Session>(
    shared: P::Shared,
    arguments: &Arguments,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::new(shared)?;
    let mut bound = Vec::<SocketAddr>::new();
    for &address in &arguments.addresses {
        bound.push(server.listen::<P>(address)?);
    }
    signals::end_on_term(server.handle())?;
    let bound = bound.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    eprintln!("{}: listening on {bound}", arguments.program);
    server.run()?;
    Ok(())
}
