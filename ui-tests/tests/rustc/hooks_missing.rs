use mux_runtime::{Service, mux_server};

struct Room;

#[derive(Default)]
struct Guest;

#[mux_server(shared = Room)]
impl Guest {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {
    let _ = Service::new(Room).hooks().run::<Guest>();
}
