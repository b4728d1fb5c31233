use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[rest]
    name: &'a str,
    id: u32,
}

fn main() {}
