use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
#[message(bigendian, endian = big, tga = u8)]
struct Hello;

#[derive(MuxMessage)]
#[message]
struct Bye;

fn main() {}
