use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

struct Point;

#[mux_server]
impl Guest {
    #[line("GO")]
    fn go(&mut self) -> Point {
        Point
    }
}

fn main() {}
