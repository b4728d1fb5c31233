//! What administrators say to the chat: a protocol of its own over the same room, for a socket that
//! only they can reach. Try it with `chat --admin='/run/chat/admin.sock|unix'` and
//! `nc -U /run/chat/admin.sock`; `quit` leaves. In a script, `echo stats | nc -NU /run/chat/admin.sock`.

use std::{fmt::Write, time::Duration};

use clap::Args;
use mux_runtime::{Cx, Help, Id, Service, mux_server};

use super::Room;

/// One administrator.
#[derive(Default)]
pub struct Admin;

#[mux_server(shared = Room, ignore_case)]
impl Admin {
    /// See what was counted since the server started.
    #[line("stats")]
    fn stats(&mut self, cx: &mut Cx<'_, Self>) -> String {
        let server = cx.server();
        let mut text = format!("up {}, {} arrivals\r\n", age(server.uptime()), cx.shared.arrivals);
        for stats in server.protocols() {
            let (name, counts) = (stats.protocol.name, stats.counts);
            let _ = write!(
                text,
                "{name}: {} connections, {} accepted, {} denied, {} turned away, {} malformed, \
                 {} slow readers\r\n\
                 {name}: {} messages, {} bytes in, {} bytes out\r\n",
                stats.connections,
                counts.accepted,
                counts.denied,
                counts.turned_away,
                counts.malformed,
                counts.slow_readers,
                counts.messages,
                counts.bytes_in,
                counts.bytes_out,
            );
            for (command, calls, times) in stats.calls().filter(|(_, calls, _)| *calls > 0) {
                let _ = write!(text, "{name}.{}: {calls} calls", command.name);
                if let Some(times) = times {
                    let _ = write!(text, ", {:?} in all, {:?} at most", times.total, times.longest);
                }
                text += "\r\n";
            }
        }
        text
    }

    /// See who is connected.
    #[line("sessions")]
    fn sessions(&mut self, cx: &mut Cx<'_, Self>) -> String {
        let mut text = String::new();
        for connection in cx.server().connections() {
            let _ = write!(
                text,
                "{} {} {} {}, {} messages, {} bytes in, {} bytes out\r\n",
                connection.id,
                connection.protocol,
                connection.peer.address(),
                age(connection.age),
                connection.messages,
                connection.bytes_in,
                connection.bytes_out,
            );
        }
        text
    }

    /// Close a connection, by the id that `sessions` shows.
    #[line("kick")]
    fn kick(&mut self, cx: &mut Cx<'_, Self>, id: Id) -> Result<&'static str, &'static str> {
        cx.server().close(id).then_some("ok\r\n").ok_or("no such connection\r\n")
    }

    /// End the server: nobody comes in any more, and what was written still goes out.
    #[line("drain")]
    fn drain(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        cx.server().drain();
        "ok\r\n"
    }

    /// Leave.
    #[line("quit")]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }

    /// See this.
    #[line("help")]
    fn help(&mut self, cx: &mut Cx<'_, Self>) -> Help {
        cx.help()
    }
}

/// What can be set beside the server's own keys.
#[derive(Args)]
pub struct Options {
    /// Where administrators are served, PATH|unix; nowhere without it
    #[arg(long, value_name = "PORT")]
    admin: Option<String>,
}

/// The chat, with its administrators where its options say.
pub fn service(room: Room) -> Service<Room, Options> {
    Service::new(room)
        .about("chat room for the guests of one machine")
        .version(env!("CARGO_PKG_VERSION"))
        .options(|_, _: &Options| {})
        .serve_where::<Admin>(|options| options.admin.clone())
}

/// A time in seconds.
fn age(age: Duration) -> String {
    format!("{}s", age.as_secs())
}
