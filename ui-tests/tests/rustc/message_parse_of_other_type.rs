use mux_runtime::MuxMessage;

use mux_runtime::Writer;

fn put(number: &u32, out: &mut Writer<'_>) {
    out.bytes(&number.to_be_bytes());
}

#[derive(MuxMessage)]
struct Hello {
    #[parse(nom::number::streaming::be_u24)]
    #[encode(put)]
    id: u16,
}

fn main() {}
