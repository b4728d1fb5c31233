use mux_runtime::MuxMessage;

struct Inner;

#[derive(MuxMessage)]
struct Hello {
    id: u32,
    #[count(u8)]
    list: Vec<Inner>,
    inner: Inner,
}

fn main() {}
