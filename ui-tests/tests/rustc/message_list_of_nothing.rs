use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Nothing;

#[derive(MuxMessage)]
struct Hello {
    #[count(u32)]
    list: Vec<Nothing>,
}

fn main() {}
