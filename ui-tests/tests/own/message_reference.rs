use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    buffer: &'a mut [u8],
    number: &'a u32,
    #[rest]
    name: &'static str,
}

fn main() {}
