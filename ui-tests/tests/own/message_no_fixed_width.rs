use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    size: usize,
    offset: Option<isize>,
    #[count(u8)]
    list: Vec<usize>,
}

fn main() {}
