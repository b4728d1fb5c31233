use mux_runtime::mux_server;

#[derive(Default)]
struct Guest {
    end: Vec<u8>,
}

#[mux_server]
impl Guest {
    #[until(&self.edn)]
    fn frame(&mut self, _frame: &[u8]) {}
}

fn main() {}
