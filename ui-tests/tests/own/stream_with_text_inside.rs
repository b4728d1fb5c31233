use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

#[mux_server]
impl Guest {
    #[frame(parser = nom::sequence::preceded(
        nom::bytes::tag("#"),
        mux_runtime::text(nom::character::streaming::alpha1),
    ))]
    fn topic(&mut self, topic: &str) {}
}

fn main() {}
