use mux_runtime::mux_server;

#[derive(Default)]
struct Guest<T>(Option<T>);

#[mux_server]
impl<T: Default> Guest<T> {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
