use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(tag = f32)]
enum Hello {
    #[tag(1)]
    World,
}

#[derive(MuxMessage)]
#[message(tag = u16)]
struct Bye;

fn main() {}
