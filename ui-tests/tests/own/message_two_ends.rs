use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[len(u8)]
    #[rest]
    name: &'a str,
}

#[derive(MuxMessage)]
struct Bye {
    #[count(u8)]
    #[len(u8)]
    values: Vec<u8>,
}

fn main() {}
