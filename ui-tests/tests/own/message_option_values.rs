use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(big_endian = true, crate = "mux_runtime")]
struct Hello;

#[derive(MuxMessage)]
#[message(tag)]
enum Bye {
    #[tag(1)]
    Now,
}

fn main() {}
