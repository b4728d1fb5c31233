use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[count(u8)]
    name: &'a str,
    #[count(u8)]
    id: u32,
    #[count(u8)]
    inner: Inner,
}

#[derive(MuxMessage)]
struct Inner;

fn main() {}
