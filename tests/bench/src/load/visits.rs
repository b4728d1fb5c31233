//! Clients that connect, say one line, hear it and leave.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{Done, LoadError, Script, check, sockets::Sockets};

/// Visitors at the same time.
const VISITORS: usize = 32;
/// So many visits, at most: each takes a port of this machine for a minute.
const VISITS_MAX: u64 = 10_000;

/// Visits for so long; the messages are the visits.
///
/// # Errors
/// A reply is wrong, or the server does not answer.
pub fn visits(address: SocketAddr, time: Duration) -> Result<Done, LoadError> {
    let script = Script::lines();
    let line_bytes = script.answer_bytes();
    let mut sockets = Sockets::new()?;
    let mut heard = vec![0; VISITORS];
    let mut asked = (0..VISITORS as u64).collect::<Vec<_>>();
    let start = Instant::now();
    for &message in &asked {
        let visitor = sockets.connect(address)?;
        sockets.write(visitor, script.asks(message, 1))?;
    }
    let mut ready = Vec::new();
    let mut messages = 0;
    while start.elapsed() < time && messages < VISITS_MAX {
        sockets.wait(&mut ready)?;
        for &visitor in &ready {
            let got = sockets.read(visitor)?;
            let offset = heard[visitor];
            if offset + got.len() > line_bytes {
                return Err(LoadError::TooMuch { connection: visitor, bytes: got.len() });
            }
            let answer = script.answers(asked[visitor] * line_bytes as u64, line_bytes);
            check(visitor, offset as u64, got, &answer[offset..offset + got.len()])?;
            heard[visitor] += got.len();
            if heard[visitor] == line_bytes {
                messages += 1;
                heard[visitor] = 0;
                asked[visitor] += VISITORS as u64;
                sockets.renew(visitor, address)?;
                sockets.write(visitor, script.asks(asked[visitor], 1))?;
            }
        }
    }
    Ok(Done { messages, time: start.elapsed(), answered: messages })
}
