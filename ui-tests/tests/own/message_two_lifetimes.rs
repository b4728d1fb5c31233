use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a, 'b> {
    #[len(u8)]
    name: &'a str,
    #[len(u8)]
    text: &'b str,
}

fn main() {}
