use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Point;

#[mux_server]
impl Guest {
    #[line("go")]
    fn go(&mut self) -> Result<Option<Point>, String> {
        Ok(None)
    }
}

fn main() {}
