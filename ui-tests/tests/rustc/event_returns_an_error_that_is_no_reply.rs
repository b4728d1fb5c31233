use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[line]
    fn line(&mut self) {}

    #[on(timeout)]
    fn timeout(&mut self) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

fn main() {}
