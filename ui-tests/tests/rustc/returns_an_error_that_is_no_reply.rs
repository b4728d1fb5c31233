use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Point;

#[mux_server]
impl Guest {
    #[line("GO")]
    fn go(&mut self) -> Result<(), Point> {
        Ok(())
    }
}

fn main() {}
