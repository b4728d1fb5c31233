use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello {
    #[parse(nom::number::streaming::be_u24)]
    a: u32,
    #[encode(put)]
    b: u32,
    #[parse(get)]
    #[encode(put)]
    #[len(u8)]
    c: String,
    #[parse("get")]
    #[encode]
    d: u32,
}

fn main() {}
