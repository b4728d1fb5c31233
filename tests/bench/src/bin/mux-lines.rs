//! Line echo.

use std::process::ExitCode;

use mux_runtime::{Cx, mux_server};

#[derive(Default)]
struct Lines;

#[mux_server(line = any)]
impl Lines {
    #[line]
    fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &[u8]) {
        cx.out.write((line, "\n"));
    }
}

fn main() -> ExitCode {
    mux_runtime::run::<Lines>(())
}
