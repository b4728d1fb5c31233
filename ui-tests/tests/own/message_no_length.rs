use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    name: &'a str,
    key: &'a [u8],
    text: String,
    bytes: Option<Vec<u8>>,
}

fn main() {}
