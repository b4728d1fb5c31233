use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[derive(Default)]
struct Data<T>(T);

#[mux_server(modes(Data<&u8>))]
impl Guest {
    #[line]
    fn line(&mut self) {}
}

fn main() {}
