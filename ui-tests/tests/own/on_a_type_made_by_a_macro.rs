use mux_runtime::mux_server;

struct Guest;

#[allow(unused_macros)]
macro_rules! guest {
    () => {
        Guest
    };
}

#[mux_server]
impl guest!() {
    #[line]
    fn say(&mut self, text: &str) {}
}

fn main() {}
