use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[little_endian]
    inner: Inner,
    #[little_endian]
    #[rest]
    text: &'a str,
}

#[derive(MuxMessage)]
struct Inner;

fn main() {}
