//! Numbers, none of which is handed out twice, whatever restarts there are: the state is kept in a
//! file. It stands in the guide, too.

use std::{fs, io, process::ExitCode};

use mux_runtime::{Cx, Handle, mux_hooks, mux_server};

/// The last number that was handed out.
#[derive(Default)]
struct Tickets {
    last: u64,
}

#[mux_hooks]
impl Tickets {
    /// At the start; in a restart the process before this one has saved by now.
    #[hook(pre_loop)]
    fn load(&mut self) -> io::Result<()> {
        match fs::read_to_string("tickets") {
            Ok(text) => self.last = text.trim().parse().map_err(io::Error::other)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// In a restart; the new process loads next, and nobody gets a number until it has.
    #[hook(restart_close)]
    fn save(&mut self) -> io::Result<()> {
        fs::write("tickets.new", self.last.to_string())?;
        // Whoever reads it finds the former number or this one.
        fs::rename("tickets.new", "tickets")
    }

    /// At the end; after a restart the file is the new process's.
    #[hook(post_child_cleanup)]
    fn end(&mut self, handle: &Handle) {
        if !handle.has_handed_over()
            && let Err(error) = self.save()
        {
            tracing::error!("the last number, {}, is not saved: {error}", self.last);
        }
    }
}

#[derive(Default)]
struct Guest;

#[mux_server(shared = Tickets)]
impl Guest {
    /// Take a number.
    #[line("next")]
    fn next(&mut self, cx: &mut Cx<'_, Self>) -> String {
        cx.shared.last += 1;
        format!("{}\r\n", cx.shared.last)
    }

    /// Of a number that it took from now on the new process would not know.
    #[on(drain)]
    fn leave(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close();
    }
}

fn main() -> ExitCode {
    mux_runtime::run::<Guest>(Tickets::default())
}
