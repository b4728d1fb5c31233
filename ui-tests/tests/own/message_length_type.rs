use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Hello<'a> {
    #[len(f32)]
    a: &'a str,
    #[len(i16)]
    b: &'a str,
    #[len(usize)]
    c: &'a str,
    #[len(vraint)]
    d: &'a str,
    #[len]
    e: &'a str,
    #[count(u8, u8)]
    f: Vec<u32>,
}

fn main() {}
