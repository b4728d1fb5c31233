use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[count(u8)]
    names: Vec<&'a str>,
    keys: [Vec<u8>; 2],
    #[count(u8)]
    lists: Vec<Vec<u32>>,
}

fn main() {}
