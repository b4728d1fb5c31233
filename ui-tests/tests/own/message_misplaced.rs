use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[len(u8)]
#[tag(1)]
struct Hello {
    #[message(big_endian)]
    id: u32,
    #[tag(1)]
    flag: bool,
}

#[derive(MuxMessage)]
enum Bye {
    #[rest]
    #[tag(1)]
    Now,
}

fn main() {}
